import type { Random } from './xoshiro.ts';

/** A random order of 0 … count − 1 (Fisher-Yates). */
export function permutation(random: Random, count: number): Int32Array {
  const order = new Int32Array(count);
  for (let index = 0; index < count; index++) order[index] = index;
  for (let index = count - 1; index > 0; index--) {
    const other = random.integer(index + 1);
    const kept = order[index];
    order[index] = order[other];
    order[other] = kept;
  }
  return order;
}

/**
 * An order of 0 … count − 1 in which contiguous blocks of `blockLength` change places and keep their inside order.
 * Samples past the last whole block stay where they are.
 */
export function blockPermutation(random: Random, count: number, blockLength: number): Int32Array {
  const blocks = Math.floor(count / blockLength);
  const blockOrder = permutation(random, blocks);
  const order = new Int32Array(count);
  for (let index = 0; index < count; index++) {
    const block = Math.floor(index / blockLength);
    order[index] = block < blocks ? blockOrder[block] * blockLength + (index % blockLength) : index;
  }
  return order;
}

/** `count` standard normal numbers. */
export function normals(random: Random, count: number): Float64Array {
  const values = new Float64Array(count);
  for (let index = 0; index < count; index++) values[index] = random.normal();
  return values;
}

/** `count` numbers uniform in [0, 1). */
export function uniforms(random: Random, count: number): Float64Array {
  const values = new Float64Array(count);
  for (let index = 0; index < count; index++) values[index] = random.uniform();
  return values;
}

/** `draws` whole numbers from 0 … count − 1 with replacement, as a bootstrap needs them. */
export function withReplacement(random: Random, count: number, draws: number): Int32Array {
  const picked = new Int32Array(draws);
  for (let index = 0; index < draws; index++) picked[index] = random.integer(count);
  return picked;
}

/**
 * Gamma with the given shape and scale 1 (Marsaglia and Tsang 2000, doi 10.1145/358407.358414; shapes below 1 by
 * their boost U^(1/shape)).
 */
export function gamma(random: Random, shape: number): number {
  if (shape < 1) return gamma(random, shape + 1) * (1 - random.uniform()) ** (1 / shape);
  const d = shape - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  for (;;) {
    const x = random.normal();
    const v = (1 + c * x) ** 3;
    if (v <= 0) continue;
    const u = 1 - random.uniform();
    if (Math.log(u) < 0.5 * x * x + d - d * v + d * Math.log(v)) return d * v;
  }
}

/** One draw from the Dirichlet distribution: positive weights that sum to 1. */
export function dirichlet(random: Random, concentrations: readonly number[]): Float64Array {
  const draws = Float64Array.from(concentrations, (shape) => gamma(random, shape));
  const total = draws.reduce((sum, draw) => sum + draw, 0);
  // Tiny concentrations may underflow to all zeros; the limit of the distribution is then a corner.
  if (total === 0) return draws.map((_, index) => (index === 0 ? 1 : 0));
  return draws.map((draw) => draw / total);
}
