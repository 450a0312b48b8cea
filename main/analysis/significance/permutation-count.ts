import { UserError } from '../../core/errors.ts';

/**
 * Refuses a level that so few permutations cannot reach: the smallest p is 1 / (permutations + 1).
 * @throws UserError `permutation.too-few`
 */
export function checkPermutations(permutations: number, level: number): void {
  if (Number.isInteger(permutations) && permutations >= 1 && 1 / (permutations + 1) <= level) return;
  const needed = Math.ceil(1 / level) - 1;
  throw new UserError(
    'permutation.too-few',
    `${permutations} permutations cannot give p ≤ ${level}; use at least ${needed}.`,
    { permutations, level, needed },
  );
}

/**
 * Refuses a level that so few units cannot reach: n units have 2ⁿ patterns of signs, two-sided every two of them alike.
 * @throws UserError `permutation.too-few-units`
 */
export function checkSigns(units: number, level: number, sides: 'greater' | 'two-sided'): void {
  const alike = sides === 'greater' ? 1 : 2;
  if (alike / 2 ** units <= level) return;
  const needed = Math.ceil(Math.log2(alike / level));
  throw new UserError(
    'permutation.too-few-units',
    `${units} units have only ${2 ** units} patterns of signs, which cannot give p ≤ ${level}; at least ${needed} units are needed.`,
    { units, patterns: 2 ** units, level, needed },
  );
}

/** p of a statistic among its null draws, (1 + #{null ≥ observed}) / (draws + 1): never 0 (Phipson and Smyth 2010). */
export function permutationP(observed: number, nulls: ArrayLike<number>): number {
  let reached = 0;
  // A null draw equal to the observed one but summed in another order must still count.
  const bar = observed - 1e-12 * Math.max(1, Math.abs(observed));
  for (let draw = 0; draw < nulls.length; draw++) if (nulls[draw] >= bar) reached++;
  return (1 + reached) / (nulls.length + 1);
}

/** The same for a statistic among the maxima over a whole map; NaN stays NaN. */
export function maximumP(observed: number, maxima: ArrayLike<number>): number {
  return Number.isNaN(observed) ? Number.NaN : permutationP(observed, maxima);
}
