import { type Matrix, zeros } from '../../tensor/matrix.ts';

/** Lobes of the kernel on each side. */
export const LANCZOS_LOBES = 3;

/**
 * Lanczos kernel at lag t (s) for cutoff f (1/s): a·sin(πft)·sin(πft/a) / (πft)² for |ft| < a, else 0; 1 at 0. It
 * passes frequencies up to about f/2.
 */
export function lanczosKernel(t: number, cutoff: number, lobes = LANCZOS_LOBES): number {
  const x = t * cutoff;
  if (x === 0) return 1;
  if (Math.abs(x) > lobes) return 0;
  const p = Math.PI * x;
  return (lobes * Math.sin(p) * Math.sin(p / lobes)) / (p * p);
}

/**
 * Down-sampling of events at irregular times by a Lanczos filter, as the language encoding studies of the Huth lab define
 * it (lanczosinterp2D of their interpdata module: window 3, cutoff 1 / sample interval, weights not normalised, so
 * that sums of words count): new(s) = Σ_w kernel(times(s) − words(w)) · features(w).
 *
 * @param features word × dimension
 * @param wordTimes seconds, one per word (the middle of each word)
 * @param times seconds of the samples, ascending
 * @param interval seconds between samples
 */
export function lanczosSample(
  features: Matrix,
  wordTimes: Float64Array,
  times: Float64Array,
  interval: number,
): Matrix {
  const { cols } = features;
  const sampled = zeros(times.length, cols);
  const sum = new Float64Array(cols);
  const reach = LANCZOS_LOBES * interval;
  let from = 0;
  for (let sample = 0; sample < times.length; sample++) {
    while (from < wordTimes.length && wordTimes[from] < times[sample] - reach) from++;
    sum.fill(0);
    for (let word = from; word < wordTimes.length && wordTimes[word] <= times[sample] + reach; word++) {
      const weight = lanczosKernel(times[sample] - wordTimes[word], 1 / interval);
      const row = word * cols;
      for (let col = 0; col < cols; col++) sum[col] += weight * features.data[row + col];
    }
    sampled.data.set(sum, sample * cols);
  }
  return sampled;
}
