import type { ReportProgress } from '../../core/progress.ts';
import type { MatrixEngine } from '../../tensor/engine.ts';
import { type Floats, type Matrix, toFloat32, zeros } from '../../tensor/matrix.ts';
import { createScratch, type Scratch } from '../../tensor/scratch.ts';
import { pearsonColumns } from '../metrics.ts';
import type { Fold } from '../splits/split-manifest.ts';
import type { TargetSource } from '../target-source.ts';
import { type Band, bandWeights, checkBands, featureWeights } from './bands.ts';
import { checkInputs, choosePrecision, defaultBatch } from './check-inputs.ts';
import type { Scaling } from './encoding-types.ts';
import {
  addPenaltyScores,
  bestPenalties,
  coefficientsInBasis,
  type FoldModel,
  foldModel,
  inPrecision,
  penaltySums,
  projectTargets,
} from './fold-model.ts';
import { checkPenalties } from './penalties.ts';
import { productMeasure } from './product-measure.ts';
import { excludeUnusable, foldTargets } from './target-block.ts';

/** Ridge with a weight per band of features, found by random search, beside a penalty per target. */
export interface BandedOptions {
  readonly features: Matrix<Floats>;
  readonly bands: readonly Band[];
  readonly targets: TargetSource;
  readonly folds: readonly Fold[];
  readonly penalties: readonly number[];
  /** Weight vectors to try. Default 100. */
  readonly iterations?: number;
  readonly seed: number;
  /** Default 'none'. */
  readonly scaling?: Scaling;
  readonly batch?: number;
  /** False leaves out coefficients, r and the split, which need the models of all chosen weights again. Default true. */
  readonly refit?: boolean;
  readonly signal?: AbortSignal;
  readonly report?: ReportProgress;
}

/** Results for all targets; excluded ones are NaN. */
export interface BandedResult {
  /** bands × targets: the chosen weights, summing to 1. */
  readonly weights: Matrix;
  readonly penalty: Float32Array;
  /** Mean over folds of R² at that choice; optimistic, since the same samples chose. */
  readonly score: Float32Array;
  /** Mean over folds of r at that choice. */
  readonly r: Float32Array;
  /** bands × targets: product-measure R², mean over folds; sums to the joint R². */
  readonly split: Matrix;
  /** Features × targets between scaled features and targets, refitted on all samples. */
  readonly coefficients: Matrix;
  readonly excluded: Uint8Array;
}

/** The best found so far, per target. */
interface Best {
  readonly loss: Float64Array;
  readonly score: Float32Array;
  readonly weight: Int32Array;
  readonly penalty: Int32Array;
}

async function search(
  engine: MatrixEngine,
  options: BandedOptions,
  candidates: readonly Float64Array[],
  excluded: Uint8Array,
  scratch: Scratch,
): Promise<Best> {
  const { features, bands, targets, folds, penalties, signal, report } = options;
  const count = targets.targets;
  const scaling = options.scaling ?? 'none';
  const precision = choosePrecision(features, count);
  const batch = options.batch ?? defaultBatch(features, count, precision);
  const rows = Int32Array.from({ length: features.rows }, (_, row) => row);
  const best: Best = {
    loss: new Float64Array(count).fill(Infinity),
    score: new Float32Array(count),
    weight: new Int32Array(count),
    penalty: new Int32Array(count),
  };
  for (const [candidate, weight] of candidates.entries()) {
    const weights = featureWeights(bands, weight, features.cols);
    const models: FoldModel[] = [];
    for (const fold of folds) {
      signal?.throwIfAborted();
      models.push(
        await foldModel(engine, features, fold, {
          featureScaling: scaling,
          targetScaling: scaling,
          precision,
          penalties,
          weights,
        }),
      );
    }
    for (let start = 0; start < count; start += batch) {
      signal?.throwIfAborted();
      const stop = Math.min(count, start + batch);
      const raw = await targets.read(start, stop);
      excluded.set(excludeUnusable(raw, rows), start);
      const block = inPrecision(raw, precision);
      const sums = penaltySums(penalties.length, stop - start);
      for (const model of models) {
        await addPenaltyScores(
          engine,
          model,
          await projectTargets(engine, model, block, scratch),
          sums,
          scratch,
        );
      }
      const found = bestPenalties(sums);
      found.index.forEach((penalty, col) => {
        const loss = sums.loss.data[penalty * (stop - start) + col];
        if (loss >= best.loss[start + col]) return;
        best.loss[start + col] = loss;
        best.score[start + col] = found.score[col] / folds.length;
        best.weight[start + col] = candidate;
        best.penalty[start + col] = penalty;
      });
    }
    report?.({ phase: 'search', done: candidate + 1, total: candidates.length, unit: 'weights' });
  }
  return best;
}

/** Columns of the targets, in the order named, read range by range. */
async function readColumns(targets: TargetSource, columns: readonly number[]): Promise<Matrix> {
  const out = zeros(targets.samples, columns.length);
  for (const [to, column] of columns.entries()) {
    const { data } = await targets.read(column, column + 1);
    for (let row = 0; row < targets.samples; row++) out.data[row * columns.length + to] = data[row];
  }
  return out;
}

/** Predictions of a fold's test samples, band by band. */
async function bandPredictions(
  engine: MatrixEngine,
  model: FoldModel,
  test: Matrix,
  coefficients: Matrix<Floats>,
  bands: readonly Band[],
): Promise<Matrix<Floats>[]> {
  const parts: Matrix<Floats>[] = [];
  const { featureMeans, featureDeviations } = model.basis;
  for (const { start, stop } of bands) {
    const width = stop - start;
    const x = zeros(test.rows, width);
    for (let row = 0; row < test.rows; row++) {
      for (let col = 0; col < width; col++) {
        const feature = start + col;
        x.data[row * width + col] =
          (test.data[row * test.cols + feature] - featureMeans[feature]) / featureDeviations[feature];
      }
    }
    const own = {
      rows: width,
      cols: coefficients.cols,
      data: Float32Array.from(
        coefficients.data.subarray(start * coefficients.cols, stop * coefficients.cols),
      ),
    };
    parts.push(await engine.multiply(x, own));
  }
  return parts;
}

