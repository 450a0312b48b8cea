import { Progress } from '@mantine/core';
import type { TFunction } from 'i18next';
import { useTranslation } from 'react-i18next';
import type { Job, JobProgress } from '../../main/contract/jobs.ts';
import { formatDuration, formatNumber, formatSignificant } from './format.ts';
import classes from './job-progress.module.css';

const keyOf = (text: string) => text.toLowerCase().replace(/[^a-z0-9]+/g, '-');

/** The job's title in the page's language; blanks are filled from its parameters. */
export function jobTitle(job: Job, t: TFunction): string {
  return t(`jobs:types.${keyOf(job.type)}`, {
    ...(typeof job.params === 'object' ? job.params : {}),
    defaultValue: job.title,
    title: job.title,
  });
}

/** Done, total, rate and time left, as far as they are known. */
export function progressText(progress: JobProgress, t: TFunction, language: string): string {
  const unit = t(`jobs:units.${keyOf(progress.unit)}`, { defaultValue: progress.unit });
  // The word of a phase may be followed by a name: of a model, of a feature space.
  const [word = '', ...names] = progress.phase.split(' ');
  const phase = [t(`jobs:phases.${keyOf(word)}`, { defaultValue: word }), ...names].join(' ');
  const total = progress.total === null ? '' : ` / ${formatNumber(progress.total, language)}`;
  return [
    phase,
    `${formatNumber(progress.done, language)}${total} ${unit}`,
    ...(progress.rate === null ? [] : [`${formatSignificant(progress.rate, language, 3)} ${unit}/s`]),
    ...(progress.etaSeconds === null
      ? []
      : [t('jobs:left', { time: formatDuration(progress.etaSeconds, language) })]),
  ]
    .filter((part) => part !== '')
    .join(' · ');
}

/** A thin bar and its numbers. */
export function JobProgressLine({ job }: { job: Job }) {
  const { t, i18n } = useTranslation();
  const { progress } = job;
  const share = progress?.total ? (100 * progress.done) / progress.total : null;
  return (
    <div className={classes.line}>
      <Progress
        className={classes.bar ?? ''}
        value={share ?? 100}
        striped={share === null}
        aria-label={t('jobs:progressOf', { title: jobTitle(job, t) })}
      />
      <span className={classes.numbers} data-testid="job-numbers">
        {progress === null ? t(`jobs:states.${job.state}`) : progressText(progress, t, i18n.language)}
      </span>
    </div>
  );
}
