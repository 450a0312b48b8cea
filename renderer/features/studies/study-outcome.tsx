import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { Job } from '../../../main/contract/jobs.ts';
import { trpc } from '../../api/client.ts';
import { sentenceOf } from '../../api/errors.ts';
import { JobProgressLine } from '../../components/job-progress.tsx';

/** How a started study stands, and the ways to its result. @param hasMap whether the viewer can show it */
export function StudyOutcome({ job, hasMap }: { job: Job; hasMap: boolean }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const newest = useQuery(trpc.studies.runs.queryOptions()).data?.find((run) => run.state === 'complete');
  if (job.state === 'queued' || job.state === 'running') return <JobProgressLine job={job} />;
  if (job.state !== 'succeeded') {
    return (
      <div role="alert">{job.error === null ? t(`jobs:states.${job.state}`) : sentenceOf(job.error, t)}</div>
    );
  }
  return (
    <div data-testid="study-done" style={{ display: 'flex', gap: 8, flexWrap: 'wrap' }}>
      {newest !== undefined && (
        <>
          {hasMap && (
            <Button
              onClick={() => void navigate({ to: '/viewer', search: { run: newest.id } })}
              data-testid="to-viewer"
            >
              {t('studies:openMap')}
            </Button>
          )}
          <Button
            variant={hasMap ? 'default' : 'filled'}
            onClick={() => void navigate({ to: '/studies', search: { run: newest.id } })}
            data-testid="to-results"
          >
            {t('studies:openResults')}
          </Button>
        </>
      )}
    </div>
  );
}
