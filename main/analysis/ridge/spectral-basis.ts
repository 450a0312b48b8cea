import type { MatrixEngine } from '../../tensor/engine.ts';
import { eigh } from '../../tensor/linear/eigh.ts';
import {
  type Floats,
  type Matrix,
  type Matrix64,
  takeRows,
  transpose,
  zeros64,
} from '../../tensor/matrix.ts';
import { columnDeviations, columnMeans } from '../metrics.ts';
import { type Fold, rowIndices } from '../splits/split-manifest.ts';
import type { Scaling } from './encoding-types.ts';

/**
 * A fold's features in the basis where every ridge penalty is a division. With train X = U √s Vᵀ the ridge
 * coefficients in V are (√s Uᵀ y) / (s + λ), and predictions are X_test V times those.
 */
export interface SpectralBasis {
  readonly trainRows: Int32Array;
  readonly testRows: Int32Array;
  /** Eigenvalues of the training Gram matrix that are not zero. */
  readonly spectrum: Float64Array;
  /** √s Uᵀ: rank × train samples. */
  readonly project: Matrix64;
  /** X_test V: test samples × rank. */
  readonly predict: Matrix64;
  /** V: features × rank; only where asked for. */
  readonly vectors: Matrix64 | null;
  /** Numbers with which features were scaled. */
  readonly featureMeans: Float64Array;
  readonly featureDeviations: Float64Array;
}

/** Mean and deviation of the given rows per column, as the scaling uses them; a constant column is divided by 1. */
export function scalingOf(
  rows: Matrix<Floats>,
  scaling: Scaling,
): { means: Float64Array; deviations: Float64Array } {
  const means = scaling === 'none' ? new Float64Array(rows.cols) : columnMeans(rows);
  if (scaling !== 'zscore') return { means, deviations: new Float64Array(rows.cols).fill(1) };
  const deviations = columnDeviations(rows, means).map((value, col) =>
    // Rounding leaves a constant column of size 10⁶ with a deviation around 10⁻¹⁰, which must not be blown up.
    value > 1e-7 * Math.abs(means[col]) && value > 0 ? value : 1,
  );
  return { means, deviations };
}

/** The rows less their means, over their deviations, in float64. */
export function scaled(rows: Matrix<Floats>, means: Float64Array, deviations: Float64Array): Matrix64 {
  const out = zeros64(rows.rows, rows.cols);
  for (let row = 0, at = 0; row < rows.rows; row++) {
    for (let col = 0; col < rows.cols; col++, at++)
      out.data[at] = (rows.data[at] - means[col]) / deviations[col];
  }
  return out;
}

/** The columns named in `kept`, column i divided by `divide(i)`. */
export function keepColumns(
  vectors: Matrix64,
  kept: readonly number[],
  divide: (index: number) => number,
): Matrix64 {
  const out = zeros64(vectors.rows, kept.length);
  kept.forEach((index, col) => {
    const by = divide(index);
    for (let row = 0; row < vectors.rows; row++) {
      out.data[row * kept.length + col] = vectors.data[row * vectors.cols + index] / by;
    }
  });
  return out;
}

/**
 * The basis of one fold. Decomposes features × features or samples × samples, whichever is smaller. Features stay in
 * float64 throughout: squaring them in float32 would lose the small eigenvalues.
 * @param withVectors keep V, for coefficients
 */
export async function spectralBasis(
  engine: MatrixEngine,
  features: Matrix<Floats>,
  fold: Fold,
  scaling: Scaling,
  withVectors = false,
): Promise<SpectralBasis> {
  const trainRows = rowIndices(fold.train);
  const testRows = rowIndices(fold.test);
  const trainRaw = takeRows(features, trainRows);
  const { means, deviations } = scalingOf(trainRaw, scaling);
  const train = scaled(trainRaw, means, deviations);
  const test = scaled(takeRows(features, testRows), means, deviations);
  const primal = train.cols <= train.rows;
  const gram = primal
    ? await engine.multiply(train, train, { transposeA: true })
    : await engine.multiply(train, train, { transposeB: true });
  const { values, vectors } = await eigh(engine, gram);
  const floor = Math.max(0, values.at(-1) ?? 0) * Math.max(train.rows, train.cols) * 2 ** -52;
  const kept = Array.from(values, (_, index) => index).filter((index) => values[index] > floor);
  const spectrum = Float64Array.from(kept, (index) => values[index]);
  const common = { trainRows, testRows, spectrum, featureMeans: means, featureDeviations: deviations };
  if (primal) {
    const v = keepColumns(vectors, kept, () => 1);
    const project = transpose(await engine.multiply(train, v));
    const predict = await engine.multiply(test, v);
    return { ...common, project, predict, vectors: withVectors ? v : null };
  }
  const u = keepColumns(vectors, kept, (index) => Math.sqrt(values[index]));
  const project = transpose(keepColumns(vectors, kept, (index) => 1 / Math.sqrt(values[index])));
  if (withVectors) {
    const v = await engine.multiply(train, u, { transposeA: true });
    return { ...common, project, predict: await engine.multiply(test, v), vectors: v };
  }
  const across = await engine.multiply(test, train, { transposeB: true });
  return { ...common, project, predict: await engine.multiply(across, u), vectors: null };
}
