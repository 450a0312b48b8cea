import { Button, Textarea } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { checkpointComparisonSchema } from '../../../main/contract/checkpoints.ts';
import type { Job } from '../../../main/contract/jobs.ts';
import { trpc } from '../../api/client.ts';
import { sentenceOf } from '../../api/errors.ts';
import { JobProgressLine } from '../../components/job-progress.tsx';
import { Page } from '../../components/page.tsx';
import { ProjectGate } from '../../components/project-gate.tsx';
import { EmptyState, ErrorLine, LoadingState } from '../../components/states.tsx';
import { Comparison } from './comparison.tsx';
import classes from './timeline.module.css';

/** Two checkpoints side by side: every tensor, and every layer on a text. */
export function ComparePage() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { a, b } = useSearch({ from: '/timeline/compare' });
  return (
    <Page
      name="compare"
      title={t('timeline:compare.title')}
      actions={
        <Button variant="default" onClick={() => void navigate({ to: '/timeline', search: withPins(a, b) })}>
          {t('timeline:compare.back')}
        </Button>
      }
      padded={false}
    >
      <ProjectGate>
        {a === undefined || b === undefined ? (
          <EmptyState title={t('timeline:compare.none')} text={t('timeline:compare.noneText')} />
        ) : (
          <Compare key={`${a} ${b}`} first={a} second={b} />
        )}
      </ProjectGate>
    </Page>
  );
}

function withPins(a: string | undefined, b: string | undefined) {
  return { ...(a === undefined ? {} : { a }), ...(b === undefined ? {} : { b }) };
}

function Compare({ first, second }: { first: string; second: string }) {
  const { t } = useTranslation();
  const [text, setText] = useState('');
  const start = useMutation(trpc.training.compare.mutationOptions());
  const jobs = useQuery(trpc.jobs.list.queryOptions()).data ?? [];
  const job = jobs.find(({ id }) => id === start.data?.id) ?? start.data;
  // Tensors need no text: they are compared as soon as the page opens, once.
  const begun = useRef(false);
  const { mutate } = start;
  useEffect(() => {
    if (!begun.current) mutate({ first, second });
    begun.current = true;
  }, [mutate, first, second]);
  const busy = job !== undefined && (job.state === 'queued' || job.state === 'running');
  return (
    <div className={classes.compare}>
      <div className={classes.row}>
        <Textarea
          className={classes.wide ?? ''}
          label={t('timeline:compare.text')}
          description={t('timeline:compare.textHint')}
          autosize
          minRows={2}
          maxRows={6}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
          data-testid="compare-text"
        />
        <Button
          disabled={text.trim() === ''}
          loading={start.isPending || busy}
          onClick={() => start.mutate({ first, second, text })}
          data-testid="compare-layers"
        >
          {t('timeline:compare.layers')}
        </Button>
      </div>
      {start.error !== null && <ErrorLine error={start.error} />}
      {job === undefined ? start.error === null && <LoadingState /> : <Outcome job={job} />}
    </div>
  );
}

function Outcome({ job }: { job: Job }) {
  const { t } = useTranslation();
  if (job.state === 'queued' || job.state === 'running') return <JobProgressLine job={job} />;
  if (job.error !== null) return <p role="alert">{sentenceOf(job.error, t)}</p>;
  const result = checkpointComparisonSchema.safeParse(job.result);
  return result.success ? <Comparison comparison={result.data} /> : <p>{t(`jobs:states.${job.state}`)}</p>;
}
