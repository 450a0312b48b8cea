import { useTranslation } from 'react-i18next';
import styles from './clock.module.css';

export interface ResidualPlotProps {
  /** Seconds of the recording, and what the clock leaves over, milliseconds. */
  readonly points: readonly { readonly time: number; readonly residualMs: number }[];
  /** Milliseconds that count as matching. */
  readonly toleranceMs: number;
}

const [WIDTH, HEIGHT, LEFT, BOTTOM] = [1000, 190, 64, 26];

/** Residuals of matched marks over the run: flat about 0 where the clock is right, sloped where drift is left. */
export function ResidualPlot({ points, toleranceMs }: ResidualPlotProps) {
  const { t } = useTranslation('viewers');
  const sizes = points.map(({ residualMs }) => Math.abs(residualMs));
  const most = Math.min(toleranceMs, Math.max(0.1, ...sizes) * 1.15);
  const first = points.reduce((least, { time }) => Math.min(least, time), Number.POSITIVE_INFINITY);
  const last = points.reduce((latest, { time }) => Math.max(latest, time), Number.NEGATIVE_INFINITY);
  const span = Math.max(1e-6, last - first);
  const x = (time: number): number => LEFT + 12 + ((time - first) / span) * (WIDTH - LEFT - 30);
  const y = (value: number): number => (HEIGHT - BOTTOM) / 2 - (value / most) * ((HEIGHT - BOTTOM) / 2 - 10);
  const written = (value: number): string => `${Number(value.toPrecision(2))} ms`;
  return (
    <svg
      className={styles.residuals}
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      role="img"
      aria-label={t('clock.residuals', { count: points.length })}
      data-testid="clock-residuals"
    >
      {[-most, 0, most].map((value) => (
        <g key={value}>
          <line
            className={value === 0 ? styles.zero : styles.tick}
            x1={LEFT}
            x2={WIDTH}
            y1={y(value)}
            y2={y(value)}
          />
          <text className={styles.axisText} x={LEFT - 6} y={y(value) + 4}>
            {written(value)}
          </text>
        </g>
      ))}
      {points.map(({ time, residualMs }, at) => (
        <circle
          key={`${time} ${at}`}
          className={styles.point}
          cx={x(time)}
          cy={y(Math.max(-most, Math.min(most, residualMs)))}
          r={3}
        />
      ))}
      {points.length > 0 &&
        [first, last].map((time, at) => (
          <text
            key={time}
            className={styles.tickText}
            x={x(time)}
            y={HEIGHT - 8}
            textAnchor={at === 0 ? 'start' : 'end'}
          >
            {`${time.toFixed(1)} s`}
          </text>
        ))}
    </svg>
  );
}
