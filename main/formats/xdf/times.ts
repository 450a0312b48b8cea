import type { XdfStream } from './read-xdf.ts';

/** Samples `start` to `stop` (not included) that were recorded without a break. */
export interface Segment {
  readonly start: number;
  readonly stop: number;
}

/** Times of a stream on the recorder's clock, without jitter. */
export interface CorrectedTimes {
  readonly stamps: Float64Array;
  readonly segments: readonly Segment[];
  /** Samples per second as measured; 0 for irregular streams. */
  readonly effectiveRate: number;
}

/** Unit in which clock differences are robustly fitted: differences over it count as outliers. */
const WINSOR = 0.0001;

/**
 * Brings the times of a stream to the recorder's clock and takes the jitter out of them, as pyxdf.load_xdf does by
 * default: a robust line through the clock differences (one for each stretch between clock resets), then a line
 * through the times of every stretch without a break.
 */
export function correctedTimes(stream: XdfStream): CorrectedTimes {
  const kept = withoutGarbage(stream);
  const stamps = synchronised(kept);
  return withoutJitter(stamps, stream.header.sfreq, stream.header.dropsSamples);
}

interface Clocked {
  readonly stamps: Float64Array;
  readonly clockTimes: readonly number[];
  readonly clockValues: readonly number[];
}

/** Recorders could append one sample and one clock difference of garbage (pylsl issue 67): both together are dropped. */
function withoutGarbage({ stamps, clockTimes, clockValues, announced }: XdfStream): Clocked {
  const extra = announced !== null && stamps.length > announced && clockTimes.length >= 3;
  if (!extra || !lastIsOutlier(clockTimes, clockValues))
    return { stamps: stamps.slice(), clockTimes, clockValues };
  return {
    stamps: stamps.slice(0, announced),
    clockTimes: clockTimes.slice(0, -1),
    clockValues: clockValues.slice(0, -1),
  };
}

function lastIsOutlier(times: readonly number[], values: readonly number[]): boolean {
  const intervals = differences(times);
  const usual = median(intervals.slice(0, -1));
  const last = Math.abs(intervals[intervals.length - 1]);
  const ratio = usual > 0 ? last / usual : last > 0 ? Number.POSITIVE_INFINITY : 1;
  const centre = median(values.slice(0, -1));
  const spread = median(values.slice(0, -1).map((value) => Math.abs(value - centre)));
  const score =
    spread > Number.EPSILON ? Math.abs(values[values.length - 1] - centre) / (1.4826 * spread) : 0;
  return ratio > 10 || score > 10;
}

function synchronised({ stamps, clockTimes, clockValues }: Clocked): Float64Array {
  if (stamps.length === 0 || clockTimes.length === 0) return stamps;
  const ranges = clockTimes.length > 1 ? clockRanges(clockTimes, clockValues) : [{ start: 0, stop: 1 }];
  const lines = ranges.map(({ start, stop }) =>
    stop - start === 1
      ? { intercept: clockValues[start], slope: 0 }
      : robustLine(clockTimes.slice(start, stop), clockValues.slice(start, stop)),
  );
  let from = 0;
  ranges.forEach(({ stop }, index) => {
    let to = stamps.length;
    if (stop < clockTimes.length) {
      // Up to the first time that is closer to the next stretch of the clock than to this one.
      const [end, next] = [clockTimes[stop - 1], clockTimes[stop]];
      const found = stamps.findIndex(
        (time, at) => at >= from && Math.abs(time - end) >= Math.abs(time - next),
      );
      to = found < 0 ? stamps.length : found;
    }
    const { intercept, slope } = lines[index];
    for (let at = from; at < to; at++) stamps[at] += intercept + slope * stamps[at];
    from = to;
  });
  return stamps;
}

/** Stretches between resets of the sending clock: backward times, or jumps of both time and difference. */
function clockRanges(times: readonly number[], values: readonly number[]): Segment[] {
  const steps = differences(times);
  const timeJump = outliers(steps, 5, 5);
  const valueJump = outliers(differences(values), 10, 1);
  return split(steps.map((step, index) => step < 0 || (timeJump[index] && valueJump[index])));
}

