import { useSearch } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { Page } from '../../../components/page.tsx';
import { ProjectGate } from '../../../components/project-gate.tsx';
import { ImportWizard } from './import-wizard.tsx';

/** The import wizard as a page. */
export function ImportPage() {
  const { t } = useTranslation();
  const { paths = [] } = useSearch({ from: '/data/import' });
  return (
    <Page name="import" title={t('data:import.title')} subtitle={t('data:import.subtitle')} padded={false}>
      <ProjectGate>
        <ImportWizard key={paths.join('\n')} startPaths={paths} />
      </ProjectGate>
    </Page>
  );
}
