/** A stretch of samples, first and last inclusive. */
export interface SampleSpan {
  readonly first: number;
  readonly last: number;
}

/** How blinks are bridged. Times in milliseconds. */
export interface BlinkOptions {
  /** Gaps longer than this stay gaps. */
  readonly longest: number;
  /** Samples this near to a gap belong to it: lids move before the pupil is lost. */
  readonly margin: number;
}

/** Stretches of missing values no longer than `longest`, widened by the margin; gaps at the ends are none. */
export function findBlinks(
  time: ArrayLike<number>,
  values: ArrayLike<number>,
  { longest, margin }: BlinkOptions,
): SampleSpan[] {
  const spans: SampleSpan[] = [];
  for (let at = 0; at < values.length; at++) {
    if (!Number.isNaN(values[at])) continue;
    let first = at;
    while (at + 1 < values.length && Number.isNaN(values[at + 1])) at += 1;
    let last = at;
    if (first === 0 || last === values.length - 1 || time[last] - time[first] > longest) continue;
    const [from, to] = [time[first] - margin, time[last] + margin];
    while (first > 0 && time[first - 1] >= from) first -= 1;
    while (last < values.length - 1 && time[last + 1] <= to) last += 1;
    spans.push({ first, last });
  }
  return spans;
}

/**
 * Bridges spans by a straight line in time between the samples just outside them. Spans that reach the ends of the
 * recording, or whose neighbours are missing, stay as they are.
 * @returns a copy
 */
export function interpolateSpans(
  time: ArrayLike<number>,
  values: ArrayLike<number>,
  spans: readonly SampleSpan[],
): Float64Array {
  const out = Float64Array.from(values);
  for (const { first, last } of spans) {
    const [before, after] = [first - 1, last + 1];
    if (before < 0 || after >= values.length || Number.isNaN(values[before]) || Number.isNaN(values[after]))
      continue;
    const slope = (values[after] - values[before]) / (time[after] - time[before]);
    for (let at = first; at <= last; at++) out[at] = values[before] + slope * (time[at] - time[before]);
  }
  return out;
}
