import { Button, Textarea } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type ModelSource, type TextReading, textReadingSchema } from '../../../main/contract/models.ts';
import { trpc } from '../../api/client.ts';
import { sentenceOf } from '../../api/errors.ts';
import { FactList } from '../../components/fact-list.tsx';
import { formatNumber, formatSignificant } from '../../components/format.ts';
import { JobProgressLine } from '../../components/job-progress.tsx';
import { ErrorLine } from '../../components/states.tsx';
import classes from './models.module.css';

/** Bits at which a token is shaded fully. */
const FULL = 16;

/** Runs a model on a typed text, and shows what it made of it. */
export function ReadText({ source }: { source: ModelSource }) {
  const { t } = useTranslation();
  const [text, setText] = useState('');
  const start = useMutation(trpc.models.read.mutationOptions());
  const jobs = useQuery(trpc.jobs.list.queryOptions()).data ?? [];
  const job = jobs.find(({ id }) => id === start.data?.id) ?? start.data;
  const running = job?.state === 'queued' || job?.state === 'running';
  const reading = textReadingSchema.safeParse(job?.result);
  return (
    <>
      <Textarea
        aria-label={t('models:read.text')}
        placeholder={t('models:read.text')}
        autosize
        minRows={2}
        maxRows={8}
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
        data-testid="read-text"
      />
      <div className={classes.actions}>
        <Button
          disabled={text.trim() === ''}
          loading={start.isPending || running}
          onClick={() => start.mutate({ source, text })}
          data-testid="read-run"
        >
          {t('models:read.action')}
        </Button>
      </div>
      {running && job !== undefined && <JobProgressLine job={job} />}
      {start.error !== null && <ErrorLine error={start.error} />}
      {job?.error != null && <p role="alert">{sentenceOf(job.error, t)}</p>}
      {reading.success && <Reading reading={reading.data} />}
    </>
  );
}

function Reading({ reading }: { reading: TextReading }) {
  const { t, i18n } = useTranslation();
  const { tokens, next, norms } = reading;
  const causal = tokens.some(({ surprisal }) => surprisal !== null);
  return (
    <div data-testid="reading">
      <p className={classes.tokens}>
        {tokens.map(({ text, surprisal }, at) => (
          <span
            // The same token may come again; its place tells it apart.
            key={`${at}-${text}`}
            className={classes.token}
            style={{
              background: `color-mix(in srgb, var(--gy-warn) ${Math.round(Math.min(1, (surprisal ?? 0) / FULL) * 45)}%, transparent)`,
            }}
            title={
              surprisal === null
                ? text
                : t('models:read.surprisal', { bits: formatNumber(surprisal, i18n.language, 2) })
            }
          >
            {text.replaceAll('\n', '↵')}
          </span>
        ))}
      </p>
      <p className={classes.muted}>
        {t(causal ? 'models:read.tokens' : 'models:read.tokensOnly', { count: tokens.length })}
      </p>
      {next.length > 0 && (
        <FactList
          facts={next.map(({ text, probability }, at) => ({
            label: `${at + 1}. ${JSON.stringify(text)}`,
            value: `${formatNumber(100 * probability, i18n.language, 1)} %`,
          }))}
        />
      )}
      <h3 className={classes.minor}>{t('models:read.norms')}</h3>
      <FactList
        facts={norms.map((norm, layer) => ({
          label: t('models:read.layer', { layer }),
          value: formatSignificant(norm, i18n.language),
        }))}
      />
    </div>
  );
}
