import { useTranslation } from 'react-i18next';
import { gazeBounds } from './bounds.ts';
import styles from './scan-path.module.css';

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
  readonly fixations: readonly {
    readonly start: number;
    readonly end: number;
    readonly x: number;
    readonly y: number;
  }[];
}

/** Radius of a fixation of one second, as a share of the picture's height. */
const radiusShare = 0.05;

/** Gaze over the words: the trace as a thin line, fixations as numbered circles whose area is their duration. */
export function ScanPath({ screen, words, trace, fixations }: ScanPathProps) {
  const { t } = useTranslation('viewers');
  const { left, top, width, height } = gazeBounds(screen, words, fixations, trace);
  let pen = false;
  const path = trace
    .map(([, x, y]) => {
      const piece = x === null || y === null ? '' : `${pen ? 'L' : 'M'}${x} ${y}`;
      pen = x !== null && y !== null;
      return piece;
    })
    .join('');
  return (
    <svg
      className={styles.path}
      viewBox={`${left} ${top} ${width} ${height}`}
      style={{ aspectRatio: `${width} / ${height}` }}
      role="img"
      aria-label={t('gaze.path', { fixations: fixations.length, words: words.length })}
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
      <polyline className={styles.order} points={fixations.map(({ x, y }) => `${x},${y}`).join(' ')} />
      {fixations.map((fixation, index) => (
        <circle
          key={`${fixation.start} ${fixation.x}`}
          className={styles.fixation}
          cx={fixation.x}
          cy={fixation.y}
          r={height * radiusShare * Math.sqrt(Math.max(0, fixation.end - fixation.start) / 1000)}
        >
          <title>
            {t('gaze.fixation', { number: index + 1, duration: Math.round(fixation.end - fixation.start) })}
          </title>
        </circle>
      ))}
    </svg>
  );
}
