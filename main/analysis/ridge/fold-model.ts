import type { MatrixEngine } from '../../tensor/engine.ts';
import { type Floats, type Matrix, type Matrix64, toFloat64, transpose } from '../../tensor/matrix.ts';
import type { Scratch } from '../../tensor/scratch.ts';
import type { Fold } from '../splits/split-manifest.ts';
import type { Scaling } from './encoding-types.ts';
import { matchedProducts, type PenaltyPath, penaltyPath, squaredErrors } from './penalty-path.ts';
import { type SpectralBasis, spectralBasis } from './spectral-basis.ts';
import { type FoldTargets, foldTargets } from './target-block.ts';

/** Element type in which targets are multiplied; features are always decomposed in float64. */
export type Precision = 'float32' | 'float64';

/** A matrix in the given precision: the same memory where it has it already. */
export function inPrecision(matrix: Matrix<Floats>, precision: Precision): Matrix<Floats> {
  const { rows, cols, data } = matrix;
  if (precision === 'float64') return toFloat64(matrix);
  return { rows, cols, data: data instanceof Float32Array ? data : new Float32Array(data) };
}

/** What scoring the penalties on a fold's test samples takes. */
export interface ScoringModel {
  /** Pᵀ: rank × test samples. */
  readonly match: Matrix<Floats>;
  /** Only in folds that score penalties. */
  readonly path: PenaltyPath | null;
}

/** A fold made ready for any number of targets. */
export interface FoldModel extends ScoringModel {
  /** What is kept of the basis: not its float64 products. */
  readonly basis: Omit<SpectralBasis, 'project' | 'predict' | 'vectors'>;
  readonly project: Matrix<Floats>;
  readonly predict: Matrix<Floats>;
  /** V in the precision of the targets: features × rank; only where asked for. */
  readonly vectors: Matrix<Floats> | null;
  readonly scaling: Scaling;
}

export interface FoldModelOptions {
  readonly featureScaling: Scaling;
  readonly targetScaling: Scaling;
  readonly precision: Precision;
  /** Penalties to score on the test samples; null where the fold only predicts. */
  readonly penalties: readonly number[] | null;
  readonly withVectors?: boolean;
}

/** Decomposes a fold's features. */
export async function foldModel(
  engine: MatrixEngine,
  features: Matrix<Floats>,
  fold: Fold,
  options: FoldModelOptions,
): Promise<FoldModel> {
  const basis = await spectralBasis(engine, features, fold, options.featureScaling, options.withVectors);
  const predict = inPrecision(basis.predict, options.precision);
  const { vectors, project, predict: _wide, ...rest } = basis;
  return {
    basis: rest,
    project: inPrecision(project, options.precision),
    predict,
    vectors: vectors === null ? null : inPrecision(vectors, options.precision),
    match: options.penalties === null ? predict : transpose(predict),
    path:
      options.penalties === null
        ? null
        : await penaltyPath(engine, basis, options.penalties, options.precision),
    scaling: options.targetScaling,
  };
}

/** A block of targets in one fold: scaled, and its training part projected onto the basis (rank × targets). */
export interface ProjectedTargets {
  readonly targets: FoldTargets<Floats>;
  readonly projected: Matrix<Floats>;
}

/**
 * Scales a block for one fold and projects its training part. Everything lies in `scratch`: the projection under
 * `name`, for callers that keep several folds at once.
 */
export async function projectTargets(
  engine: MatrixEngine,
  model: FoldModel,
  block: Matrix<Floats>,
  scratch: Scratch,
  name = 'projected',
): Promise<ProjectedTargets> {
  const targets = foldTargets(block, model.basis, model.scaling, scratch);
  const into = scratch.matrix(name, block.data, model.project.rows, block.cols).data;
  return { targets, projected: await engine.multiply(model.project, targets.train, { into }) };
}

/** What scoring a fold leaves for later: Pᵀ y over the test samples, and squared errors less Σ y² per penalty. */
export interface PenaltyScores {
  readonly matched: Matrix<Floats>;
  readonly errors: Matrix<Floats>;
}

