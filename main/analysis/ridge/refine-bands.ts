import type { MatrixEngine } from '../../tensor/engine.ts';
import { type Matrix64, matrixOf, takeColumnRange, transpose, zeros64 } from '../../tensor/matrix.ts';
import { type BandFold, weighBands } from './band-fold.ts';

/**
 * One fold in an orthonormal basis U of its training samples' features, where kernels are nearly diagonal close to the
 * weights that made it.
 */
export interface RefineFold {
  /** X_bᵀ U of every band: features × rank. */
  readonly turned: readonly Matrix64[];
  /** Uᵀ K_b U of every band: rank × rank. */
  readonly kernels: readonly Matrix64[];
  /** Test features times `turned`: test samples × rank. */
  readonly predict: readonly Matrix64[];
  /** Uᵀ: rank × train samples. */
  readonly basis: Matrix64;
}

/** Weights below this are raised to it when the basis is made, so that no band's directions are lost from it. */
const LEAST_WEIGHT = 1e-3;

/** Prepares a fold for refinement around a weight vector. */
export async function refineFold(
  engine: MatrixEngine,
  fold: BandFold,
  weights: Float64Array,
): Promise<RefineFold> {
  const weighed = await weighBands(
    engine,
    fold,
    weights.map((weight) => Math.max(weight, LEAST_WEIGHT)),
  );
  const basis = matrixOf(weighed.project.rows, weighed.project.cols, weighed.project.data.slice());
  for (let row = 0, at = 0; row < basis.rows; row++) {
    const root = Math.sqrt(weighed.spectrum[row]);
    for (let col = 0; col < basis.cols; col++, at++) basis.data[at] /= root;
  }
  const [turned, kernels, predict]: [Matrix64[], Matrix64[], Matrix64[]] = [[], [], []];
  for (const { start, stop } of fold.bands) {
    const own = await engine.multiply(takeColumnRange(fold.train, start, stop), basis, {
      transposeA: true,
      transposeB: true,
    });
    turned.push(own);
    kernels.push(await engine.multiply(own, own, { transposeA: true }));
    predict.push(await engine.multiply(takeColumnRange(fold.test, start, stop), own));
  }
  return { turned, kernels, predict, basis };
}

/** Σ over rows of a ∘ b, per column. */
function columnDots(a: Matrix64, b: Matrix64): Float64Array {
  const out = new Float64Array(a.cols);
  for (let row = 0, at = 0; row < a.rows; row++)
    for (let col = 0; col < a.cols; col++, at++) out[col] += a.data[at] * b.data[at];
  return out;
}

/** (Σ_b δ_b K_b + I) W, every column with its own δ (bands × columns). */
async function applySystem(
  engine: MatrixEngine,
  kernels: readonly Matrix64[],
  deltas: Matrix64,
  w: Matrix64,
): Promise<Matrix64> {
  const out = matrixOf(w.rows, w.cols, w.data.slice());
  for (const [band, kernel] of kernels.entries()) {
    const product = await engine.multiply(kernel, w);
    for (let row = 0, at = 0; row < w.rows; row++)
      for (let col = 0; col < w.cols; col++, at++)
        out.data[at] += deltas.data[band * w.cols + col] * product.data[at];
  }
  return out;
}

/**
 * W with (Σ_b δ_b K_b + I) W = right, all columns at once by conjugate gradients, preconditioned by the diagonal; to
 * 10⁻¹⁰ of the right-hand side.
 */
