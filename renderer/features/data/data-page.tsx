import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { trpc } from '../../api/client.ts';
import { Page } from '../../components/page.tsx';
import { ProjectGate } from '../../components/project-gate.tsx';
import { Answer, EmptyState } from '../../components/states.tsx';
import { ItemSetsTable } from './item-sets-table.tsx';
import { RecordingInspector } from './recording-inspector.tsx';
import { RecordingsTable } from './recordings-table.tsx';

/** Recordings of the project, and its data item by item. */
export function DataPage() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { recording } = useSearch({ from: '/data' });
  const project = useQuery(trpc.project.current.queryOptions()).data ?? null;
  return (
    <Page
      name="data"
      title={t('app:nouns.data')}
      subtitle={
        project === null
          ? undefined
          : t('data:subtitle', { subjects: project.subjects, recordings: project.recordings })
      }
      padded={false}
      actions={
        project !== null && (
          <>
            <Button
              variant="subtle"
              onClick={() => void navigate({ to: '/data/export-bids' })}
              data-testid="export-bids"
            >
              {t('data:export.title')}
            </Button>
            <Button
              variant="default"
              onClick={() => void navigate({ to: '/data/import-bids' })}
              data-testid="import-bids"
            >
              {t('data:bids.title')}
            </Button>
            <Button
              variant="default"
              onClick={() => void navigate({ to: '/data/import-meeg' })}
              data-testid="import-meeg"
            >
              {t('meeg:title')}
            </Button>
            <Button
              variant="default"
              onClick={() => void navigate({ to: '/data/import-pressure' })}
              data-testid="import-pressure"
            >
              {t('modalities:pressure.title')}
            </Button>
            <Button
              variant="default"
              onClick={() => void navigate({ to: '/data/import-eyetracking' })}
              data-testid="import-eyetracking"
            >
              {t('modalities:eyetracking.title')}
            </Button>
            <Button
              variant="default"
              onClick={() => void navigate({ to: '/data/import-ratings' })}
              data-testid="import-ratings"
            >
              {t('modalities:ratings.title')}
            </Button>
            <Button onClick={() => void navigate({ to: '/data/import' })} data-testid="import">
              {t('data:import.title')}
            </Button>
          </>
        )
      }
      inspector={recording === undefined ? undefined : <RecordingInspector id={recording} />}
    >
      <ProjectGate>
        <Recordings selected={recording} />
      </ProjectGate>
    </Page>
  );
}

function Recordings({ selected }: { selected: string | undefined }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const recordings = useQuery(trpc.data.recordings.queryOptions());
  const sets = useQuery(trpc.mulcog.sets.queryOptions()).data ?? [];
  return (
    <Answer query={recordings}>
      {(rows) =>
        rows.length === 0 && sets.length === 0 ? (
          <EmptyState title={t('data:none')} text={t('data:emptyText')}>
            <Button onClick={() => void navigate({ to: '/data/import' })}>{t('data:import.title')}</Button>
          </EmptyState>
        ) : (
          <>
            {rows.length > 0 && (
              <RecordingsTable
                rows={rows}
                selected={selected}
                onSelect={(id) => void navigate({ to: '/data', search: { recording: id } })}
              />
            )}
            {sets.length > 0 && <ItemSetsTable sets={sets} />}
          </>
        )
      }
    </Answer>
  );
}