/** How every penalty does on the test samples of the folds so far: penalties × targets, summed over folds. */
export interface PenaltySums {
  /** Mean squared error: chooses the penalty, as in himalaya. */
  readonly loss: Matrix64;
  /** R²; constant test targets add 0. */
  readonly r2: Matrix64;
  /** Correlation about the training mean; null where it is not asked for. */
  readonly r: Matrix64 | null;
}

/** Sums before the first fold: zeros, penalties × targets, in `scratch`. */
export function penaltySums(
  penalties: number,
  targets: number,
  scratch: Scratch,
  withR = false,
): PenaltySums {
  const zero = (name: string): Matrix64 => {
    const sum = scratch.matrix(name, new Float64Array(0), penalties, targets);
    sum.data.fill(0);
    return sum;
  };
  return { loss: zero('loss'), r2: zero('r2'), r: withR ? zero('r') : null };
}

/** Adds one fold to the sums. What is left for later lies in `scratch`, named after `name`. */
export async function addPenaltyScores(
  engine: MatrixEngine,
  model: ScoringModel,
  { targets, projected }: ProjectedTargets,
  sums: PenaltySums,
  scratch: Scratch,
  name = 'matched',
): Promise<PenaltyScores> {
  if (model.path === null) throw new Error('this fold was not prepared for penalties');
  const into = scratch.matrix(name, projected.data, projected.rows, projected.cols).data;
  const matched = await engine.multiply(model.match, targets.test, { into });
  const errors = await squaredErrors(engine, model.path, projected, matched, scratch, `errors ${name}`);
  const { rows, cols } = errors;
  for (let row = 0, at = 0; row < rows; row++) {
    for (let col = 0; col < cols; col++, at++) {
      const variation = targets.variation[col];
      const squared = errors.data[at] + targets.power[col];
      sums.loss.data[at] += squared / targets.test.rows;
      if (variation > 0) sums.r2.data[at] += 1 - squared / variation;
    }
  }
  if (sums.r !== null) {
    const products = await matchedProducts(engine, model.path, projected, matched, scratch);
    for (let at = 0; at < products.data.length; at++) {
      const predictedPower = errors.data[at] + 2 * products.data[at];
      const scale = Math.sqrt(Math.max(0, predictedPower) * targets.power[at % cols]);
      if (scale > 0) sums.r.data[at] += products.data[at] / scale;
    }
  }
  return { matched, errors };
}

/**
 * Per target the penalty with the least loss and the R² summed over folds there; where r was asked for, the penalty with
 * the highest r and that r, summed over folds. The smaller penalty of equals.
 */
export function bestPenalties({ loss, r2, r }: PenaltySums): { index: Int32Array; score: Float64Array } {
  const { rows, cols } = loss;
  const { data } = r ?? loss;
  const sign = r === null ? 1 : -1;
  const index = new Int32Array(cols);
  for (let row = 1; row < rows; row++) {
    for (let col = 0; col < cols; col++) {
      if (sign * data[row * cols + col] < sign * data[index[col] * cols + col]) index[col] = row;
    }
  }
  const scores = r ?? r2;
  return { index, score: Float64Array.from(index, (row, col) => scores.data[row * cols + col]) };
}

/** Coefficients in the basis at each target's own penalty: rank × targets. */
export function coefficientsInBasis(
  spectrum: Float64Array,
  projected: Matrix<Floats>,
  penaltyOf: ArrayLike<number>,
  scratch: Scratch,
): Matrix<Floats> {
  const { rows, cols, data } = projected;
  const out = scratch.matrix('coefficients', data, rows, cols).data;
  for (let i = 0, at = 0; i < rows; i++) {
    const eigenvalue = spectrum[i];
    for (let col = 0; col < cols; col++, at++) out[at] = data[at] / (eigenvalue + penaltyOf[col]);
  }
  return { rows, cols, data: out };
}
