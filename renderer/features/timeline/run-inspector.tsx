import { Button } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Checkpoint, CheckpointAudit, TrainingRun } from '../../../main/contract/checkpoints.ts';
import { trpc } from '../../api/client.ts';
import { sentenceOf } from '../../api/errors.ts';
import { FactList, Section } from '../../components/fact-list.tsx';
import { formatDateTime, formatNumber } from '../../components/format.ts';
import { SimulatedBadge } from '../../components/simulated-badge.tsx';
import { Answer, ErrorLine } from '../../components/states.tsx';
import { CheckpointTable } from './checkpoint-table.tsx';
import { LiveFacts } from './live-facts.tsx';
import { plansOf } from './plans.ts';
import { RunState } from './run-state.tsx';
import classes from './timeline.module.css';
import { useTrainingJobs } from './use-training-jobs.ts';

/** One run: what it does now, what it is, its checkpoints and what the audit says of them. */
export function RunInspector({ id }: { id: string }) {
  const { refetchInterval } = useTrainingJobs();
  const run = useQuery({ ...trpc.training.run.queryOptions({ id }), refetchInterval });
  return (
    <Answer query={run}>
      {(data) => <Details key={id} run={data.run} checkpoints={data.checkpoints} audit={data.audit} />}
    </Answer>
  );
}

interface DetailsProps {
  readonly run: TrainingRun;
  readonly checkpoints: readonly Checkpoint[];
  readonly audit: CheckpointAudit | null;
}

function Details({ run, checkpoints, audit }: DetailsProps) {
  const { t, i18n } = useTranslation();
  const number = (value: number | null) => formatNumber(value, i18n.language);
  return (
    <>
      <Section title={run.name}>
        <Seeds run={run} />
        <FactList
          facts={[
            { label: t('timeline:state'), value: <RunState state={run.state} />, testId: 'run-state' },
            {
              label: t('timeline:origin'),
              value: (
                <>
                  {t(`timeline:origins.${run.origin}`)} {run.simulated && <SimulatedBadge />}
                </>
              ),
            },
            { label: t('timeline:seed'), value: run.seed ?? '–' },
            { label: t('timeline:steps'), value: number(run.totalSteps) },
            { label: t('timeline:tokensPerStep'), value: number(run.tokensPerStep) },
            { label: t('timeline:provider'), value: run.provider ?? '–' },
            { label: t('timeline:begun'), value: formatDateTime(run.createdAt, i18n.language) },
          ]}
        />
        {run.error !== null && <p role="alert">{sentenceOf(run.error, t)}</p>}
      </Section>
      {run.origin === 'trained' && <LiveFacts run={run} />}
      <Section title={t('timeline:checkpoints')}>
        <CheckpointTable checkpoints={checkpoints} audit={audit} />
        <AuditAction runId={run.id} audit={audit} count={checkpoints.length} />
      </Section>
      <DeleteRun id={run.id} />
    </>
  );
}

/** The runs of the same plan, one a seed. */
function Seeds({ run }: { run: TrainingRun }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const search = useSearch({ from: '/timeline' });
  const runs = useQuery(trpc.training.runs.queryOptions()).data ?? [];
  const plan = plansOf(runs).find((candidate) => candidate.runs.some(({ id }) => id === run.id));
  if (plan === undefined || plan.runs.length < 2) return null;
  return (
    <section className={classes.actions} aria-label={t('timeline:seeds')}>
      {plan.runs.map(({ id, seed }) => (
        <Button
          key={id}
          size="compact-xs"
          variant={id === run.id ? 'filled' : 'default'}
          aria-pressed={id === run.id}
          onClick={() => void navigate({ to: '/timeline', search: { ...search, run: id } })}
        >
          {t('timeline:seed')} {seed}
        </Button>
      ))}
    </section>
  );
}

function AuditAction({
  runId,
  audit,
  count,
}: {
  runId: string;
  audit: CheckpointAudit | null;
  count: number;
}) {
  const { t } = useTranslation();
  const start = useMutation(trpc.training.audit.mutationOptions());
  const jobs = useQuery(trpc.jobs.list.queryOptions()).data ?? [];
  const job = jobs.find(({ id }) => id === start.data?.id);
  const running = job?.state === 'queued' || job?.state === 'running';
  return (
    <>
      {audit !== null && (
        <p data-testid="audit-summary">
          {audit.faulty + audit.suspect === 0
            ? t('timeline:auditSound')
            : t('timeline:auditFound', { faulty: audit.faulty, suspect: audit.suspect })}
        </p>
      )}
      <div className={classes.actions}>
        <Button
          variant="default"
          disabled={count < 2}
          loading={start.isPending || running}
          onClick={() => start.mutate({ runId })}
          data-testid="audit"
        >
          {t(audit === null ? 'timeline:audit' : 'timeline:auditAgain')}
        </Button>
      </div>
      {start.error !== null && <ErrorLine error={start.error} />}
      {job?.error != null && <p role="alert">{sentenceOf(job.error, t)}</p>}
    </>
  );
}

function DeleteRun({ id }: { id: string }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const [asked, setAsked] = useState(false);
  const remove = useMutation(
    trpc.training.delete.mutationOptions({ onSuccess: () => navigate({ to: '/timeline', search: {} }) }),
  );
  return (
    <Section title={t('timeline:remove')}>
      <Button
        variant="default"
        loading={remove.isPending}
        onClick={() => (asked ? remove.mutate({ id }) : setAsked(true))}
      >
        {t(asked ? 'timeline:removeConfirm' : 'timeline:removeAction')}
      </Button>
      {remove.error !== null && <ErrorLine error={remove.error} />}
    </Section>
  );
}
