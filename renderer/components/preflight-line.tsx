import { useTranslation } from 'react-i18next';
import type { Preflight } from '../../main/contract/jobs.ts';
import { sentenceOf } from '../api/errors.ts';
import { FactList } from './fact-list.tsx';
import { formatBytes, formatDuration } from './format.ts';
import { ErrorLine, LoadingState } from './states.tsx';

interface PreflightQuery {
  readonly data: Preflight | null | undefined;
  readonly error: unknown;
  readonly isFetching: boolean;
}

/** What the work would need, told before it starts; the reason and a smaller plan where it would not fit. */
export function PreflightLine({ query }: { query: PreflightQuery }) {
  const { t, i18n } = useTranslation();
  if (query.error !== null) return <ErrorLine error={query.error} />;
  if (query.data === undefined)
    return query.isFetching ? <LoadingState text={t('common:preflight.reading')} /> : null;
  if (query.data === null) return null;
  const { peakMemoryBytes, diskBytes, seconds, reason, alternative, fits } = query.data;
  return (
    <div data-testid="preflight" data-fits={fits}>
      <FactList
        facts={[
          { label: t('common:preflight.memory'), value: formatBytes(peakMemoryBytes, i18n.language) },
          { label: t('common:preflight.disk'), value: formatBytes(diskBytes, i18n.language) },
          { label: t('common:preflight.time'), value: formatDuration(seconds, i18n.language) },
        ]}
      />
      {reason !== null && (
        <p style={{ color: 'var(--gy-bad)', margin: '8px 0 0' }}>{sentenceOf(reason, t)}</p>
      )}
      {!fits && alternative !== null && (
        <p style={{ margin: '8px 0 0' }}>
          {t('common:preflight.alternative', { plan: alternative.description })}
        </p>
      )}
    </div>
  );
}
