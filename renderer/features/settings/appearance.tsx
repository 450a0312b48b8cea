import { Select } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { type Settings, settingsSchema } from '../../../main/contract/settings.ts';
import { ErrorLine } from '../../components/states.tsx';
import classes from './settings.module.css';
import { useChangeSettings } from './use-change-settings.ts';

const themes = settingsSchema.shape.theme.unwrap();
const languages = settingsSchema.shape.language.unwrap();

/** Theme and language. */
export function Appearance({ settings }: { settings: Settings }) {
  const { t } = useTranslation();
  const { change, error } = useChangeSettings();
  return (
    <section className={classes.group} aria-label={t('settings:appearance')}>
      <h2 className={classes.heading}>{t('settings:appearance')}</h2>
      <Select
        w={240}
        label={t('settings:theme')}
        allowDeselect={false}
        value={settings.theme}
        data={themes.options.map((value) => ({ value, label: t(`settings:themes.${value}`) }))}
        onChange={(value) => change({ theme: themes.parse(value) })}
        data-testid="setting-theme"
      />
      <Select
        w={240}
        label={t('settings:language')}
        allowDeselect={false}
        value={settings.language}
        data={languages.options.map((value) => ({ value, label: t(`settings:languages.${value}`) }))}
        onChange={(value) => change({ language: languages.parse(value) })}
        data-testid="setting-language"
      />
      {error !== null && <ErrorLine error={error} />}
    </section>
  );
}
