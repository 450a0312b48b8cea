import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { Job } from '../../../../main/contract/jobs.ts';
import { modalityReportSchema } from '../../../../main/contract/modality-import.ts';
import { trpc } from '../../../api/client.ts';
import { sentenceOf } from '../../../api/errors.ts';
import { formatDuration } from '../../../components/format.ts';
import { JobProgressLine } from '../../../components/job-progress.tsx';
import { NoticeList } from '../../../components/notice-list.tsx';
import { ErrorLine } from '../../../components/states.tsx';
import classes from '../import/import.module.css';

export interface RunStepProps {
  /** Recordings that the import would take. */
  readonly count: number;
  /** The row as it was when the job was queued; null before that. */
  readonly job: Job | null;
  readonly pending: boolean;
  readonly error: unknown;
  readonly onStart: () => void;
}

/** The last step: what would be imported, then its progress, then what it made. */
export function RunStep({ count, job, pending, error, onStart }: RunStepProps) {
  const { t } = useTranslation();
  const jobs = useQuery(trpc.jobs.list.queryOptions()).data ?? [];
  const row = jobs.find((candidate) => candidate.id === job?.id) ?? job;
  if (row !== null) return <Outcome job={row} />;
  return (
    <>
      <div>{t('modalities:text', { count })}</div>
      {error !== null && <ErrorLine error={error} />}
      <div>
        <Button onClick={onStart} loading={pending} data-testid="start-import">
          {t('modalities:action', { count })}
        </Button>
      </div>
    </>
  );
}

function Outcome({ job }: { job: Job }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const report = modalityReportSchema.safeParse(job.result);
  if (job.state === 'queued' || job.state === 'running') {
    return (
      <>
        <JobProgressLine job={job} />
        <div style={{ color: 'var(--gy-muted)' }}>{t('data:import.run.leave')}</div>
      </>
    );
  }
  if (job.state !== 'succeeded' || !report.success) {
    return (
      <div role="alert" data-testid="import-failed">
        {job.error === null ? t(`jobs:states.${job.state}`) : sentenceOf(job.error, t)}
      </div>
    );
  }
  const { recordings, failed, seconds } = report.data;
  const notices = recordings.flatMap((one) => one.notices).filter(({ level }) => level !== 'info');
  return (
    <div data-testid="import-done" className={classes.body} style={{ padding: 0 }}>
      <div>{t('modalities:done', { count: recordings.length, time: formatDuration(seconds) })}</div>
      {failed.length > 0 && (
        <NoticeList notices={failed.map(({ error }) => ({ ...error, level: 'error' as const }))} />
      )}
      {notices.length > 0 && <NoticeList notices={notices} />}
      <div>
        <Button onClick={() => void navigate({ to: '/data', search: {} })} data-testid="to-data">
          {t('data:import.run.toData')}
        </Button>
      </div>
    </div>
  );
}
