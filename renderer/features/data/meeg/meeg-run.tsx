import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { type MeegPlan, type MeegReport, meegReportSchema } from '../../../../main/contract/meeg-import.ts';
import { trpc } from '../../../api/client.ts';
import { formatDuration, formatNumber } from '../../../components/format.ts';
import { PreflightLine } from '../../../components/preflight-line.tsx';
import { type QueuedImport, RunImport } from '../import/run-import.tsx';

export interface MeegRunProps extends QueuedImport {
  readonly plan: MeegPlan;
}

/** What the import of MEG and EEG will need, and the import itself. */
export function MeegRun({ plan, ...queued }: MeegRunProps) {
  const { t, i18n } = useTranslation();
  const named = plan.runs.every(({ subject, task }) => subject !== '' && task !== '');
  const preflight = useQuery({
    ...trpc.meeg.preflight.queryOptions(plan),
    enabled: queued.job === null && named,
  });
  const total = ({ recordings }: MeegReport, of: (one: MeegReport['recordings'][number]) => number): string =>
    formatNumber(
      recordings.reduce((sum, one) => sum + of(one), 0),
      i18n.language,
    );
  return (
    <RunImport
      {...queued}
      action={t('meeg:action', { count: plan.runs.length })}
      disabled={!named || preflight.data?.fits === false}
      report={meegReportSchema}
      outcome={(report) => ({
        text: t('meeg:done', {
          count: report.recordings.length,
          samples: total(report, ({ samples }) => samples),
          events: total(report, ({ events }) => events),
          epochs: total(report, ({ epochs }) => epochs?.kept ?? 0),
          time: formatDuration(report.seconds, i18n.language),
        }),
        failed: report.failed,
        notices: report.recordings.flatMap((one) => one.notices).filter(({ level }) => level !== 'info'),
      })}
    >
      <PreflightLine query={preflight} />
    </RunImport>
  );
}