export async function solveBands(
  engine: MatrixEngine,
  kernels: readonly Matrix64[],
  deltas: Matrix64,
  right: Matrix64,
): Promise<Matrix64> {
  const { rows, cols } = right;
  const diagonal = zeros64(rows, cols);
  for (let row = 0, at = 0; row < rows; row++) {
    for (let col = 0; col < cols; col++, at++) {
      let value = 1;
      for (const [band, kernel] of kernels.entries())
        value += deltas.data[band * cols + col] * kernel.data[row * rows + row];
      diagonal.data[at] = value;
    }
  }
  const precondition = (m: Matrix64): Matrix64 =>
    matrixOf(
      rows,
      cols,
      m.data.map((value, at) => value / diagonal.data[at]),
    );
  const w = zeros64(rows, cols);
  const rest = matrixOf(rows, cols, right.data.slice());
  let z = precondition(rest);
  const direction = matrixOf(rows, cols, z.data.slice());
  let power = columnDots(rest, z);
  const goal = power.map((value) => value * 1e-20);
  for (let round = 0; round < 2 * rows + 20; round++) {
    if (power.every((value, col) => value <= goal[col])) break;
    const product = await applySystem(engine, kernels, deltas, direction);
    const along = columnDots(direction, product);
    const step = power.map((value, col) => (value > goal[col] && along[col] > 0 ? value / along[col] : 0));
    for (let row = 0, at = 0; row < rows; row++) {
      for (let col = 0; col < cols; col++, at++) {
        w.data[at] += step[col] * direction.data[at];
        rest.data[at] -= step[col] * product.data[at];
      }
    }
    z = precondition(rest);
    const next = columnDots(rest, z);
    for (let row = 0, at = 0; row < rows; row++)
      for (let col = 0; col < cols; col++, at++)
        direction.data[at] = z.data[at] + (power[col] > 0 ? next[col] / power[col] : 0) * direction.data[at];
    power = next;
  }
  return w;
}

/** A fold's targets: training samples in its basis (rank × targets), test samples as they are. */
export interface RefineTargets {
  readonly train: Matrix64;
  readonly test: Matrix64;
}

/** Predictions of a fold's test samples band by band. */
export async function predictBands(
  engine: MatrixEngine,
  fold: RefineFold,
  deltas: Matrix64,
  w: Matrix64,
): Promise<Matrix64[]> {
  const parts: Matrix64[] = [];
  for (const [band, predict] of fold.predict.entries()) {
    const part = await engine.multiply(predict, w);
    for (let row = 0, at = 0; row < part.rows; row++)
      for (let col = 0; col < part.cols; col++, at++) part.data[at] *= deltas.data[band * part.cols + col];
    parts.push(part);
  }
  return parts;
}

/**
 * Cross-validated loss (mean squared error, summed over folds) of every target at its own δ = γ / λ, and its gradient
 * in log δ. With A = Σ δ_b K_b + I, w = A⁻¹ y, e = ∂loss/∂ŷ and q = A⁻¹ Σ δ_c F_cᵀ e:
 * ∂loss/∂log δ_b = δ_b (eᵀ F_b w − qᵀ K_b w). Source: the hyper-gradient solver of Dupré la Tour et al. 2022.
 * @param logDeltas bands × targets
 */
export async function bandedLoss(
  engine: MatrixEngine,
  folds: readonly { readonly fold: RefineFold; readonly targets: RefineTargets }[],
  logDeltas: Matrix64,
): Promise<{ loss: Float64Array; gradient: Matrix64 }> {
  const { rows: bands, cols } = logDeltas;
  const deltas = matrixOf(bands, cols, logDeltas.data.map(Math.exp));
  const loss = new Float64Array(cols);
  const gradient = zeros64(bands, cols);
  for (const { fold, targets } of folds) {
    const w = await solveBands(engine, fold.kernels, deltas, targets.train);
    const parts = await predictBands(engine, fold, deltas, w);
    const error = zeros64(targets.test.rows, cols);
    for (let row = 0, at = 0; row < error.rows; row++) {
      for (let col = 0; col < cols; col++, at++) {
        let residual = -targets.test.data[at];
        for (const part of parts) residual += part.data[at];
        loss[col] += residual ** 2 / error.rows;
        error.data[at] = (2 * residual) / error.rows;
      }
    }
    const right = zeros64(w.rows, cols);
    for (const [band, predict] of fold.predict.entries()) {
      const back = await engine.multiply(predict, error, { transposeA: true });
      for (let row = 0, at = 0; row < right.rows; row++)
        for (let col = 0; col < cols; col++, at++)
          right.data[at] += deltas.data[band * cols + col] * back.data[at];
    }
    const q = await solveBands(engine, fold.kernels, deltas, right);
    for (const [band, part] of parts.entries()) {
      const direct = columnDots(error, part);
      const through = columnDots(q, await engine.multiply(fold.kernels[band], w));
      for (let col = 0; col < cols; col++)
        gradient.data[band * cols + col] += direct[col] - deltas.data[band * cols + col] * through[col];
    }
  }
  return { loss, gradient };
}

