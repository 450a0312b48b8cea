import { useTranslation } from 'react-i18next';
import type { ImportPreview } from '../../../../main/contract/importing.ts';
import { FactList } from '../../../components/fact-list.tsx';
import { formatClock, formatNumber } from '../../../components/format.ts';
import classes from './import.module.css';

export interface WordClockProps {
  readonly words: NonNullable<ImportPreview['words']>;
  /** Length of the run in seconds; null while the TR is not known. */
  readonly duration: number | null;
}

/** The span of the words against the length of the run, on one clock; the red line is the run's end. */
export function WordClock({ words, duration }: WordClockProps) {
  const { t, i18n } = useTranslation();
  const end = Math.max(words.lastOffset, duration ?? 0, 1e-6);
  const start = Math.min(0, words.firstOnset);
  const percent = (seconds: number) => (100 * (seconds - start)) / (end - start);
  return (
    <>
      <div className={classes.clock} role="img" aria-label={t('data:import.preview.clock')}>
        <div
          className={classes.clockWords}
          style={{
            left: `${percent(words.firstOnset)}%`,
            width: `${percent(words.lastOffset) - percent(words.firstOnset)}%`,
          }}
        />
        {duration !== null && (
          <div className={classes.clockEnd} style={{ left: `calc(${percent(duration)}% - 1px)` }} />
        )}
      </div>
      <div className={classes.ticks}>
        <span>{formatClock(Math.max(0, start))}</span>
        <span>{formatClock(end)}</span>
      </div>
      <FactList
        facts={[
          {
            label: t('data:import.found.words'),
            value: formatNumber(words.count, i18n.language),
            testId: 'preview-words',
          },
          {
            label: t('data:import.preview.firstWord'),
            value: `${formatNumber(words.firstOnset, i18n.language, 2)} s`,
          },
          {
            label: t('data:import.preview.lastWord'),
            value: `${formatNumber(words.lastOffset, i18n.language, 2)} s`,
          },
          {
            label: t('data:import.preview.begins'),
            value: words.first
              .slice(0, 14)
              .map((word) => word.text)
              .join(' '),
          },
        ]}
      />
    </>
  );
}
