import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { lazy, Suspense } from 'react';
import { useTranslation } from 'react-i18next';
import { trpc } from '../../api/client.ts';
import { DataTable } from '../../components/data-table.tsx';
import { formatDateTime } from '../../components/format.ts';
import { Page } from '../../components/page.tsx';
import { ProjectGate } from '../../components/project-gate.tsx';
import { SimulatedBadge } from '../../components/simulated-badge.tsx';
import { Answer, EmptyState, LoadingState } from '../../components/states.tsx';
import { RunInspector } from './run-inspector.tsx';
import { RunResults } from './run-results.tsx';
import classes from './studies.module.css';

/** Charts and brain are large; they are fetched when such a run is first looked at. */
const MulcogResults = lazy(async () => ({
  default: (await import('./mulcog/mulcog-results.tsx')).MulcogResults,
}));

/** Study runs, and the numbers of the chosen one. */
export function StudiesPage() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { run } = useSearch({ from: '/studies' });
  const project = useQuery(trpc.project.current.queryOptions()).data ?? null;
  return (
    <Page
      name="studies"
      title={t('app:nouns.studies')}
      padded={false}
      actions={
        project !== null && (
          <Button onClick={() => void navigate({ to: '/studies/new' })} data-testid="new-study">
            {t('studies:new.title')}
          </Button>
        )
      }
      inspector={run === undefined ? undefined : <RunInspector id={run} />}
    >
      <ProjectGate>
        <Runs selected={run} />
      </ProjectGate>
    </Page>
  );
}

function Runs({ selected }: { selected: string | undefined }) {
  const { t, i18n } = useTranslation();
  const navigate = useNavigate();
  const runs = useQuery(trpc.studies.runs.queryOptions());
  return (
    <Answer query={runs}>
      {(rows) =>
        rows.length === 0 ? (
          <EmptyState title={t('studies:none')} text={t('studies:emptyText')}>
            <Button onClick={() => void navigate({ to: '/studies/new' })}>{t('studies:new.title')}</Button>
          </EmptyState>
        ) : (
          <>
            <DataTable
              label={t('app:nouns.studies')}
              testId="runs-table"
              rows={rows}
              rowKey={(row) => row.id}
              selected={selected}
              onSelect={(row) => void navigate({ to: '/studies', search: { run: row.id } })}
              columns={[
                { key: 'name', label: t('studies:name'), cell: (row) => row.name },
                {
                  key: 'study',
                  label: t('studies:study'),
                  cell: (row) => t(`studies:kinds.${row.study}`, { defaultValue: row.study }),
                },
                { key: 'state', label: t('studies:state'), cell: (row) => t(`studies:states.${row.state}`) },
                {
                  key: 'created',
                  label: t('studies:created'),
                  cell: (row) => formatDateTime(row.createdAt, i18n.language),
                },
                { key: 'seed', label: t('studies:seed'), kind: 'number', cell: (row) => row.seed },
                {
                  key: 'origin',
                  label: t('data:origin'),
                  cell: (row) => (row.simulated ? <SimulatedBadge /> : t('data:measured')),
                },
              ]}
            />
            {selected !== undefined && (
              <div className={classes.results}>
                {rows.find(({ id }) => id === selected)?.study === 'mulcog' ? (
                  <Suspense fallback={<LoadingState />}>
                    <MulcogResults id={selected} />
                  </Suspense>
                ) : rows.find(({ id }) => id === selected)?.study === 'pressure-keypoints' ? (
                  <EmptyState title={t('keypoints:title')} text={t('keypoints:subtitle')}>
                    <Button
                      onClick={() => void navigate({ to: '/keypoints', search: { run: selected } })}
                      data-testid="open-keypoints"
                    >
                      {t('studies:openResults')}
                    </Button>
                  </EmptyState>
                ) : (
                  <RunResults id={selected} />
                )}
              </div>
            )}
          </>
        )
      }
    </Answer>
  );
}
