import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { trpc } from '../../api/client.ts';
import { Page } from '../../components/page.tsx';
import { ProjectGate } from '../../components/project-gate.tsx';
import { SimulatedBadge } from '../../components/simulated-badge.tsx';
import { Answer, EmptyState } from '../../components/states.tsx';
import { RunView } from './run-view.tsx';

/** Maps and figures of one study run. */
export function ViewerPage() {
  const { t } = useTranslation();
  const { run: chosen } = useSearch({ from: '/viewer' });
  const project = useQuery(trpc.project.current.queryOptions()).data ?? null;
  const runs = useQuery({ ...trpc.studies.runs.queryOptions(), enabled: project !== null }).data ?? [];
  const complete = runs.filter((run) => run.state === 'complete');
  const run = complete.find((candidate) => candidate.id === chosen) ?? complete[0];
  return (
    <Page
      name="viewer"
      title={t('app:nouns.viewer')}
      subtitle={run?.name}
      padded={false}
      actions={run?.simulated && <SimulatedBadge />}
    >
      <ProjectGate>
        <Runs runId={run?.id} />
      </ProjectGate>
    </Page>
  );
}

function Runs({ runId }: { runId: string | undefined }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const runs = useQuery(trpc.studies.runs.queryOptions());
  return (
    <Answer query={runs}>
      {(rows) =>
        runId === undefined ? (
          <EmptyState title={t('viewer:none')} text={t('viewer:emptyText')}>
            <Button onClick={() => void navigate({ to: '/studies/new' })}>{t('studies:new.title')}</Button>
          </EmptyState>
        ) : (
          <RunView key={runId} runId={runId} runs={rows.filter((row) => row.state === 'complete')} />
        )
      }
    </Answer>
  );
}
