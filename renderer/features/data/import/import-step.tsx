import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { type ImportPlan, importReportSchema } from '../../../../main/contract/importing.ts';
import { trpc } from '../../../api/client.ts';
import { formatDuration, formatNumber } from '../../../components/format.ts';
import { PreflightLine } from '../../../components/preflight-line.tsx';
import { type QueuedImport, RunImport } from './run-import.tsx';

export interface ImportStepProps extends QueuedImport {
  readonly plan: ImportPlan;
}

/** What the import of fMRI will need, and the import itself. */
export function ImportStep({ plan, ...queued }: ImportStepProps) {
  const { t, i18n } = useTranslation();
  const preflight = useQuery({
    ...trpc.data.preflight.queryOptions(plan),
    enabled: queued.job === null,
  });
  return (
    <RunImport
      {...queued}
      action={t('data:import.run.action', { count: plan.runs.length })}
      disabled={preflight.data?.fits === false}
      report={importReportSchema}
      outcome={({ recordings, failed, notices, seconds }) => ({
        text: t('data:import.run.done', {
          count: recordings.length,
          volumes: formatNumber(
            recordings.reduce((sum, recording) => sum + recording.volumes, 0),
            i18n.language,
          ),
          time: formatDuration(seconds, i18n.language),
        }),
        failed,
        notices,
      })}
      toStudy
    >
      <div>{t('data:import.run.text', { count: plan.runs.length })}</div>
      <PreflightLine query={preflight} />
    </RunImport>
  );
}
