/** How steps are laid along the axis: as they are, or by the logarithm of step + 1 (so that step 0 has a place). */
export type StepScale = 'linear' | 'log';

/** Place of a step along the axis, in units of the scale. */
export function stepPosition(step: number, scale: StepScale): number {
  return scale === 'log' ? Math.log1p(step) : step;
}

/**
 * M4 down-sampling (Jugel et al. 2014, "M4: a visualization-oriented time series data aggregation", VLDB 7): the axis is
 * cut into `buckets` of equal width on the scale, and of each bucket the first, the last, the smallest and the largest
 * point stay. With one bucket a pixel column, a line through them covers the same pixels as one through all points. Points
 * that are not finite stay only as first or last of their bucket, so that a gap still shows.
 * @param steps ascending
 * @returns indices of the points that stay, ascending, at most four a bucket; all of them where there are no more than that
 */
export function decimate(
  steps: ArrayLike<number>,
  values: ArrayLike<number>,
  buckets: number,
  scale: StepScale = 'linear',
): Uint32Array<ArrayBuffer> {
  const count = steps.length;
  if (count <= 4 * buckets) return firstNumbers(count);
  const start = stepPosition(steps[0], scale);
  const width = stepPosition(steps[count - 1], scale) - start;
  const bucketOf = (at: number) =>
    Math.min(buckets - 1, Math.floor(((stepPosition(steps[at], scale) - start) / width) * buckets));
  const kept = new Uint32Array(4 * buckets);
  let length = 0;
  const keep = (at: number) => {
    if (length === 0 || kept[length - 1] < at) kept[length++] = at;
  };
  for (let first = 0; first < count; ) {
    const bucket = bucketOf(first);
    let smallest = first;
    let largest = first;
    let next = first + 1;
    for (; next < count && bucketOf(next) === bucket; next++) {
      // Written so that a finite value takes the place of one that is not.
      if (!(values[next] >= values[smallest]) && Number.isFinite(values[next])) smallest = next;
      if (!(values[next] <= values[largest]) && Number.isFinite(values[next])) largest = next;
    }
    keep(first);
    keep(Math.min(smallest, largest));
    keep(Math.max(smallest, largest));
    keep(next - 1);
    first = next;
  }
  return kept.slice(0, length);
}

// A loop: of thousands of curves, Uint32Array.from with a callback would take half the time that a timeline needs.
function firstNumbers(count: number): Uint32Array<ArrayBuffer> {
  const numbers = new Uint32Array(count);
  for (let at = 0; at < count; at++) numbers[at] = at;
  return numbers;
}
