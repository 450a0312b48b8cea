import { Button, Loader } from '@mantine/core';
import { IconAlertCircle } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { errorInfoOf, sentenceOf } from '../api/errors.ts';
import classes from './states.module.css';

/** Nothing here yet: what would be here, and the way to get it. */
export function EmptyState({
  title,
  text,
  children,
}: {
  title: string;
  text?: string;
  children?: ReactNode;
}) {
  return (
    <div className={classes.state} data-testid="empty-state">
      <h2 className={classes.heading}>{title}</h2>
      {text !== undefined && <div>{text}</div>}
      {children}
    </div>
  );
}

/** Stands where an answer is still awaited. */
export function LoadingState({ text }: { text?: string }) {
  const { t } = useTranslation();
  return (
    <div className={classes.state} role="status" data-testid="loading-state">
      <div className={classes.line}>
        <Loader size={14} />
        {text ?? t('common:loading')}
      </div>
    </div>
  );
}

/** One sentence in the page's language; the way to try again where there is one. */
export function ErrorLine({ error, onRetry }: { error: unknown; onRetry?: (() => void) | undefined }) {
  const { t } = useTranslation();
  return (
    <div className={classes.error} role="alert" data-testid="error">
      <IconAlertCircle size={15} aria-hidden />
      <div>{sentenceOf(errorInfoOf(error), t)}</div>
      {onRetry !== undefined && (
        <Button variant="subtle" size="compact-xs" onClick={onRetry}>
          {t('common:retry')}
        </Button>
      )}
    </div>
  );
}

/** Stands where an answer failed: the sentence, and a way to try again. */
export function ErrorState({ error, onRetry }: { error: unknown; onRetry?: () => void }) {
  return (
    <div className={classes.state}>
      <ErrorLine error={error} onRetry={onRetry} />
    </div>
  );
}

interface QueryLike<T> {
  readonly data: T | undefined;
  readonly error: unknown;
  readonly isPending: boolean;
  refetch(): unknown;
}

/** The three states of an answer: on its way, refused, there. */
export function Answer<T>({ query, children }: { query: QueryLike<T>; children: (data: T) => ReactNode }) {
  if (query.data !== undefined) return children(query.data);
  if (query.isPending) return <LoadingState />;
  return <ErrorState error={query.error} onRetry={() => void query.refetch()} />;
}
