import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { Job } from '../../../../main/contract/jobs.ts';
import { type MeegPlan, meegReportSchema } from '../../../../main/contract/meeg-import.ts';
import { trpc } from '../../../api/client.ts';
import { sentenceOf } from '../../../api/errors.ts';
import { formatDuration, formatNumber } from '../../../components/format.ts';
import { JobProgressLine } from '../../../components/job-progress.tsx';
import { NoticeList } from '../../../components/notice-list.tsx';
import { PreflightLine } from '../../../components/preflight-line.tsx';
import { ErrorLine } from '../../../components/states.tsx';
import classes from '../import/import.module.css';

export interface MeegRunProps {
  readonly plan: MeegPlan;
  /** The row as it was when the job was queued; null before that. */
  readonly job: Job | null;
  readonly pending: boolean;
  readonly error: unknown;
  readonly onStart: () => void;
}

/** What the import will need, then its progress, then what it made. */
export function MeegRun({ plan, job, pending, error, onStart }: MeegRunProps) {
  const { t } = useTranslation();
  const named = plan.runs.every(({ subject, task }) => subject !== '' && task !== '');
  const preflight = useQuery({ ...trpc.meeg.preflight.queryOptions(plan), enabled: job === null && named });
  const jobs = useQuery(trpc.jobs.list.queryOptions()).data ?? [];
  const row = jobs.find((candidate) => candidate.id === job?.id) ?? job;
  if (row !== null) return <Outcome job={row} />;
  return (
    <>
      <PreflightLine query={preflight} />
      {error !== null && <ErrorLine error={error} />}
      <div>
        <Button
          onClick={onStart}
          loading={pending}
          disabled={!named || preflight.data?.fits === false}
          data-testid="start-import"
        >
          {t('meeg:action', { count: plan.runs.length })}
        </Button>
      </div>
    </>
  );
}

function Outcome({ job }: { job: Job }) {
  const { t, i18n } = useTranslation();
  const navigate = useNavigate();
  const report = meegReportSchema.safeParse(job.result);
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
  const total = (of: (one: (typeof recordings)[number]) => number) =>
    formatNumber(
      recordings.reduce((sum, one) => sum + of(one), 0),
      i18n.language,
    );
  return (
    <div data-testid="import-done" className={classes.body} style={{ padding: 0 }}>
      <div>
        {t('meeg:done', {
          count: recordings.length,
          samples: total(({ samples }) => samples),
          events: total(({ events }) => events),
          epochs: total(({ epochs }) => epochs?.kept ?? 0),
          time: formatDuration(seconds),
        })}
      </div>
      {failed.length > 0 && (
        <NoticeList notices={failed.map(({ error }) => ({ ...error, level: 'error' as const }))} />
      )}
      <div>
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
