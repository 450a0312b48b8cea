import { IconChevronDown, IconChevronUp } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { Job } from '../../../main/contract/jobs.ts';
import { trpc } from '../../api/client.ts';
import { JobProgressLine, jobTitle } from '../../components/job-progress.tsx';
import { JobActions } from './job-actions.tsx';
import { JobOutcome } from './job-outcome.tsx';
import { isActive, JobStateLabel } from './job-state.tsx';
import classes from './jobs-tray.module.css';

const shownRows = 12;

export interface JobsTrayProps {
  readonly open: boolean;
  readonly onToggle: () => void;
  readonly projectName: string | null;
}

/** Along the bottom of every page: what is running, how far it has come, and the way to stop it. */
export function JobsTray({ open, onToggle, projectName }: JobsTrayProps) {
  const { t } = useTranslation();
  const jobs = useQuery(trpc.jobs.list.queryOptions()).data ?? [];
  const active = jobs.filter(isActive);
  const latest = active.find((job) => job.state === 'running') ?? active[0] ?? jobs[0];
  const Chevron = open ? IconChevronDown : IconChevronUp;
  return (
    <section aria-label={t('jobs:tray')} data-testid="jobs-tray">
      {open && (
        <div className={classes.list} data-testid="jobs-tray-list">
          {jobs.length === 0 && <div className={classes.row}>{t('jobs:none')}</div>}
          {jobs.slice(0, shownRows).map((job) => (
            <div key={job.id} className={classes.row} data-job={job.id}>
              <span className={classes.title}>{jobTitle(job, t)}</span>
              <JobStateLabel state={job.state} />
              {isActive(job) ? <JobProgressLine job={job} /> : <JobOutcome job={job} />}
              <JobActions job={job} />
            </div>
          ))}
        </div>
      )}
      <div className={classes.bar}>
        <button
          type="button"
          className={classes.toggle}
          onClick={onToggle}
          aria-expanded={open}
          data-testid="jobs-tray-toggle"
        >
          <Chevron size={14} aria-hidden />
          {active.length === 0 ? t('jobs:trayIdle') : t('jobs:trayActive', { count: active.length })}
        </button>
        <div className={classes.current}>{latest !== undefined && <CurrentJob job={latest} />}</div>
        <span className={classes.project} data-testid="tray-project">
          {projectName ?? t('app:noProject')}
        </span>
      </div>
    </section>
  );
}

function CurrentJob({ job }: { job: Job }) {
  const { t } = useTranslation();
  return (
    <>
      <span className={classes.title}>{jobTitle(job, t)}</span>
      {isActive(job) ? <JobProgressLine job={job} /> : <JobStateLabel state={job.state} />}
      {isActive(job) && <JobActions job={job} />}
      {job.error !== null && <JobOutcome job={job} />}
    </>
  );
}