function outliers(steps: readonly number[], deviations: number, seconds: number): boolean[] {
  const centre = median(steps);
  const shifts = steps.map((step) => Math.abs(step - centre));
  const spread = median(shifts) + Number.EPSILON;
  return shifts.map((shift) => shift / spread > deviations && shift > seconds);
}

/** Line with the least Huber loss, by the alternating direction method of multipliers (Boyd et al. 2011). */
function robustLine(
  times: readonly number[],
  values: readonly number[],
): { intercept: number; slope: number } {
  const x = times.map((time) => time / WINSOR);
  const y = values.map((value) => value / WINSOR);
  const offset = Math.min(...x);
  const a = x.map((value) => value - offset);
  const [n, sum, square] = [a.length, total(a), total(a.map((value) => value * value))];
  const determinant = n * square - sum * sum;
  if (!(determinant > 0)) return { intercept: 0, slope: 0 };
  let z = new Array<number>(n).fill(0);
  let u = new Array<number>(n).fill(0);
  let [intercept, slope] = [0, 0];
  for (let round = 0; round < 1000; round++) {
    const target = y.map((value, index) => value + z[index] - u[index]);
    const [b0, b1] = [total(target), total(target.map((value, index) => value * a[index]))];
    intercept = (square * b0 - sum * b1) / determinant;
    slope = (n * b1 - sum * b0) / determinant;
    const rest = a.map((value, index) => intercept + slope * value - y[index] + u[index]);
    z = rest.map((d) => d / 2 + (d === 0 ? 0 : Math.max(0, 1 - 2 / Math.abs(d))) * (d / 2));
    u = rest.map((d, index) => d - z[index]);
  }
  return { intercept: (intercept - slope * offset) * WINSOR, slope };
}

function withoutJitter(stamps: Float64Array, sfreq: number, dropsSamples: boolean): CorrectedTimes {
  const whole = stamps.length > 0 ? [{ start: 0, stop: stamps.length }] : [];
  if (sfreq === 0 || stamps.length === 0) return { stamps, segments: whole, effectiveRate: 0 };
  if (dropsSamples) {
    const seconds = stamps[stamps.length - 1] - stamps[0];
    return { stamps, segments: whole, effectiveRate: seconds > 0 ? (stamps.length - 1) / seconds : 0 };
  }
  const limit = Math.max(1, 500 / sfreq);
  const breaks: boolean[] = [];
  for (let at = 1; at < stamps.length; at++) breaks.push(Math.abs(stamps[at] - stamps[at - 1]) > limit);
  const segments = split(breaks);
  let [intervals, seconds] = [0, 0];
  for (const { start, stop } of segments) {
    straighten(stamps, start, stop);
    intervals += stop - start - 1;
    seconds += stamps[stop - 1] - stamps[start];
  }
  return { stamps, segments, effectiveRate: seconds > 0 ? intervals / seconds : 0 };
}

/** Replaces times by those of the line that fits them best. */
function straighten(stamps: Float64Array, start: number, stop: number): void {
  const n = stop - start;
  if (n < 2) return;
  const middle = (n - 1) / 2;
  let [mean, cross] = [0, 0];
  for (let at = start; at < stop; at++) mean += (stamps[at] - stamps[start]) / n;
  for (let at = start; at < stop; at++) cross += (at - start - middle) * (stamps[at] - stamps[start] - mean);
  const slope = cross / ((n * (n * n - 1)) / 12);
  const first = stamps[start];
  for (let at = start; at < stop; at++) stamps[at] = first + mean + slope * (at - start - middle);
}

function split(breaks: readonly boolean[]): Segment[] {
  const starts = [0, ...breaks.flatMap((isBreak, index) => (isBreak ? [index + 1] : []))];
  return starts.map((start, index) => ({ start, stop: starts[index + 1] ?? breaks.length + 1 }));
}

function differences(values: readonly number[]): number[] {
  return values.slice(1).map((value, index) => value - values[index]);
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const half = sorted.length >> 1;
  if (sorted.length === 0) return Number.NaN;
  return sorted.length % 2 === 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
}

function total(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}
