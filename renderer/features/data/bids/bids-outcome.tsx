import { Button } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { bidsReportSchema } from '../../../../main/contract/bids.ts';
import type { Job } from '../../../../main/contract/jobs.ts';
import { trpc } from '../../../api/client.ts';
import { sentenceOf } from '../../../api/errors.ts';
import { formatDuration } from '../../../components/format.ts';
import { JobProgressLine } from '../../../components/job-progress.tsx';
import { NoticeList } from '../../../components/notice-list.tsx';
import { ErrorLine } from '../../../components/states.tsx';
import classes from './bids.module.css';

/** An import's progress, then its one report, with the way back. */
export function BidsOutcome({ job, onUndone }: { job: Job; onUndone: () => void }) {
  const { t, i18n } = useTranslation();
  const navigate = useNavigate();
  const [asked, setAsked] = useState(false);
  const jobs = useQuery(trpc.jobs.list.queryOptions()).data ?? [];
  const row = jobs.find(({ id }) => id === job.id) ?? job;
  const undo = useMutation(trpc.data.undoImport.mutationOptions({ onSuccess: onUndone }));
  if (row.state === 'queued' || row.state === 'running') {
    return (
      <>
        <JobProgressLine job={row} />
        <div className={classes.muted}>{t('data:import.run.leave')}</div>
      </>
    );
  }
  const report = bidsReportSchema.safeParse(row.result);
  if (row.state !== 'succeeded' || !report.success) {
    return (
      <div role="alert" data-testid="import-failed">
        {row.error === null ? t(`jobs:states.${row.state}`) : sentenceOf(row.error, t)}
      </div>
    );
  }
  const { imported, failed, placeholders, seconds } = report.data;
  return (
    <div data-testid="bids-report">
      <p>{t('data:bids.done', { count: imported.length, time: formatDuration(seconds, i18n.language) })}</p>
      <ul className={classes.files}>
        {imported.map(({ recordingId, modality, label }) => (
          <li key={recordingId}>
            <span className={classes.path}>{label}</span>
            <span className={classes.muted}>{t(`stimuli:clock.modalities.${modality}`)}</span>
          </li>
        ))}
      </ul>
      {failed.length > 0 && (
        <NoticeList notices={failed.map(({ error }) => ({ ...error, level: 'error' as const }))} />
      )}
      {placeholders.length > 0 && (
        <p className={classes.missing}>{t('data:bids.left', { count: placeholders.length })}</p>
      )}
      <div className={classes.row}>
        <Button onClick={() => void navigate({ to: '/data', search: {} })} data-testid="to-data">
          {t('data:import.run.toData')}
        </Button>
        <Button
          variant="default"
          loading={undo.isPending}
          onClick={() => (asked ? undo.mutate({ jobId: row.id }) : setAsked(true))}
          data-testid="undo-bids"
        >
          {t(asked ? 'data:undo.confirm' : 'data:undo.action')}
        </Button>
      </div>
      {undo.error !== null && <ErrorLine error={undo.error} />}
    </div>
  );
}
