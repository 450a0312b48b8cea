import { UserError } from '../../core/errors.ts';
import { type Floats, type Matrix, type Matrix64, zeros64 } from '../../tensor/matrix.ts';

/** Differences of good and bad sentences in one layer, of length 1 where they are any. */
export interface PairDifferences {
  /** Pairs × dimensions; rows of zeros where the two sentences have one representation. */
  readonly unit: Matrix64;
  /** 1 where there is no difference, so that its direction is undefined. */
  readonly empty: Uint8Array;
}

/** How much one phenomenon's pairs go one way of their own. */
export interface SpecializationIndex {
  readonly phenomenon: string;
  /** Mean cosine within the phenomenon less mean cosine with all others. */
  readonly index: number;
  readonly within: number;
  readonly across: number;
  /** Pairs that count, and pairs dropped because good and bad are represented alike (pure reorderings, pooled). */
  readonly pairs: number;
  readonly dropped: number;
}

/**
 * Differences of sentence representations (mean-pooled states), each first scaled to length 1: Δ = ĥ_good − ĥ_bad.
 * @param good, bad pairs × dimensions each
 * @throws UserError `minimal-pairs.shapes`
 */
export function pairDifferences(good: Matrix<Floats>, bad: Matrix<Floats>): PairDifferences {
  const { rows, cols } = good;
  if (rows !== bad.rows || cols !== bad.cols) {
    throw new UserError(
      'minimal-pairs.shapes',
      `Good sentences of ${rows} × ${cols} and bad ones of ${bad.rows} × ${bad.cols} are no pairs.`,
      { good: rows, bad: bad.rows },
    );
  }
  const unit = zeros64(rows, cols);
  const empty = new Uint8Array(rows);
  const lengthOf = (data: Floats, row: number): number => {
    let power = 0;
    for (let at = row * cols; at < (row + 1) * cols; at++) power += data[at] ** 2;
    return Math.sqrt(power) || 1;
  };
  for (let row = 0; row < rows; row++) {
    const [up, down] = [lengthOf(good.data, row), lengthOf(bad.data, row)];
    for (let at = row * cols; at < (row + 1) * cols; at++)
      unit.data[at] = good.data[at] / up - bad.data[at] / down;
    const length = lengthOf(unit.data, row);
    let power = 0;
    for (let at = row * cols; at < (row + 1) * cols; at++) power += unit.data[at] ** 2;
    // Sums in another order differ by rounding: that is no difference.
    empty[row] = power < 1e-10 ? 1 : 0;
    for (let at = row * cols; at < (row + 1) * cols; at++)
      unit.data[at] = empty[row] === 1 ? 0 : unit.data[at] / length;
  }
  return { unit, empty };
}

/**
 * Syntax specialization index per phenomenon: mean cosine between difference vectors of the same phenomenon less that
 * with all others, in O(pairs · dimensions): with s_p = Σ of the phenomenon's unit vectors and T of all,
 * within = (‖s_p‖² − n)/(n (n − 1)), across = s_p · (T − s_p)/(n (N − n)).
 * It is not 0 for an untrained model, because the same word changes recur: report it less a control's (`lessControl`).
 * Source: Duan et al. 2025 (arXiv 2505.19548).
 * @param phenomena one label per pair
 */
export function specializationIndex(
  { unit, empty }: PairDifferences,
  phenomena: readonly string[],
): SpecializationIndex[] {
  const { cols, data } = unit;
  const names = [...new Set(phenomena)];
  const total = new Float64Array(cols);
  const sums = new Map(names.map((name) => [name, new Float64Array(cols)]));
  const counts = new Map(names.map((name) => [name, { pairs: 0, dropped: 0 }]));
  let all = 0;
  phenomena.forEach((name, row) => {
    const [sum, count] = [sums.get(name), counts.get(name)];
    if (sum === undefined || count === undefined) return;
    if (empty[row] === 1) {
      count.dropped++;
      return;
    }
    count.pairs++;
    all++;
    for (let col = 0; col < cols; col++) {
      sum[col] += data[row * cols + col];
      total[col] += data[row * cols + col];
    }
  });
  return names.map((phenomenon): SpecializationIndex => {
    const sum = sums.get(phenomenon) ?? new Float64Array(cols);
    const { pairs: n, dropped } = counts.get(phenomenon) ?? { pairs: 0, dropped: 0 };
    let [own, other] = [0, 0];
    for (let col = 0; col < cols; col++) {
      own += sum[col] ** 2;
      other += sum[col] * (total[col] - sum[col]);
    }
    const within = n > 1 ? (own - n) / (n * (n - 1)) : Number.NaN;
    const across = all > n && n > 0 ? other / (n * (all - n)) : Number.NaN;
    return { phenomenon, index: within - across, within, across, pairs: n, dropped };
  });
}

/** Every phenomenon's index less that of a control (an untrained copy, the embedding layer) on the same pairs. */
export function lessControl(
  model: readonly SpecializationIndex[],
  control: readonly SpecializationIndex[],
): { readonly phenomenon: string; readonly index: number }[] {
  const known = new Map(control.map(({ phenomenon, index }) => [phenomenon, index]));
  return model.map(({ phenomenon, index }) => ({
    phenomenon,
    index: index - (known.get(phenomenon) ?? Number.NaN),
  }));
}
