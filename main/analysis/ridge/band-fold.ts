import type { MatrixEngine } from '../../tensor/engine.ts';
import { eigh } from '../../tensor/linear/eigh.ts';
import {
  type Floats,
  type Matrix,
  type Matrix64,
  matrixOf,
  takeColumnRange,
  takeRows,
  transpose,
  zeros64,
} from '../../tensor/matrix.ts';
import { type Fold, rowIndices } from '../splits/split-manifest.ts';
import { type Band, featureWeights } from './bands.ts';
import type { Scaling } from './encoding-types.ts';
import { keepColumns, scaled, scalingOf } from './spectral-basis.ts';

/** One fold's features with everything that does not depend on the weights of the bands: made once, weighed often. */
export interface BandFold {
  readonly bands: readonly Band[];
  readonly trainRows: Int32Array;
  readonly testRows: Int32Array;
  /** Scaled features: samples × features. */
  readonly train: Matrix64;
  readonly test: Matrix64;
  readonly featureMeans: Float64Array;
  readonly featureDeviations: Float64Array;
  /** Xᵀ X of the training samples where features are no more than samples, else null. */
  readonly gram: Matrix64 | null;
  /** Where features are more than samples: X_b X_bᵀ of every band, and the same of test with training samples. */
  readonly kernels: readonly Matrix64[];
  readonly cross: readonly Matrix64[];
}

/** The basis of a fold at one weight vector, as `SpectralBasis`, with the prediction split by bands. */
export interface WeighedBasis {
  readonly spectrum: Float64Array;
  /** √s Uᵀ: rank × train samples. */
  readonly project: Matrix64;
  /** Prediction of the test samples from coefficients in the basis, all bands: test samples × rank. */
  readonly predict: Matrix64;
  /** The same for one band; they sum to `predict`. */
  predictBand(band: number): Promise<Matrix64>;
  /** Coefficients of scaled features from those in the basis: features × rank. */
  coefficients(): Promise<Matrix64>;
}

/** Scales a fold's features with its training samples' numbers and forms their inner products, band by band. */
export async function bandFold(
  engine: MatrixEngine,
  features: Matrix<Floats>,
  fold: Fold,
  bands: readonly Band[],
  scaling: Scaling,
): Promise<BandFold> {
  const trainRows = rowIndices(fold.train);
  const testRows = rowIndices(fold.test);
  const raw = takeRows(features, trainRows);
  const { means, deviations } = scalingOf(raw, scaling);
  const train = scaled(raw, means, deviations);
  const test = scaled(takeRows(features, testRows), means, deviations);
  const common = {
    bands,
    trainRows,
    testRows,
    train,
    test,
    featureMeans: means,
    featureDeviations: deviations,
  };
  if (train.cols <= train.rows) {
    const gram = await engine.multiply(train, train, { transposeA: true });
    return { ...common, gram, kernels: [], cross: [] };
  }
  const [kernels, cross]: [Matrix64[], Matrix64[]] = [[], []];
  for (const { start, stop } of bands) {
    const own = takeColumnRange(train, start, stop);
    kernels.push(await engine.multiply(own, own, { transposeB: true }));
    cross.push(await engine.multiply(takeColumnRange(test, start, stop), own, { transposeB: true }));
  }
  return { ...common, gram: null, kernels, cross };
}

/** Σ_b weight_b · part_b. */
export function weightedSum(parts: readonly Matrix64[], weights: ArrayLike<number>): Matrix64 {
  const out = zeros64(parts[0].rows, parts[0].cols);
  for (const [index, { data }] of parts.entries()) {
    const weight = weights[index];
    if (weight !== 0) for (let at = 0; at < data.length; at++) out.data[at] += weight * data[at];
  }
  return out;
}

/** Columns start ≤ c < stop, each times its factor. */
function weighedColumns(matrix: Matrix64, factors: Float64Array, start = 0, stop = matrix.cols): Matrix64 {
  const out = takeColumnRange(matrix, start, stop);
  for (let row = 0, at = 0; row < out.rows; row++)
    for (let col = start; col < stop; col++, at++) out.data[at] *= factors[col];
  return out;
}

/** Every row times its factor, in place. */
function weighRows(matrix: Matrix64, factors: Float64Array): Matrix64 {
  for (let row = 0, at = 0; row < matrix.rows; row++)
    for (let col = 0; col < matrix.cols; col++, at++) matrix.data[at] *= factors[row];
  return matrix;
}

/** Eigenvectors whose eigenvalue is not zero, and those eigenvalues. */
async function decompose(
  engine: MatrixEngine,
  gram: Matrix64,
  longest: number,
): Promise<{ spectrum: Float64Array; vectors: Matrix64 }> {
  const { values, vectors } = await eigh(engine, gram);
  const floor = Math.max(0, values.at(-1) ?? 0) * longest * 2 ** -52;
  const kept = Array.from(values.keys()).filter((index) => values[index] > floor);
  return {
    spectrum: Float64Array.from(kept, (index) => values[index]),
    vectors: keepColumns(vectors, kept, () => 1),
  };
}

/**
 * Decomposes a fold whose features of band b are scaled by √weight_b.
 * @param weights one per band, 0 or more
 */
export async function weighBands(
  engine: MatrixEngine,
  fold: BandFold,
  weights: ArrayLike<number>,
): Promise<WeighedBasis> {
  const { bands, train, test } = fold;
  const longest = Math.max(train.rows, train.cols);
  if (fold.gram !== null) {
    const roots = featureWeights(bands, weights);
    const gram = weighRows(weighedColumns(fold.gram, roots), roots);
    const { spectrum, vectors } = await decompose(engine, gram, longest);
    const part = (start: number, stop: number): Promise<Matrix64> =>
      engine.multiply(
        weighedColumns(test, roots, start, stop),
        matrixOf(
          stop - start,
          vectors.cols,
          vectors.data.subarray(start * vectors.cols, stop * vectors.cols),
        ),
      );
    return {
      spectrum,
      project: transpose(await engine.multiply(weighedColumns(train, roots), vectors)),
      predict: await part(0, train.cols),
      predictBand: (band) => part(bands[band].start, bands[band].stop),
      async coefficients() {
        return weighRows(takeColumnRange(vectors, 0, vectors.cols), roots);
      },
    };
  }
  const { spectrum, vectors } = await decompose(engine, weightedSum(fold.kernels, weights), longest);
  const roots = spectrum.map(Math.sqrt);
  const project = transpose(weighedColumns(vectors, roots));
  const scaledVectors = weighedColumns(
    vectors,
    roots.map((root) => 1 / root),
  );
  return {
    spectrum,
    project,
    predict: await engine.multiply(weightedSum(fold.cross, weights), scaledVectors),
    predictBand: (band) => engine.multiply(weightedSum([fold.cross[band]], [weights[band]]), scaledVectors),
    async coefficients() {
      const roots = featureWeights(bands, weights).map((root) => root * root);
      return engine.multiply(weighedColumns(train, roots), scaledVectors, { transposeA: true });
    },
  };
}
