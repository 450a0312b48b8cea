import { withReplacement } from '../../tensor/random/sampling.ts';
import { createRandom } from '../../tensor/random/xoshiro.ts';
import { quantile } from './bootstrap.ts';

/** Sum and number of values of every group of items. */
export interface GroupSums {
  readonly sums: Float64Array;
  readonly counts: Float64Array;
}

/** Adds values up by group. @param groups one label from 0 per value */
export function sumByGroup(values: ArrayLike<number>, groups: ArrayLike<number>): GroupSums {
  const labels = new Map<number, number>();
  for (let at = 0; at < groups.length; at++) if (!labels.has(groups[at])) labels.set(groups[at], labels.size);
  const sums = new Float64Array(labels.size);
  const counts = new Float64Array(labels.size);
  for (let at = 0; at < groups.length; at++) {
    const group = labels.get(groups[at]) ?? 0;
    sums[group] += values[at];
    counts[group] += 1;
  }
  return { sums, counts };
}

/**
 * Means of values under resampling of whole groups (stories, sentences, words) with replacement: items of a group
 * hang together, so the group is what is drawn. Source: Davison and Hinkley 1997, section 3.8.
 * Equal seeds draw equal groups, so that replicates of two series over the same items can be subtracted.
 */
export function groupReplicates({ sums, counts }: GroupSums, seed: number, draws = 1000): Float64Array {
  const random = createRandom(seed);
  return Float64Array.from({ length: draws }, () => {
    let [sum, count] = [0, 0];
    for (const group of withReplacement(random, sums.length, sums.length)) {
      sum += sums[group];
      count += counts[group];
    }
    return sum / count;
  });
}

/** Mean with the 95 % percentile interval of its replicates. */
export function intervalOf(
  mean: number,
  replicates: Float64Array,
): { mean: number; low: number; high: number } {
  const sorted = replicates.toSorted();
  return { mean, low: quantile(sorted, 0.025), high: quantile(sorted, 0.975) };
}
