import { Button } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { Job } from '../../../main/contract/jobs.ts';
import { trpc } from '../../api/client.ts';
import { sentenceOf } from '../../api/errors.ts';
import { Section } from '../../components/fact-list.tsx';
import { JobProgressLine, jobTitle } from '../../components/job-progress.tsx';
import classes from './keypoints.module.css';

/** Trainings that are shown, newest first. */
const SHOWN = 4;

/** Trainings under way or done: pause, go on, cancel, and where to look. */
export function RunningTrainings({ types }: { types: readonly string[] }) {
  const { t } = useTranslation();
  const jobs = (useQuery(trpc.jobs.list.queryOptions()).data ?? []).filter(({ type }) =>
    types.includes(type),
  );
  if (jobs.length === 0) return null;
  return (
    <Section title={t('keypoints:running.title')}>
      {jobs.slice(0, SHOWN).map((job) => (
        <Training key={job.id} job={job} />
      ))}
    </Section>
  );
}

function Training({ job }: { job: Job }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const cancel = useMutation(trpc.jobs.cancel.mutationOptions());
  const resume = useMutation(trpc.jobs.resume.mutationOptions());
  const active = job.state === 'queued' || job.state === 'running';
  const study = job.type === 'study.pressure-keypoints';
  return (
    <div className={classes.running} data-testid="keypoint-job" data-state={job.state}>
      <strong>{jobTitle(job, t)}</strong>
      {active ? (
        <JobProgressLine job={job} />
      ) : (
        <span>{job.error === null ? t(`jobs:states.${job.state}`) : sentenceOf(job.error, t)}</span>
      )}
      <div className={classes.actions}>
        {active && (
          <Button
            variant="default"
            size="compact-xs"
            loading={cancel.isPending}
            onClick={() => cancel.mutate({ id: job.id })}
            data-testid="keypoint-pause"
          >
            {t('keypoints:running.pause')}
          </Button>
        )}
        {!active && job.state !== 'succeeded' && (
          <Button
            variant="default"
            size="compact-xs"
            loading={resume.isPending}
            onClick={() => resume.mutate({ id: job.id })}
            data-testid="keypoint-resume"
          >
            {t('jobs:resume')}
          </Button>
        )}
        {!study && (
          <Button
            variant="subtle"
            size="compact-xs"
            onClick={() => void navigate({ to: '/timeline', search: {} })}
            data-testid="keypoint-timeline"
          >
            {t('keypoints:running.timeline')}
          </Button>
        )}
        {job.state === 'succeeded' && (
          <Button
            variant="subtle"
            size="compact-xs"
            onClick={() => void navigate(study ? { to: '/keypoints' } : { to: '/station' })}
            data-testid="keypoint-result"
          >
            {t(study ? 'keypoints:running.evaluation' : 'keypoints:running.station')}
          </Button>
        )}
      </div>
    </div>
  );
}
