import { Button } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { TrainingRun } from '../../../main/contract/checkpoints.ts';
import type { Job } from '../../../main/contract/jobs.ts';
import {
  keypointRunSettingsSchema,
  keypointTrainingSchema,
} from '../../../main/contract/keypoint-training.ts';
import { trainingPlanSchema } from '../../../main/contract/training.ts';
import { trpc } from '../../api/client.ts';
import { sentenceOf } from '../../api/errors.ts';
import { FactList, Section } from '../../components/fact-list.tsx';
import { formatDuration, formatNumber, formatSignificant } from '../../components/format.ts';
import { JobProgressLine } from '../../components/job-progress.tsx';
import { ErrorLine } from '../../components/states.tsx';
import { metricLabel, orderMetrics } from './metric-label.ts';
import { isLive } from './plans.ts';
import classes from './timeline.module.css';
import { useTrainingJobs } from './use-training-jobs.ts';

/** Latest numbers of a run, how long it will take, and the ways to stop and go on. */
export function LiveFacts({ run }: { run: TrainingRun }) {
  const { t, i18n } = useTranslation();
  const { refetchInterval } = useTrainingJobs();
  const latest = useQuery({ ...trpc.training.latest.queryOptions({ id: run.id }), refetchInterval }).data;
  const jobs = useQuery(trpc.jobs.list.queryOptions()).data ?? [];
  const job = jobs.find((candidate) => trains(candidate, run));
  const found = new Map((latest ?? []).map((value) => [value.name, value]));
  const values = orderMetrics([...found.keys()]).flatMap((name) => found.get(name) ?? []);
  const step = Math.max(-1, ...values.map((value) => value.step));
  return (
    <Section title={t(isLive(run) ? 'timeline:live' : 'timeline:latest')}>
      <FactList
        facts={[
          ...(step < 0
            ? []
            : [
                {
                  label: t('timeline:step'),
                  value: `${formatNumber(step, i18n.language)} / ${formatNumber(run.totalSteps, i18n.language)}`,
                  testId: 'live-step',
                },
              ]),
          ...values.map(({ name, value }) => ({
            label: metricLabel(name, t),
            value: formatSignificant(value, i18n.language),
            testId: `live-${name}`,
          })),
          ...(job?.progress?.etaSeconds == null
            ? []
            : [
                {
                  label: t('timeline:eta'),
                  value: formatDuration(job.progress.etaSeconds, i18n.language),
                  testId: 'live-eta',
                },
              ]),
        ]}
      />
      {job !== undefined && <TrainingJob job={job} told={run.error?.message} />}
    </Section>
  );
}

/** Whether a job is the one that trains (or trained) a run: they hold the same plan. */
function trains(job: Job, run: TrainingRun): boolean {
  if (job.type === 'model.train-keypoints') {
    const asked = keypointTrainingSchema.safeParse(job.params).data;
    const kept = keypointRunSettingsSchema.safeParse(run.settings).data?.training;
    return asked !== undefined && JSON.stringify(asked) === JSON.stringify(kept);
  }
  if (job.type !== 'model.train') return false;
  // Jobs keep their parameters in an order of their own; reading both by the schema brings them into the same.
  const [asked, kept] = [job.params, run.settings].map((plan) => trainingPlanSchema.safeParse(plan).data);
  return asked !== undefined && JSON.stringify(asked) === JSON.stringify(kept);
}

/** @param told what the run itself says of its end already */
function TrainingJob({ job, told }: { job: Job; told: string | undefined }) {
  const { t } = useTranslation();
  const pause = useMutation(trpc.jobs.cancel.mutationOptions());
  const resume = useMutation(trpc.jobs.resume.mutationOptions());
  const active = job.state === 'queued' || job.state === 'running';
  return (
    <>
      {active && <JobProgressLine job={job} />}
      {job.attempts > 1 && active && (
        <p role="status" data-testid="resumed-note">
          {t('timeline:resumedNote', { count: job.attempts })}
        </p>
      )}
      {job.error !== null && job.error.message !== told && <p role="alert">{sentenceOf(job.error, t)}</p>}
      <div className={classes.actions}>
        {active ? (
          <Button
            variant="default"
            loading={pause.isPending || job.cancelRequested === true}
            onClick={() => pause.mutate({ id: job.id })}
            data-testid="training-pause"
          >
            {t('timeline:pause')}
          </Button>
        ) : (
          job.state !== 'succeeded' && (
            <Button
              loading={resume.isPending}
              onClick={() => resume.mutate({ id: job.id })}
              data-testid="training-resume"
            >
              {t('timeline:resume')}
            </Button>
          )
        )}
      </div>
      {[pause.error, resume.error].map(
        (error) => error !== null && <ErrorLine key={error.message} error={error} />,
      )}
    </>
  );
}