/**
 * Gradient descent on log δ, every target with a step length of its own that grows while the loss falls and shrinks
 * where it does not; a step that raises a target's loss is not taken, so no target ends worse than it began.
 * @param start log δ, bands × targets
 */
export async function refineBands(
  engine: MatrixEngine,
  folds: readonly { readonly fold: RefineFold; readonly targets: RefineTargets }[],
  start: Matrix64,
  steps: number,
  signal?: AbortSignal,
): Promise<{ logDeltas: Matrix64; loss: Float64Array }> {
  const { rows: bands, cols } = start;
  const place = matrixOf(bands, cols, start.data.slice());
  const { loss, gradient } = await bandedLoss(engine, folds, place);
  const length = new Float64Array(cols).fill(0.5);
  for (let step = 0; step < steps; step++) {
    signal?.throwIfAborted();
    const trial = matrixOf(bands, cols, place.data.slice());
    for (let col = 0; col < cols; col++) {
      let largest = 0;
      for (let at = col; at < trial.data.length; at += cols)
        largest = Math.max(largest, Math.abs(gradient.data[at]));
      if (largest === 0) continue;
      for (let at = col; at < trial.data.length; at += cols)
        trial.data[at] -= (length[col] * gradient.data[at]) / largest;
    }
    const found = await bandedLoss(engine, folds, trial);
    for (let col = 0; col < cols; col++) {
      const better = found.loss[col] < loss[col];
      length[col] *= better ? 1.5 : 0.4;
      if (!better) continue;
      loss[col] = found.loss[col];
      for (let at = col; at < trial.data.length; at += cols) {
        place.data[at] = trial.data[at];
        gradient.data[at] = found.gradient.data[at];
      }
    }
  }
  return { logDeltas: place, loss };
}

/** Coefficients of scaled features, features × targets, from the solution in the basis. */
export async function bandCoefficients(
  engine: MatrixEngine,
  fold: RefineFold,
  deltas: Matrix64,
  w: Matrix64,
): Promise<Matrix64> {
  const rows = fold.turned.reduce((sum, part) => sum + part.rows, 0);
  const out = zeros64(rows, w.cols);
  let at = 0;
  for (const [band, turned] of fold.turned.entries()) {
    const part = await engine.multiply(turned, w);
    for (let row = 0, from = 0; row < part.rows; row++)
      for (let col = 0; col < part.cols; col++, from++, at++)
        out.data[at] = part.data[from] * deltas.data[band * w.cols + col];
  }
  return out;
}

/** Training samples of targets in a fold's basis: rank × targets. */
export function inBasis(engine: MatrixEngine, fold: RefineFold, train: Matrix64): Promise<Matrix64> {
  return engine.multiply(fold.basis, train);
}

/** Weights that sum to 1 and the penalty, from log δ = log(γ / λ). */
export function weightsOf(logDeltas: Matrix64): { weights: Matrix64; penalty: Float64Array } {
  const deltas = transpose(matrixOf(logDeltas.rows, logDeltas.cols, logDeltas.data.map(Math.exp)));
  const penalty = new Float64Array(deltas.rows);
  for (let row = 0; row < deltas.rows; row++) {
    const own = deltas.data.subarray(row * deltas.cols, (row + 1) * deltas.cols);
    const total = own.reduce((sum, value) => sum + value, 0);
    penalty[row] = 1 / total;
    for (let band = 0; band < own.length; band++) own[band] /= total;
  }
  return { weights: transpose(deltas), penalty };
}
