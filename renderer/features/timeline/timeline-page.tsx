import { Button } from '@mantine/core';
import { usePrefetchQuery, useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { trpc } from '../../api/client.ts';
import { timelineQuery } from '../../api/timeline.ts';
import { JobProgressLine } from '../../components/job-progress.tsx';
import { Page } from '../../components/page.tsx';
import { ProjectGate } from '../../components/project-gate.tsx';
import { Answer, EmptyState } from '../../components/states.tsx';
import { ImportSeries } from './import-series.tsx';
import { RunInspector } from './run-inspector.tsx';
import { TimelineWork } from './timeline-work.tsx';
import { useTrainingJobs } from './use-training-jobs.ts';
import { wholeRequest } from './whole-request.ts';

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
  const { jobs, refetchInterval } = useTrainingJobs();
  // Asked for now, so that they are on their way while the list of runs is laid out.
  usePrefetchQuery(timelineQuery(wholeRequest('linear', 'band')));
  const runs = useQuery({ ...trpc.training.runs.queryOptions(), refetchInterval });
  return (
    <Answer query={runs}>
      {(rows) =>
        rows.length === 0 && jobs.length > 0 ? (
          <EmptyState title={t('timeline:preparing')} text={t('timeline:preparingText')}>
            {jobs.map((job) => (
              <JobProgressLine key={job.id} job={job} />
            ))}
          </EmptyState>
        ) : rows.length === 0 ? (
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
