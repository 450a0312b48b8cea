import { useSearch } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { Page } from '../../../components/page.tsx';
import { ProjectGate } from '../../../components/project-gate.tsx';
import { MeegWizard } from './meeg-wizard.tsx';

/** The MEG and EEG import wizard as a page. */
export function MeegImportPage() {
  const { t } = useTranslation();
  const { paths = [] } = useSearch({ from: '/data/import-meeg' });
  return (
    <Page name="import-meeg" title={t('meeg:title')} subtitle={t('data:import.subtitle')} padded={false}>
      <ProjectGate>
        <MeegWizard key={paths.join('\n')} startPaths={paths} />
      </ProjectGate>
    </Page>
  );
}
