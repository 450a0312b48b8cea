import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { trpc } from '../../api/client.ts';
import { Page } from '../../components/page.tsx';
import { ProjectGate } from '../../components/project-gate.tsx';
import { Answer, EmptyState } from '../../components/states.tsx';
import { ImportSeries } from './import-series.tsx';
import { RunInspector } from './run-inspector.tsx';
import { TimelineWork } from './timeline-work.tsx';

/** Metrics of all training runs over one step axis, with their checkpoints. */
export function TimelinePage() {
  const { t } = useTranslation();
  const { run } = useSearch({ from: '/timeline' });
  const project = useQuery(trpc.project.current.queryOptions()).data ?? null;
  return (
    <Page
      name="timeline"
      title={t('app:nouns.timeline')}
      padded={false}
      actions={project !== null && <Actions />}
      inspector={run === undefined || project === null ? undefined : <RunInspector id={run} />}
    >
      <ProjectGate>
        <Timeline />
      </ProjectGate>
    </Page>
  );
}

function Actions() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  return (
    <>
      <ImportSeries />
      <Button onClick={() => void navigate({ to: '/models/train' })} data-testid="new-training">
        {t('timeline:train')}
      </Button>
    </>
  );
}

function Timeline() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const runs = useQuery(trpc.training.runs.queryOptions());
  return (
    <Answer query={runs}>
      {(rows) =>
        rows.length === 0 ? (
          <EmptyState title={t('timeline:none')} text={t('timeline:emptyText')}>
            <Button onClick={() => void navigate({ to: '/models/train' })}>{t('timeline:train')}</Button>
          </EmptyState>
        ) : (
          <TimelineWork runs={rows} />
        )
      }
    </Answer>
  );
}
