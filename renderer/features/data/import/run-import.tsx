import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { z } from 'zod';
import type { ErrorInfo, Notice } from '../../../../main/contract/errors.ts';
import type { Job } from '../../../../main/contract/jobs.ts';
import { trpc } from '../../../api/client.ts';
import { sentenceOf } from '../../../api/errors.ts';
import { JobProgressLine } from '../../../components/job-progress.tsx';
import { NoticeList } from '../../../components/notice-list.tsx';
import { ErrorLine } from '../../../components/states.tsx';
import classes from './import.module.css';

/** What wizards tell their last step of the job that they queue. */
export interface QueuedImport {
  /** The row as it was when the job was queued; null before that. */
  readonly job: Job | null;
  readonly pending: boolean;
  readonly error: unknown;
  readonly onStart: () => void;
}

/** What an import made, as its last step says it. */
export interface ImportOutcome {
  readonly text: string;
  readonly failed: readonly { readonly error: ErrorInfo }[];
  readonly notices: readonly Notice[];
}

interface RunImportProps<Report> extends QueuedImport {
  /** The button's words. */
  readonly action: string;
  readonly disabled?: boolean;
  readonly report: z.ZodType<Report>;
  readonly outcome: (report: Report) => ImportOutcome;
  /** Whether what came in can be studied at once. */
  readonly toStudy?: boolean;
  /** What would be imported, before it is. */
  readonly children?: ReactNode;
}

/** The last step of every wizard: what would be imported, then its progress, then what it made. */
export function RunImport<Report>(props: RunImportProps<Report>) {
  const { job, pending, error, onStart, action, disabled = false, children } = props;
  const jobs = useQuery(trpc.jobs.list.queryOptions()).data ?? [];
  const row = jobs.find((candidate) => candidate.id === job?.id) ?? job;
  if (row !== null) return <Outcome {...props} job={row} />;
  return (
    <>
      {children}
      {error !== null && <ErrorLine error={error} />}
      <div>
        <Button onClick={onStart} loading={pending} disabled={disabled} data-testid="start-import">
          {action}
        </Button>
      </div>
    </>
  );
}

function Outcome<Report>({
  job,
  report: schema,
  outcome,
  toStudy = false,
}: RunImportProps<Report> & { job: Job }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const report = schema.safeParse(job.result);
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
  const { text, failed, notices } = outcome(report.data);
  return (
    <div data-testid="import-done" className={classes.body} style={{ padding: 0 }}>
      <div>{text}</div>
      {failed.length > 0 && (
        <NoticeList notices={failed.map(({ error }) => ({ ...error, level: 'error' as const }))} />
      )}
      {notices.length > 0 && <NoticeList notices={notices} />}
      <div className={classes.row}>
        {toStudy && (
          <Button onClick={() => void navigate({ to: '/studies/new' })} data-testid="to-study">
            {t('data:import.run.toStudy')}
          </Button>
        )}
        <Button
          variant={toStudy ? 'default' : 'filled'}
          onClick={() => void navigate({ to: '/data', search: {} })}
          data-testid="to-data"
        >
          {t('data:import.run.toData')}
        </Button>
      </div>
    </div>
  );
}
