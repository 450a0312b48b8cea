import styles from './distribution-strip.module.css';

export interface DistributionStripProps {
  readonly label: string;
  /** How many lie in each of equal steps. */
  readonly counts: readonly number[];
  /** What the first step begins and the last one ends with. */
  readonly from: string;
  readonly to: string;
  readonly text: string;
}

const width = 240;
const height = 34;

/** A small histogram of one quantity, for many of them under one another. */
export function DistributionStrip({ label, counts, from, to, text }: DistributionStripProps) {
  const most = Math.max(...counts, 1);
  const step = width / counts.length;
  const bars = counts
    .map((count, at) => {
      const tall = (count / most) * (height - 2);
      return `M${(at * step + 0.5).toFixed(1)} ${height}v${-tall.toFixed(1)}h${(step - 1).toFixed(1)}v${tall.toFixed(1)}z`;
    })
    .join('');
  return (
    <div className={styles.strip}>
      <span className={styles.label} title={label}>
        {label}
      </span>
      <span className={styles.end}>{from}</span>
      <svg
        viewBox={`0 0 ${width} ${height}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={`${label}: ${from} – ${to}, ${text}`}
      >
        <path d={bars} />
      </svg>
      <span>{to}</span>
      <span className={styles.text}>{text}</span>
    </div>
  );
}
