import { useTranslation } from 'react-i18next';
import type { Job, JobState } from '../../../main/contract/jobs.ts';

const colours: Record<JobState, string> = {
  queued: 'var(--gy-muted)',
  running: 'var(--gy-accent)',
  succeeded: 'var(--gy-good)',
  failed: 'var(--gy-bad)',
  cancelled: 'var(--gy-muted)',
  interrupted: 'var(--gy-warn)',
};

/** Whether there is still something to wait for. */
export function isActive(job: Job): boolean {
  return job.state === 'running' || job.state === 'queued';
}

/** Seconds from start to end; null while either is not known. */
export function secondsTaken(job: Job): number | null {
  return job.startedAt === null || job.endedAt === null ? null : (job.endedAt - job.startedAt) / 1000;
}

/** A job's state as a word with its colour. */
export function JobStateLabel({ state }: { state: JobState }) {
  const { t } = useTranslation();
  return (
    <span style={{ color: colours[state], whiteSpace: 'nowrap' }} data-testid={`job-state-${state}`}>
      {t(`jobs:states.${state}`)}
    </span>
  );
}
