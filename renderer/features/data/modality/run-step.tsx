import { useTranslation } from 'react-i18next';
import { modalityReportSchema } from '../../../../main/contract/modality-import.ts';
import { formatDuration } from '../../../components/format.ts';
import { type QueuedImport, RunImport } from '../import/run-import.tsx';

export interface RunStepProps extends QueuedImport {
  /** Recordings that the import would take. */
  readonly count: number;
}

/** Imports files of pressure, gaze or ratings. */
export function RunStep({ count, ...queued }: RunStepProps) {
  const { t, i18n } = useTranslation();
  return (
    <RunImport
      {...queued}
      action={t('modalities:action', { count })}
      report={modalityReportSchema}
      outcome={({ recordings, failed, seconds }) => ({
        text: t('modalities:done', {
          count: recordings.length,
          time: formatDuration(seconds, i18n.language),
        }),
        failed,
        notices: recordings.flatMap((one) => one.notices).filter(({ level }) => level !== 'info'),
      })}
    >
      <div>{t('modalities:text', { count })}</div>
    </RunImport>
  );
}