async function coefficientsOf(
  engine: MatrixEngine,
  model: FoldModel,
  block: Matrix,
  penaltyOf: Float64Array,
  scratch: Scratch,
): Promise<Matrix> {
  const { projected } = await projectTargets(engine, model, block, scratch);
  const inBasis = coefficientsInBasis(model, projected, penaltyOf, scratch);
  if (model.basis.vectors === null) throw new Error('the model was made without vectors');
  return toFloat32(await engine.multiply(toFloat32(model.basis.vectors), toFloat32(inBasis)));
}

/** Fits the targets that chose one weight vector once more: r and split on the folds, coefficients on all samples. */
async function refit(
  engine: MatrixEngine,
  options: BandedOptions,
  weight: Float64Array,
  columns: readonly number[],
  penaltyOf: Float64Array,
  result: BandedResult,
  scratch: Scratch,
): Promise<void> {
  const { features, bands, folds, targets } = options;
  const scaling = options.scaling ?? 'none';
  const weights = featureWeights(bands, weight, features.cols);
  const shared = {
    featureScaling: scaling,
    targetScaling: scaling,
    precision: 'float32',
    penalties: null,
    withVectors: true,
    weights,
  } as const;
  const narrow = toFloat32(features);
  const block = await readColumns(targets, columns);
  const count = targets.targets;
  for (const fold of folds) {
    const model = await foldModel(engine, features, fold, shared);
    const coefficients = await coefficientsOf(engine, model, block, penaltyOf, scratch);
    const test = model.basis.testRows;
    const x = zeros(test.length, narrow.cols);
    test.forEach((row, index) => {
      x.data.set(narrow.data.subarray(row * narrow.cols, (row + 1) * narrow.cols), index * narrow.cols);
    });
    const parts = await bandPredictions(engine, model, x, coefficients, bands);
    const measured = foldTargets(block, model.basis, scaling, scratch).test;
    const joint = zeros(measured.rows, measured.cols);
    for (const part of parts) for (let at = 0; at < joint.data.length; at++) joint.data[at] += part.data[at];
    const r = pearsonColumns(joint, measured);
    const split = productMeasure(measured, parts);
    columns.forEach((column, index) => {
      result.r[column] += r[index] / folds.length;
      bands.forEach((_, band) => {
        result.split.data[band * count + column] += split.data[band * columns.length + index] / folds.length;
      });
    });
  }
  const all = { train: [{ start: 0, stop: features.rows }], test: [] };
  const full = await foldModel(engine, features, all, shared);
  const coefficients = await coefficientsOf(engine, full, block, penaltyOf, scratch);
  for (let feature = 0; feature < features.cols; feature++) {
    columns.forEach((column, index) => {
      result.coefficients.data[feature * count + column] =
        coefficients.data[feature * columns.length + index] * weights[feature];
    });
  }
}

/**
 * Banded ridge: features of band b are scaled by √γ_b, then ridge with penalty λ; γ and λ are chosen per target by
 * mean squared error over the folds, among random weight vectors and the penalty grid. Equal to a penalty λ / γ_b per
 * band. Source: Dupré la Tour et al. 2022, doi 10.1016/j.neuroimage.2022.119728.
 * @throws UserError `banded.bands` and as `fitRidge`
 */
export async function fitBanded(engine: MatrixEngine, options: BandedOptions): Promise<BandedResult> {
  const { features, bands, targets, penalties, signal, report } = options;
  checkInputs(features, targets.samples, features.rows);
  checkPenalties(penalties);
  checkBands(bands, features.cols);
  const count = targets.targets;
  const candidates = bandWeights(bands.length, options.iterations ?? 100, options.seed);
  const excluded = new Uint8Array(count);
  const scratch = createScratch();
  const best = await search(engine, options, candidates, excluded, scratch);
  const again = options.refit !== false;
  const result: BandedResult = {
    weights: zeros(bands.length, count),
    penalty: Float32Array.from(best.penalty, (index) => penalties[index]),
    score: best.score,
    r: new Float32Array(count),
    split: zeros(bands.length, count),
    coefficients: zeros(again ? features.cols : 0, count),
    excluded,
  };
  best.weight.forEach((index, column) => {
    candidates[index].forEach((weight, band) => {
      result.weights.data[band * count + column] = weight;
    });
  });
  const used = [...new Set(best.weight)].sort((a, b) => a - b);
  for (const [done, index] of (again ? used : []).entries()) {
    signal?.throwIfAborted();
    const columns = [...best.weight.keys()].filter(
      (column) => best.weight[column] === index && excluded[column] === 0,
    );
    const penaltyOf = Float64Array.from(columns, (column) => penalties[best.penalty[column]]);
    if (columns.length > 0)
      await refit(engine, options, candidates[index], columns, penaltyOf, result, scratch);
    report?.({ phase: 'refit', done: done + 1, total: used.length, unit: 'weights' });
  }
  blank(result);
  return result;
}

function blank({ weights, penalty, score, r, split, coefficients, excluded }: BandedResult): void {
  excluded.forEach((out, column) => {
    if (out === 0) return;
    for (const values of [penalty, score, r]) values[column] = Number.NaN;
    for (const { cols, data } of [weights, split, coefficients]) {
      for (let at = column; at < data.length; at += cols) data[at] = Number.NaN;
    }
  });
}
