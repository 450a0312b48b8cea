import { UserError } from '../core/errors.ts';
import type { MatrixEngine } from '../tensor/engine.ts';
import { type Floats, floatsLike, type Matrix } from '../tensor/matrix.ts';
import { permutation, withReplacement } from '../tensor/random/sampling.ts';
import { createRandom } from '../tensor/random/xoshiro.ts';
import { fitEncoding } from './ridge/fit-encoding.ts';
import { median, quantile } from './significance/bootstrap.ts';
import type { SplitManifest } from './splits/split-manifest.ts';
import { matrixTargets } from './target-source.ts';

/** How well subjects of pools of one size predict one of them. */
export interface PoolScores {
  /** Subjects in the pool, the predicted one among them. */
  readonly size: number;
  readonly scores: Float64Array;
}

/** Ceiling for endlessly many subjects. */
export interface PoolCeiling {
  /** Median over bootstraps of the asymptote v₀, and its central 95 %. */
  readonly ceiling: number;
  readonly low: number;
  readonly high: number;
  /** Median of the number of subjects at which 63 % of it are reached. */
  readonly tau: number;
}

/** Best v₀ within 0 and 1 for a given τ, and its squared error. */
function asymptoteAt(points: readonly { size: number; score: number }[], tau: number): [number, number] {
  let [above, below] = [0, 0];
  for (const { size, score } of points) {
    const rise = 1 - Math.exp(-size / tau);
    above += rise * score;
    below += rise * rise;
  }
  const asymptote = Math.max(0, Math.min(1, above / below));
  let error = 0;
  for (const { size, score } of points) error += (score - asymptote * (1 - Math.exp(-size / tau))) ** 2;
  return [asymptote, error];
}

/** Least-squares fit of v(k) = v₀ (1 − e^(−k/τ)), 0 ≤ v₀ ≤ 1: a grid over τ, then golden section. */
export function fitSaturation(points: readonly { readonly size: number; readonly score: number }[]): {
  asymptote: number;
  tau: number;
} {
  const grid = Array.from({ length: 60 }, (_, step) => 0.1 * 1.12 ** step);
  const errors = grid.map((tau) => asymptoteAt(points, tau)[1]);
  const best = errors.indexOf(Math.min(...errors));
  let [low, high] = [grid[Math.max(0, best - 1)], grid[Math.min(grid.length - 1, best + 1)]];
  const ratio = (Math.sqrt(5) - 1) / 2;
  for (let step = 0; step < 40; step++) {
    const [a, b] = [high - ratio * (high - low), low + ratio * (high - low)];
    if (asymptoteAt(points, a)[1] < asymptoteAt(points, b)[1]) high = b;
    else low = a;
  }
  const tau = (low + high) / 2;
  return { asymptote: asymptoteAt(points, tau)[0], tau };
}

/**
 * Extrapolates how well ever larger pools of subjects predict a held-out one: bootstraps over the pools of each size,
 * fits v(k) = v₀ (1 − e^(−k/τ)) to their medians and takes the median v₀.
 * Source: Schrimpf et al. 2021, doi 10.1073/pnas.2105646118.
 * @throws UserError `ceiling.pools` for fewer than two pool sizes
 */
export function extrapolateCeiling(
  pools: readonly PoolScores[],
  options: { readonly seed: number; readonly draws?: number },
): PoolCeiling {
  const usable = pools.filter(({ scores }) => scores.length > 0);
  if (usable.length < 2) {
    throw new UserError(
      'ceiling.pools',
      `${usable.length} sizes of subject pools give no curve to extrapolate; at least three subjects are needed.`,
      { sizes: usable.length },
    );
  }
  const random = createRandom(options.seed);
  const draws = Array.from({ length: options.draws ?? 100 }, () =>
    fitSaturation(
      usable.map(({ size, scores }) => {
        const picked = withReplacement(random, scores.length, scores.length);
        return { size, score: median(Array.from(picked, (index) => scores[index])) };
      }),
    ),
  );
  const asymptotes = draws.map(({ asymptote }) => asymptote).sort((a, b) => a - b);
  return {
    ceiling: median(asymptotes),
    low: quantile(asymptotes, 0.025),
    high: quantile(asymptotes, 0.975),
    tau: median(draws.map(({ tau }) => tau)),
  };
}

/** Columns of several matrices side by side. */
function sideBySide<T extends Floats>(parts: readonly Matrix<T>[]): Matrix<T> {
  const [{ rows, data }] = parts;
  const cols = parts.reduce((sum, part) => sum + part.cols, 0);
  const out = floatsLike(data, rows * cols);
  for (let row = 0; row < rows; row++) {
    let at = row * cols;
    for (const part of parts) {
      out.set(part.data.subarray(row * part.cols, (row + 1) * part.cols), at);
      at += part.cols;
    }
  }
  return { rows, cols, data: out };
}

/**
 * Predicts a held-out subject from the others of its pool by nested ridge, for pools of 2 … K subjects; the score of a
 * pool is the median over the held-out subject's voxels. Every subject is held out once per size, with others drawn at
 * random.
 * @param subjects samples × voxels each, same stimuli in the same order
 * @throws UserError `ceiling.subjects`
 */
export async function subjectPools(
  engine: MatrixEngine,
  subjects: readonly Matrix<Floats>[],
  split: SplitManifest,
  options: { readonly seed: number; readonly penalties: readonly number[]; readonly signal?: AbortSignal },
): Promise<PoolScores[]> {
  const odd = subjects.find(({ rows }) => rows !== subjects[0].rows);
  if (subjects.length < 3 || odd !== undefined) {
    throw new UserError(
      'ceiling.subjects',
      odd === undefined
        ? `${subjects.length} subjects give no curve to extrapolate; at least three are needed.`
        : `Subjects with ${subjects[0].rows} and ${odd.rows} samples did not see the same; all must have the same samples.`,
      { subjects: subjects.length },
    );
  }
  const pools: PoolScores[] = [];
  for (let size = 2; size <= subjects.length; size++) {
    const scores = new Float64Array(subjects.length);
    for (const [held, target] of subjects.entries()) {
      options.signal?.throwIfAborted();
      const random = createRandom(options.seed, size * subjects.length + held);
      const others = [...permutation(random, subjects.length)].filter((subject) => subject !== held);
      const features = sideBySide(others.slice(0, size - 1).map((subject) => subjects[subject]));
      const r: number[] = [];
      const { penalties } = options;
      await fitEncoding(engine, { features, targets: matrixTargets(target), split, penalties }, (block) => {
        r.push(...block.r);
      });
      scores[held] = median(r);
    }
    pools.push({ size, scores });
  }
  return pools;
}
