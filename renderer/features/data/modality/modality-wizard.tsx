import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Job } from '../../../../main/contract/jobs.ts';
import { modalityReportSchema } from '../../../../main/contract/modality-import.ts';
import { trpc } from '../../../api/client.ts';
import { sentenceOf } from '../../../api/errors.ts';
import { formatDuration } from '../../../components/format.ts';
import { JobProgressLine } from '../../../components/job-progress.tsx';
import { NoticeList } from '../../../components/notice-list.tsx';
import { ScrollRegion } from '../../../components/scroll-region.tsx';
import { ErrorLine, LoadingState } from '../../../components/states.tsx';
import { FilesStep } from '../import/files-step.tsx';
import classes from '../import/import.module.css';
import { Step } from '../import/step.tsx';

export interface ModalityWizardProps {
  readonly modality: 'pressure' | 'eyetracking';
  readonly extensions: readonly string[];
  readonly paths: readonly string[];
  readonly onChoose: (paths: string[]) => void;
  /** The probe: still reading, failed, or what it shows; null before files are chosen. */
  readonly probing: boolean;
  readonly probeError: unknown;
  readonly found: ReactNode;
  readonly choices: ReactNode;
  readonly preview: ReactNode;
  /** Recordings that the import would take. */
  readonly count: number;
  readonly job: Job | null;
  readonly pending: boolean;
  readonly error: unknown;
  readonly onStart: () => void;
}

/** The four steps that pressure and eye-tracking share; what differs comes in as parts. */
export function ModalityWizard(props: ModalityWizardProps) {
  const { modality, paths, found, choices, count, job, pending, probing, probeError } = props;
  const { t } = useTranslation();
  const locked = pending || job !== null;
  return (
    <div className={classes.wizard}>
      <ScrollRegion className={classes.steps} aria-label={t('data:import.steps')}>
        <Step
          number={1}
          title={t('data:import.files.title')}
          state={paths.length === 0 ? 'current' : 'done'}
          summary={paths.length > 0 && t('data:import.files.chosen', { count: paths.length })}
        >
          <FilesStep
            paths={paths}
            onChoose={props.onChoose}
            locked={locked}
            text={t(`modalities:${modality}.files`)}
            extensions={props.extensions}
          />
        </Step>
        <Step
          number={2}
          title={t('data:import.found.title')}
          state={paths.length === 0 ? 'later' : count === 0 ? 'current' : 'done'}
        >
          {probing && <LoadingState text={t('modalities:reading')} />}
          {probeError !== null && <ErrorLine error={probeError} />}
          {found}
        </Step>
        <Step
          number={3}
          title={t('data:import.choices.title')}
          state={count === 0 ? 'later' : locked ? 'done' : 'current'}
        >
          {choices}
        </Step>
        <Step number={4} title={t('data:import.run.title')} state={count === 0 ? 'later' : 'current'} last>
          {count > 0 && <RunStep {...props} />}
        </Step>
      </ScrollRegion>
      <ScrollRegion
        className={classes.preview}
        aria-label={t('data:import.preview.title')}
        data-testid="import-preview"
      >
        {props.preview}
      </ScrollRegion>
    </div>
  );
}

function RunStep({ count, job, pending, error, onStart }: ModalityWizardProps) {
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
