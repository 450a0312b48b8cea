import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { type ImportPlan, importReportSchema } from '../../../../main/contract/importing.ts';
import type { Job } from '../../../../main/contract/jobs.ts';
import { trpc } from '../../../api/client.ts';
import { sentenceOf } from '../../../api/errors.ts';
import { formatDuration, formatNumber } from '../../../components/format.ts';
import { JobProgressLine } from '../../../components/job-progress.tsx';
import { NoticeList } from '../../../components/notice-list.tsx';
import { PreflightLine } from '../../../components/preflight-line.tsx';
import { ErrorLine } from '../../../components/states.tsx';
import classes from './import.module.css';

export interface ImportStepProps {
  readonly plan: ImportPlan;
  /** The row as it was when the job was queued; null before that. */
  readonly job: Job | null;
  readonly pending: boolean;
  readonly error: unknown;
  readonly onStart: () => void;
}

/** What the import will need, then its progress, then what it made. */
export function ImportStep({ plan, job, pending, error, onStart }: ImportStepProps) {
  const { t } = useTranslation();
  const preflight = useQuery({ ...trpc.data.preflight.queryOptions(plan), enabled: job === null });
  const jobs = useQuery(trpc.jobs.list.queryOptions()).data ?? [];
  const row = jobs.find((candidate) => candidate.id === job?.id) ?? job;
  if (row !== null) return <Outcome job={row} />;
  return (
    <>
      <div>{t('data:import.run.text', { count: plan.runs.length })}</div>
      <PreflightLine query={preflight} />
      {error !== null && <ErrorLine error={error} />}
      <div>
        <Button
          onClick={onStart}
          loading={pending}
          disabled={preflight.data?.fits === false}
          data-testid="start-import"
        >
          {t('data:import.run.action', { count: plan.runs.length })}
        </Button>
      </div>
    </>
  );
}

function Outcome({ job }: { job: Job }) {
  const { t, i18n } = useTranslation();
  const navigate = useNavigate();
  const report = importReportSchema.safeParse(job.result);
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
  const { recordings, failed, notices, seconds } = report.data;
  return (
    <div data-testid="import-done" className={classes.body} style={{ padding: 0 }}>
      <div>
        {t('data:import.run.done', {
          count: recordings.length,
          volumes: formatNumber(
            recordings.reduce((sum, recording) => sum + recording.volumes, 0),
            i18n.language,
          ),
          time: formatDuration(seconds),
        })}
      </div>
      {failed.length > 0 && (
        <NoticeList notices={failed.map(({ error }) => ({ ...error, level: 'error' as const }))} />
      )}
      {notices.length > 0 && <NoticeList notices={notices} />}
      <div className={classes.row}>
        <Button onClick={() => void navigate({ to: '/studies/new' })} data-testid="to-study">
          {t('data:import.run.toStudy')}
        </Button>
        <Button
          variant="default"
          onClick={() => void navigate({ to: '/data', search: {} })}
          data-testid="to-data"
        >
          {t('data:import.run.toData')}
        </Button>
      </div>
    </div>
  );
}
