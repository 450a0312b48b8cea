import type { TFunction } from 'i18next';

/** A metric's name in the page's language; a study's own metrics keep the name they have. */
export function metricLabel(metric: string, t: TFunction): string {
  return t(`timeline:metrics.${metric}`, { defaultValue: metric, keySeparator: '.' });
}

/** What training itself tells, the most watched first; a study's own metrics follow by name. */
const ORDER = [
  'loss',
  'held-out-loss',
  'learning-rate',
  'gradient-norm',
  'tokens-per-second',
  'frames-per-second',
];

/** Metrics in the order in which they are shown. */
export function orderMetrics(metrics: readonly string[]): string[] {
  const place = (metric: string) => (ORDER.includes(metric) ? ORDER.indexOf(metric) : ORDER.length);
  return metrics.toSorted((a, b) => place(a) - place(b) || a.localeCompare(b));
}
