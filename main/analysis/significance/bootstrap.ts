import { withReplacement } from '../../tensor/random/sampling.ts';
import { createRandom } from '../../tensor/random/xoshiro.ts';

/** A statistic with its bootstrap interval. */
export interface Interval {
  readonly estimate: number;
  readonly low: number;
  readonly high: number;
}

export interface BootstrapOptions {
  readonly seed: number;
  /** Default 1000. */
  readonly draws?: number;
  /** Two-sided coverage. Default 0.95. */
  readonly level?: number;
}

/** Linear-interpolation quantile (numpy's default) of ascending values. */
export function quantile(ascending: ArrayLike<number>, share: number): number {
  const place = share * (ascending.length - 1);
  const below = Math.floor(place);
  const above = Math.min(ascending.length - 1, below + 1);
  return ascending[below] + (ascending[above] - ascending[below]) * (place - below);
}

/** Median of the values; NaN for none. NaN values are left out. */
export function median(values: ArrayLike<number>): number {
  const kept = Float64Array.from(values)
    .filter((value) => !Number.isNaN(value))
    .sort();
  return kept.length === 0 ? Number.NaN : quantile(kept, 0.5);
}

/** Arithmetic mean; NaN for none. NaN values are left out. */
export function mean(values: ArrayLike<number>): number {
  let sum = 0;
  let count = 0;
  for (let index = 0; index < values.length; index++) {
    if (Number.isNaN(values[index])) continue;
    sum += values[index];
    count++;
  }
  return sum / count;
}

/**
 * Percentile bootstrap over independent units (subjects, items, voxels: whatever `values` holds one of per unit).
 * Source: Efron and Tibshirani 1993, chapter 13.
 */
export function bootstrapInterval(
  values: ArrayLike<number>,
  statistic: (sample: Float64Array) => number,
  options: BootstrapOptions,
): Interval {
  const units = Float64Array.from(values);
  const estimate = statistic(units);
  if (units.length === 0) return { estimate, low: Number.NaN, high: Number.NaN };
  const random = createRandom(options.seed);
  const level = options.level ?? 0.95;
  const draws = new Float64Array(options.draws ?? 1000);
  const sample = new Float64Array(units.length);
  for (let draw = 0; draw < draws.length; draw++) {
    const picked = withReplacement(random, units.length, units.length);
    for (let index = 0; index < units.length; index++) sample[index] = units[picked[index]];
    draws[draw] = statistic(sample);
  }
  draws.sort();
  return { estimate, low: quantile(draws, (1 - level) / 2), high: quantile(draws, (1 + level) / 2) };
}
