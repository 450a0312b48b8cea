import { type KeyboardEvent, useId } from 'react';
import { useTranslation } from 'react-i18next';
import { gazeBounds } from './bounds.ts';
import styles from './scan-path.module.css';

export interface ScanFixation {
  readonly start: number;
  readonly end: number;
  readonly x: number;
  readonly y: number;
  /** Line of text it belongs to; null for none, left out where lines are no matter. */
  readonly line?: number | null;
  readonly byHand?: boolean;
}

export interface ScanPathProps {
  readonly screen: { readonly width: number; readonly height: number } | null;
  readonly words: readonly {
    readonly word: string;
    readonly left: number;
    readonly top: number;
    readonly right: number;
    readonly bottom: number;
  }[];
  /** [seconds, x, y], null where gaze is missing. */
  readonly trace: readonly (readonly [number, number | null, number | null])[];
  readonly fixations: readonly ScanFixation[];
  /** Vertical centres of lines; with them, fixations stand on their lines, and a stroke leads to where they were seen. */
  readonly lines?: readonly number[];
  /** The fixation in focus, and the keys that work on it; without, the picture takes no keys. */
  readonly selected?: number;
  readonly onSelect?: (index: number) => void;
  readonly onKeyDown?: (event: KeyboardEvent) => void;
}

/** Radius of a fixation of one second, as a share of the picture's height. */
const radiusShare = 0.05;

/** Gaze over the words: the trace as a thin line, fixations as circles whose area is their duration, in their order. */
export function ScanPath({
  screen,
  words,
  trace,
  fixations,
  lines,
  selected,
  onSelect,
  onKeyDown,
}: ScanPathProps) {
  const { t } = useTranslation('viewers');
  const help = useId();
  const { left, top, width, height } = gazeBounds(screen, words, fixations, trace);
  let pen = false;
  const path = trace
    .map(([, x, y]) => {
      const piece = x === null || y === null ? '' : `${pen ? 'L' : 'M'}${x} ${y}`;
      pen = x !== null && y !== null;
      return piece;
    })
    .join('');
  const heightOf = ({ line, y }: ScanFixation): number =>
    lines === undefined || line === undefined || line === null ? y : (lines[line] ?? y);
  return (
    <>
      <svg
        className={styles.path}
        viewBox={`${left} ${top} ${width} ${height}`}
        style={{ aspectRatio: `${width} / ${height}` }}
        role={onKeyDown === undefined ? 'img' : 'application'}
        aria-label={t('gaze.path', { fixations: fixations.length, words: words.length })}
        aria-describedby={onKeyDown === undefined ? undefined : help}
        tabIndex={onKeyDown === undefined ? undefined : 0}
        onKeyDown={onKeyDown}
        data-testid="scan-path"
      >
        <rect className={styles.page} x={left} y={top} width={width} height={height} />
        {words.map((word) => (
          <g key={`${word.left} ${word.top} ${word.word}`}>
            <rect
              className={styles.area}
              x={word.left}
              y={word.top}
              width={word.right - word.left}
              height={word.bottom - word.top}
            />
            <text
              className={styles.word}
              x={(word.left + word.right) / 2}
              y={(word.top + word.bottom) / 2}
              fontSize={Math.min(
                (word.bottom - word.top) * 0.5,
                ((word.right - word.left) * 1.6) / Math.max(1, word.word.length),
              )}
            >
              {word.word}
            </text>
          </g>
        ))}
        <path className={styles.trace} d={path} />
        {fixations.map((fixation) =>
          heightOf(fixation) === fixation.y ? null : (
            <line
              key={`${fixation.start} ${fixation.x}`}
              className={styles.moved}
              x1={fixation.x}
              y1={fixation.y}
              x2={fixation.x}
              y2={heightOf(fixation)}
            />
          ),
        )}
        <polyline
          className={styles.order}
          points={fixations.map((fixation) => `${fixation.x},${heightOf(fixation)}`).join(' ')}
        />
        {fixations.map((fixation, index) => (
          <circle
            key={`${fixation.start} ${fixation.x}`}
            className={[
              styles.fixation,
              fixation.line === null && lines !== undefined ? styles.out : '',
              fixation.byHand ? styles.hand : '',
              index === selected ? styles.selected : '',
            ].join(' ')}
            cx={fixation.x}
            cy={heightOf(fixation)}
            r={height * radiusShare * Math.sqrt(Math.max(0, fixation.end - fixation.start) / 1000)}
            onPointerDown={onSelect === undefined ? undefined : () => onSelect(index)}
          >
            <title>
              {t('gaze.fixation', { number: index + 1, duration: Math.round(fixation.end - fixation.start) })}
            </title>
          </circle>
        ))}
      </svg>
      {onKeyDown !== undefined && (
        <p id={help} className={styles.help}>
          {t('gaze.keys')}
        </p>
      )}
    </>
  );
}
