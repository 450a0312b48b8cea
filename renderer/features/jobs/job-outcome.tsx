import { useTranslation } from 'react-i18next';
import type { Job } from '../../../main/contract/jobs.ts';
import { sentenceOf } from '../../api/errors.ts';
import { formatDateTime, formatDuration } from '../../components/format.ts';
import { secondsTaken } from './job-state.tsx';
import classes from './jobs-tray.module.css';

/** How a job ended: the error's sentence, or when and after how long. */
export function JobOutcome({ job }: { job: Job }) {
  const { t, i18n } = useTranslation();
  if (job.error !== null) {
    return <span className={`${classes.title} ${classes.bad}`}>{sentenceOf(job.error, t)}</span>;
  }
  const ended = formatDateTime(job.endedAt ?? job.createdAt, i18n.language);
  const seconds = secondsTaken(job);
  return (
    <span className={`${classes.title} ${classes.muted}`}>
      {seconds === null ? ended : `${ended} · ${formatDuration(seconds, i18n.language)}`}
    </span>
  );
}
