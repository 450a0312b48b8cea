import type { Picture } from './live-page.ts';

/** Quantiles of numbers, to a hundredth. */
export function quantiles(values: readonly number[]): { count: number; at: (share: number) => number } {
  const sorted = Float64Array.from(values).sort();
  return {
    count: sorted.length,
    at: (share) =>
      Math.round(
        100 * (sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN),
      ) / 100,
  };
}

/**
 * Milliseconds that shown frames spent on each part of their way, and on each part those of the slowest hundredth: the
 * parts of one frame add up to its latency.
 * @param arrivals when frames arrived in the station, by number
 */
export function stageTable(
  pictures: readonly Picture[],
  arrivals: ReadonlyMap<number, number>,
): Record<string, Record<string, number>> {
  const known = pictures.filter(({ number }) => arrivals.has(number));
  const arrived = ({ number }: Picture) => arrivals.get(number) ?? Number.NaN;
  const stages: Record<string, (picture: Picture) => number> = {
    'device to station': (one) => arrived(one) - one.sent,
    'station to answer': (one) => one.delay,
    'answer to page': (one) => one.fetched - arrived(one) - one.delay,
    'wait for animation frame': (one) => one.begun - one.fetched,
    'read and draw': (one) => one.drawn - one.begun,
    'finish picture': (one) => one.painted - one.drawn,
  };
  const slow = quantiles(known.map(({ sent, painted }) => painted - sent)).at(0.99);
  const slowest = known.filter(({ sent, painted }) => painted - sent >= slow);
  return Object.fromEntries(
    Object.entries(stages).map(([name, of]) => {
      const { at } = quantiles(known.map(of));
      const mean = slowest.reduce((sum, one) => sum + of(one), 0) / slowest.length;
      return [name, { p50: at(0.5), p90: at(0.9), p99: at(0.99), in_slowest: Math.round(100 * mean) / 100 }];
    }),
  );
}
