import { Button } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { bidsReportSchema } from '../../../main/contract/bids.ts';
import { importReportSchema } from '../../../main/contract/importing.ts';
import type { Job } from '../../../main/contract/jobs.ts';
import { trpc } from '../../api/client.ts';
import { ErrorLine } from '../../components/states.tsx';

/** Recordings that an fMRI or BIDS import brought in; none for other jobs. */
function importedBy(job: Job): readonly string[] {
  const fmri = importReportSchema.safeParse(job.result);
  if (fmri.success) return fmri.data.recordings.map(({ recordingId }) => recordingId);
  const dataset = bidsReportSchema.safeParse(job.result);
  return dataset.success ? dataset.data.imported.map(({ recordingId }) => recordingId) : [];
}

/** Takes back the import that brought this recording in, with all its runs, after asking. */
export function UndoImport({ recordingId }: { recordingId: string }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const [asked, setAsked] = useState(false);
  const jobs = useQuery(trpc.jobs.list.queryOptions()).data ?? [];
  const job = jobs.find((candidate) => importedBy(candidate).includes(recordingId));
  const undo = useMutation(
    trpc.data.undoImport.mutationOptions({ onSuccess: () => navigate({ to: '/data', search: {} }) }),
  );
  if (job === undefined) return null;
  const count = importedBy(job).length;
  return (
    <div
      style={{ display: 'flex', flexDirection: 'column', gap: 8, marginTop: 10, alignItems: 'flex-start' }}
    >
      {asked && <div>{t('data:undo.ask', { count })}</div>}
      <div style={{ display: 'flex', gap: 8 }}>
        <Button
          variant="default"
          loading={undo.isPending}
          onClick={() => (asked ? undo.mutate({ jobId: job.id }) : setAsked(true))}
          data-testid="undo-import"
        >
          {t(asked ? 'data:undo.confirm' : 'data:undo.action')}
        </Button>
        {asked && (
          <Button variant="subtle" onClick={() => setAsked(false)}>
            {t('common:cancel')}
          </Button>
        )}
      </div>
      {undo.error !== null && <ErrorLine error={undo.error} />}
    </div>
  );
}
