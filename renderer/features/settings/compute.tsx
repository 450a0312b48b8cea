import { NumberInput, Select } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { type Settings, settingsSchema } from '../../../main/contract/settings.ts';
import { ErrorLine } from '../../components/states.tsx';
import classes from './settings.module.css';
import { useChangeSettings } from './use-change-settings.ts';

const providers = settingsSchema.shape.provider.unwrap();

/** Where and with how many threads ONNX Runtime works. */
export function Compute({ settings }: { settings: Settings }) {
  const { t } = useTranslation();
  const { change, error } = useChangeSettings();
  return (
    <section className={classes.group} aria-label={t('settings:compute')}>
      <h2 className={classes.heading}>{t('settings:compute')}</h2>
      <NumberInput
        w={240}
        label={t('settings:threads')}
        description={t('settings:threadsText')}
        min={0}
        max={1024}
        allowDecimal={false}
        value={settings.threads}
        onChange={(value) => change({ threads: Math.max(0, Number(value) || 0) })}
      />
      <Select
        w={240}
        label={t('settings:provider')}
        description={t('settings:providerText')}
        allowDeselect={false}
        value={settings.provider}
        data={providers.options.map((value) => ({ value, label: t(`settings:providers.${value}`) }))}
        onChange={(value) => change({ provider: providers.parse(value) })}
      />
      {error !== null && <ErrorLine error={error} />}
    </section>
  );
}
