import { UserError } from '../../core/errors.ts';
import type { MatrixEngine } from '../../tensor/engine.ts';
import { type Floats, type Matrix, type Matrix64, zeros64 } from '../../tensor/matrix.ts';
import { columnMeans } from '../metrics.ts';

/** How two sets of features are compared. */
export interface CkaOptions {
  /**
   * Removes the bias that few items against many features bring: unrelated features then score 0 on average instead
   * of well above. May be slightly negative. Needs at least four items. Default false, the published form.
   */
  readonly debiased?: boolean;
}

/** Features with the mean of every column taken off, float64. */
function centred(matrix: Matrix<Floats>): Matrix64 {
  const { rows, cols, data } = matrix;
  const means = columnMeans(matrix);
  const out = zeros64(rows, cols);
  for (let row = 0, at = 0; row < rows; row++) {
    for (let col = 0; col < cols; col++, at++) out.data[at] = data[at] - means[col];
  }
  return out;
}

/** ⟨X Xᵀ, Y Yᵀ⟩, through features × features or items × items, whichever is smaller. */
async function alignment(engine: MatrixEngine, x: Matrix64, y: Matrix64): Promise<number> {
  let sum = 0;
  if (x.cols * y.cols <= x.rows * x.rows) {
    const cross = await engine.multiply(x, y, { transposeA: true });
    for (const value of cross.data) sum += value * value;
    return sum;
  }
  const k = await engine.multiply(x, x, { transposeB: true });
  const l = x === y ? k : await engine.multiply(y, y, { transposeB: true });
  for (let at = 0; at < k.data.length; at++) sum += k.data[at] * l.data[at];
  return sum;
}

/** Squared length of every row. */
function rowPowers({ rows, cols, data }: Matrix64): Float64Array {
  const powers = new Float64Array(rows);
  for (let row = 0, at = 0; row < rows; row++) {
    for (let col = 0; col < cols; col++, at++) powers[row] += data[at] * data[at];
  }
  return powers;
}

/**
 * n (n − 3) times the unbiased HSIC of two linear kernels (Song et al. 2012, equation 5), from centred features: the
 * rows of a centred kernel sum to 0, so with its diagonal k taken out they sum to −k, and no kernel need be formed.
 */
function debiasedAlignment(biased: number, k: Float64Array, l: Float64Array): number {
  const n = k.length;
  let [product, sumK, sumL] = [0, 0, 0];
  for (let row = 0; row < n; row++) {
    product += k[row] * l[row];
    sumK += k[row];
    sumL += l[row];
  }
  return biased - product + (sumK * sumL) / ((n - 1) * (n - 2)) - (2 / (n - 2)) * product;
}

/** @throws UserError `cka.items-mismatch`, `cka.not-finite` */
function check(x: Matrix<Floats>, y: Matrix<Floats>, debiased: boolean): void {
  const least = debiased ? 4 : 2;
  if (x.rows !== y.rows || x.rows < least) {
    throw new UserError(
      'cka.items-mismatch',
      `The two sets of features have ${x.rows} and ${y.rows} items; both must list the same ${least} or more items in the same order.`,
      { first: x.rows, second: y.rows, least },
    );
  }
  for (const { cols, data } of [x, y]) {
    const bad = data.findIndex((value) => !Number.isFinite(value));
    if (bad < 0) continue;
    const [row, column] = [Math.floor(bad / cols), bad % cols];
    throw new UserError(
      'cka.not-finite',
      `Item ${row} has NaN or infinity in feature ${column}; fill or drop it before comparing.`,
      { row, column },
    );
  }
}

/**
 * Linear centred kernel alignment of two sets of features of the same items: ‖XᵀY‖²_F / (‖XᵀX‖_F ‖YᵀY‖_F) with columns
 * centred; 1 for features equal up to rotation and one scale, 0 where either has no variation.
 * Source: Kornblith et al. 2019 (arXiv 1905.00414); debiased: Nguyen, Raghu and Kornblith 2021 (arXiv 2010.15327).
 * @param x items × features
 * @param y items × features; another number of features is fine
 * @throws UserError `cka.items-mismatch`, `cka.not-finite`
 */
export async function linearCka(
  engine: MatrixEngine,
  x: Matrix<Floats>,
  y: Matrix<Floats>,
  options: CkaOptions = {},
): Promise<number> {
  return (await ckaMatrix(engine, [x], [y], options)).data[0];
}

/**
 * Linear CKA of every set of features (layer, checkpoint, model) with every other: first × second, float64.
 * @throws UserError as `linearCka`
 */
export async function ckaMatrix(
  engine: MatrixEngine,
  first: readonly Matrix<Floats>[],
  second: readonly Matrix<Floats>[],
  { debiased = false }: CkaOptions = {},
): Promise<Matrix64> {
  for (const x of first) for (const y of second) check(x, y, debiased);
  const prepare = async (matrix: Matrix<Floats>) => {
    const features = centred(matrix);
    const powers = rowPowers(features);
    const raw = await alignment(engine, features, features);
    return { features, powers, own: debiased ? debiasedAlignment(raw, powers, powers) : raw };
  };
  const columns: Awaited<ReturnType<typeof prepare>>[] = [];
  for (const matrix of second) columns.push(await prepare(matrix));
  const out = zeros64(first.length, second.length);
  for (const [row, matrix] of first.entries()) {
    const x = await prepare(matrix);
    for (const [col, y] of columns.entries()) {
      const raw = await alignment(engine, x.features, y.features);
      const shared = debiased ? debiasedAlignment(raw, x.powers, y.powers) : raw;
      const scale = Math.sqrt(x.own * y.own);
      out.data[row * second.length + col] = scale > 0 ? shared / scale : 0;
    }
  }
  return out;
}
