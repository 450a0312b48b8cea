import { useId } from 'react';
import { useTranslation } from 'react-i18next';
import styles from './clock.module.css';

export interface ClockTimelineProps {
  /** Seconds of the recording that are shown. */
  readonly from: number;
  readonly to: number;
  /** Marks of the recording, seconds; `chosen` ones may belong to words. */
  readonly marks: readonly { readonly time: number; readonly label: string; readonly chosen: boolean }[];
  /** Words where the clock puts them in the recording, seconds; `mark` is the time of the mark each belongs to. */
  readonly words: readonly {
    readonly text: string;
    readonly onset: number;
    readonly duration: number;
    readonly mark: number | null;
  }[];
}

const [WIDTH, HEIGHT] = [1000, 150];
const [AXIS, MARKS, WORDS] = [18, 30, 92];
/** Width of a letter and the gap after a text, in the picture's units. */
const [LETTER, GAP] = [6.6, 8];

/** Marks above, words below, on the one axis of the recording; a line joins what belongs together. */
export function ClockTimeline({ from, to, marks, words }: ClockTimelineProps) {
  const { t } = useTranslation('viewers');
  const clip = useId();
  const span = Math.max(1e-6, to - from);
  const x = (seconds: number): number => ((seconds - from) / span) * WIDTH;
  const inside = (seconds: number): boolean => seconds >= from && seconds <= to;
  const shownMarks = marks.filter(({ time }) => inside(time));
  const shownWords = words.filter(({ onset, duration }) => onset <= to && onset + duration >= from);
  /** A text is written where the next one leaves room for it. */
  const fits = (text: string, at: number, next: number | undefined): boolean =>
    next === undefined || x(next) - x(at) >= text.length * LETTER + GAP;
  const step = niceStep(span / 8);
  const ticks = Array.from(
    { length: Math.floor(to / step) - Math.ceil(from / step) + 1 },
    (_, at) => (Math.ceil(from / step) + at) * step,
  );
  return (
    <svg
      className={styles.timeline}
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      role="img"
      aria-label={t('clock.timeline', { marks: shownMarks.length, words: shownWords.length })}
      data-testid="clock-timeline"
    >
      <clipPath id={clip}>
        <rect x={0} y={0} width={WIDTH} height={HEIGHT} />
      </clipPath>
      <g clipPath={`url(#${clip})`}>
        {ticks.map((tick) => (
          <g key={tick}>
            <line className={styles.tick} x1={x(tick)} x2={x(tick)} y1={AXIS} y2={HEIGHT} />
            <text className={styles.tickText} x={x(tick) + 3} y={AXIS - 5}>
              {`${Number(tick.toFixed(3))} s`}
            </text>
          </g>
        ))}
        {shownWords.map(({ text, onset, duration, mark }, at) => (
          <g key={`${onset} ${at}`}>
            {mark !== null && (
              <line className={styles.pair} x1={x(mark)} y1={MARKS + 28} x2={x(onset)} y2={WORDS} />
            )}
            <rect
              className={mark === null ? styles.lone : styles.word}
              x={x(onset)}
              y={WORDS}
              width={Math.max(1.5, (duration / span) * WIDTH)}
              height={26}
            />
            {fits(text, onset, shownWords[at + 1]?.onset) && (
              <text className={styles.wordText} x={x(onset) + 3} y={WORDS + 17}>
                {text}
              </text>
            )}
          </g>
        ))}
        {shownMarks.map(({ time, label, chosen }, at) => (
          <g key={`${time} ${at}`}>
            <line
              className={chosen ? styles.mark : styles.other}
              x1={x(time)}
              x2={x(time)}
              y1={MARKS}
              y2={MARKS + 28}
            />
            {fits(label, time, shownMarks[at + 1]?.time) && (
              <text className={styles.markText} x={x(time) + 3} y={MARKS + 10}>
                {label}
              </text>
            )}
          </g>
        ))}
      </g>
    </svg>
  );
}

/** 1, 2 or 5 times a power of ten, at least as large. */
function niceStep(least: number): number {
  const power = 10 ** Math.floor(Math.log10(least));
  return [1, 2, 5, 10].map((factor) => factor * power).find((step) => step >= least * 0.999) ?? 10 * power;
}
