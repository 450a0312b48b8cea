import type { Floats, Matrix } from '../../tensor/matrix.ts';
import { permutation } from '../../tensor/random/sampling.ts';
import { createRandom, type Random } from '../../tensor/random/xoshiro.ts';
import { studentTwoSided } from '../../tensor/special/distributions.ts';

export type Sides = 'greater' | 'two-sided';

export interface GroupTestOptions {
  readonly seed: number;
  /** Default 1000. */
  readonly permutations?: number;
  /** Default 'two-sided'. */
  readonly sides?: Sides;
}

/** Results per column. */
export interface GroupTest {
  /** t of every column; 0 where all values are equal to 0 or without variance. */
  readonly t: Float64Array;
  /** Uncorrected, never 0. */
  readonly p: Float64Array;
  /** Corrected over all columns by the maximum statistic (family-wise; Nichols and Holmes 2002). */
  readonly pMax: Float64Array;
  readonly permutations: number;
}

/** Runs a permutation test of many columns at once: `statistic(null)` fills `out` under one random relabelling. */
function permute(
  columns: number,
  options: GroupTestOptions,
  statistic: (random: Random | null, out: Float64Array) => void,
): GroupTest {
  const draws = options.permutations ?? 1000;
  const measure = options.sides === 'greater' ? (t: number) => t : Math.abs;
  const t = new Float64Array(columns);
  statistic(null, t);
  const reached = new Float64Array(columns).fill(1);
  const reachedMax = new Float64Array(columns).fill(1);
  const random = createRandom(options.seed);
  const nullT = new Float64Array(columns);
  for (let draw = 0; draw < draws; draw++) {
    statistic(random, nullT);
    let highest = -Infinity;
    for (let col = 0; col < columns; col++) {
      const value = measure(nullT[col]);
      highest = Math.max(highest, value);
      if (value >= measure(t[col]) - 1e-12) reached[col]++;
    }
    for (let col = 0; col < columns; col++) if (highest >= measure(t[col]) - 1e-12) reachedMax[col]++;
  }
  return {
    t,
    p: reached.map((count) => count / (draws + 1)),
    pMax: reachedMax.map((count) => count / (draws + 1)),
    permutations: draws,
  };
}

/** t of the mean of every column against 0, each row multiplied by its sign. */
export function oneSampleT(values: Matrix<Floats>, signs: Float64Array, out: Float64Array): void {
  const { rows, cols, data } = values;
  for (let col = 0; col < cols; col++) {
    let [sum, power] = [0, 0];
    for (let row = 0; row < rows; row++) {
      const value = data[row * cols + col];
      sum += signs[row] * value;
      power += value * value;
    }
    const variance = (power - (sum * sum) / rows) / (rows - 1);
    out[col] = variance > 1e-20 * power ? sum / rows / Math.sqrt(variance / rows) : 0;
  }
}

/**
 * Sign-flip test: does the mean over units (subjects) differ from 0? Exact under symmetric errors. For a paired
 * comparison give the differences.
 * @param values units × columns
 */
export function signFlipTest(values: Matrix<Floats>, options: GroupTestOptions): GroupTest {
  const signs = new Float64Array(values.rows).fill(1);
  return permute(values.cols, options, (random, out) => {
    if (random !== null)
      for (let row = 0; row < signs.length; row++) signs[row] = random.nextUint32() & 1 ? 1 : -1;
    oneSampleT(values, signs, out);
  });
}

/**
 * Label permutation: do two groups of units differ in their means? The statistic is the t of unequal variances
 * (Welch), which stays valid where groups differ in spread and size.
 * @param first, second units × columns each
 */
export function labelPermutationTest(
  first: Matrix<Floats>,
  second: Matrix<Floats>,
  options: GroupTestOptions,
): GroupTest {
  const cols = first.cols;
  const total = first.rows + second.rows;
  const pooled = new Float64Array(total * cols);
  pooled.set(first.data);
  pooled.set(second.data, first.rows * cols);
  const identity = Int32Array.from({ length: total }, (_, row) => row);
  return permute(cols, options, (random, out) => {
    const order = random === null ? identity : permutation(random, total);
    for (let col = 0; col < cols; col++) out[col] = welch(pooled, cols, col, order, first.rows);
  });
}

function welch(pooled: Float64Array, cols: number, col: number, order: Int32Array, split: number): number {
  const [sum, power] = [
    [0, 0],
    [0, 0],
  ];
  for (let index = 0; index < order.length; index++) {
    const group = index < split ? 0 : 1;
    const value = pooled[order[index] * cols + col];
    sum[group] += value;
    power[group] += value * value;
  }
  const counts = [split, order.length - split];
  const error = counts.reduce((total, count, group) => {
    const variance = (power[group] - sum[group] ** 2 / count) / (count - 1);
    return total + variance / count;
  }, 0);
  return error > 1e-20 * (power[0] + power[1])
    ? (sum[0] / counts[0] - sum[1] / counts[1]) / Math.sqrt(error)
    : 0;
}

/** Paired t-test of every column of `first` against `second` (units × columns): t and two-sided p. */
export function pairedT(first: Matrix<Floats>, second: Matrix<Floats>): { t: Float64Array; p: Float64Array } {
  const { rows, cols } = first;
  const differences = {
    rows,
    cols,
    data: Float64Array.from(first.data, (value, at) => value - second.data[at]),
  };
  const t = new Float64Array(cols);
  oneSampleT(differences, new Float64Array(rows).fill(1), t);
  return { t, p: t.map((value) => studentTwoSided(value, rows - 1)) };
}
