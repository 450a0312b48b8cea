import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { trpc } from '../../api/client.ts';
import { Page } from '../../components/page.tsx';
import { Answer } from '../../components/states.tsx';
import { AllowedFolders } from './allowed-folders.tsx';
import { Appearance } from './appearance.tsx';
import { Compute } from './compute.tsx';
import { Diagnosis } from './diagnosis.tsx';
import classes from './settings.module.css';

/** Choices of this person on this machine, and the check of the workstation. */
export function SettingsPage() {
  const { t } = useTranslation();
  const settings = useQuery(trpc.settings.read.queryOptions());
  const app = useQuery(trpc.settings.app.queryOptions()).data;
  return (
    <Page
      name="settings"
      title={t('app:nouns.settings')}
      subtitle={app === undefined ? undefined : t('settings:version', { version: app.version })}
    >
      <Answer query={settings}>
        {(current) => (
          <div className={classes.columns}>
            <div>
              <Appearance settings={current} />
              <Compute settings={current} />
              {app?.shell === 'web' && <AllowedFolders settings={current} />}
            </div>
            <Diagnosis />
          </div>
        )}
      </Answer>
    </Page>
  );
}
