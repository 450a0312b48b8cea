import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { Word } from '../../../main/contract/stimuli.ts';
import { trpc } from '../../api/client.ts';
import { formatClock } from '../../components/format.ts';
import { ScrollRegion } from '../../components/scroll-region.tsx';
import { Answer } from '../../components/states.tsx';
import classes from './stimuli.module.css';

/** Seconds of the stimulus clock in one line. */
const lineSeconds = 5;

/** Words of every line, by the line that their onset falls into. Onsets before 0 stand in the first line. */
export function wordLines(words: readonly Word[]): Word[][] {
  const last = words.reduce((end, word) => Math.max(end, word.onset), 0);
  const lines: Word[][] = Array.from({ length: Math.floor(last / lineSeconds) + 1 }, () => []);
  for (const word of words) lines[Math.max(0, Math.floor(word.onset / lineSeconds))]?.push(word);
  return lines;
}

/** The words where they were heard, five seconds a line. */
export function WordTimeline({ id }: { id: string }) {
  const { t } = useTranslation();
  const stimulus = useQuery(trpc.stimuli.get.queryOptions({ id }));
  const lines = useMemo(() => wordLines(stimulus.data?.words ?? []), [stimulus.data]);
  return (
    <Answer query={stimulus}>
      {() => (
        <ScrollRegion
          className={classes.words}
          aria-label={t('stimuli:timeline')}
          data-testid="word-timeline"
        >
          <div className={`${classes.line} ${classes.scale}`}>
            <span className={classes.clock}>{t('stimuli:clockUnit')}</span>
            <span>{t('stimuli:perLine', { seconds: lineSeconds })}</span>
          </div>
          {lines.map((words, index) => (
            <TimelineLine key={index * lineSeconds} start={index * lineSeconds} words={words} />
          ))}
        </ScrollRegion>
      )}
    </Answer>
  );
}

function TimelineLine({ start, words }: { start: number; words: readonly Word[] }) {
  return (
    <div className={classes.line}>
      <span className={classes.clock} style={{ lineHeight: '30px' }}>
        {formatClock(start)}
      </span>
      <div className={classes.track}>
        {words.map((word, index) => (
          <span
            // Two words may share text and onset; their place in the list tells them apart.
            key={`${word.onset}-${index}`}
            className={classes.word}
            title={`${word.text} · ${word.onset.toFixed(2)} s · ${word.duration.toFixed(2)} s`}
            style={{
              left: `${(100 * Math.max(0, word.onset - start)) / lineSeconds}%`,
              width: `${(100 * Math.max(word.duration, 0.05)) / lineSeconds}%`,
            }}
          >
            {word.text}
          </span>
        ))}
      </div>
    </div>
  );
}
