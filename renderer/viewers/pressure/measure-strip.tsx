import styles from './measure-strip.module.css';

export interface MeasureStripProps {
  readonly label: string;
  /** One value a frame shown; null where there is none. */
  readonly values: readonly (number | null)[];
  readonly text: string;
}

const width = 300;
const height = 34;

/** One measure over time as a small line; gaps stay gaps. */
export function MeasureStrip({ label, values, text }: MeasureStripProps) {
  const known = values.filter((value): value is number => value !== null);
  const [low, high] = [Math.min(0, ...known), Math.max(...known, 1e-12)];
  const x = (at: number) => (values.length < 2 ? width / 2 : (at * width) / (values.length - 1));
  const y = (value: number) => height - 2 - ((value - low) / (high - low)) * (height - 4);
  let pen = false;
  const path = values
    .map((value, at) => {
      const piece = value === null ? '' : `${pen ? 'L' : 'M'}${x(at).toFixed(1)} ${y(value).toFixed(1)}`;
      pen = value !== null;
      return piece;
    })
    .join('');
  return (
    <div className={styles.strip}>
      <span>{label}</span>
      <svg
        viewBox={`0 0 ${width} ${height}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={`${label}: ${text}`}
      >
        <path d={path} />
      </svg>
      <span className={styles.text}>{text}</span>
    </div>
  );
}
