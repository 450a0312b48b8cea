import type { ReportProgress } from '../../core/progress.ts';
import type { MatrixEngine } from '../../tensor/engine.ts';
import { type Floats, type Matrix, toFloat32, zeros } from '../../tensor/matrix.ts';
import { createScratch, type Scratch } from '../../tensor/scratch.ts';
import type { Fold } from '../splits/split-manifest.ts';
import type { TargetSource } from '../target-source.ts';
import { checkInputs, choosePrecision, defaultBatch, offsetSample } from './check-inputs.ts';
import type { Scaling } from './encoding-types.ts';
import {
  addPenaltyScores,
  bestPenalties,
  coefficientsInBasis,
  type FoldModel,
  foldModel,
  inPrecision,
  type PenaltyScores,
  type ProjectedTargets,
  penaltySums,
  projectTargets,
} from './fold-model.ts';
import { checkPenalties } from './penalties.ts';
import { scalingOf } from './spectral-basis.ts';
import { excludeUnusable } from './target-block.ts';

/** Plain cross-validated ridge: one set of folds chooses the penalty, all samples give the coefficients. */
export interface RidgeOptions {
  readonly features: Matrix<Floats>;
  readonly targets: TargetSource;
  readonly folds: readonly Fold[];
  readonly penalties: readonly number[];
  /** Default 'none': no intercept, no scaling. */
  readonly scaling?: Scaling;
  readonly batch?: number;
  /** False leaves coefficients out (0 × targets), where only penalties and scores are wanted. Default true. */
  readonly coefficients?: boolean;
  readonly signal?: AbortSignal;
  readonly report?: ReportProgress;
}

/** Results for targets start ≤ t < stop. Excluded targets (constant, NaN, infinite) have NaN throughout. */
export interface RidgeBlock {
  readonly start: number;
  readonly stop: number;
  /** Penalty with the least squared error, averaged over folds. */
  readonly penalty: Float32Array;
  /** Mean over folds of R² at that penalty. Optimistic, since the same samples chose the penalty: use `fitEncoding` where a score is to be reported. */
  readonly score: Float32Array;
  /** Mean over folds of Pearson r on test samples at that penalty; as optimistic as the score. */
  readonly r: Float32Array;
  /** Features × targets in the units of features and targets as given: y ≈ x · coefficients + intercept. */
  readonly coefficients: Matrix;
  /** Zeros where nothing is centred. */
  readonly intercept: Float32Array;
  readonly excluded: Uint8Array;
}

/** What a fold keeps until the penalty is chosen. */
interface FoldRecord {
  readonly model: FoldModel;
  readonly projected: ProjectedTargets;
  readonly scores: PenaltyScores;
}

/**
 * Adds each target's Pearson r in one fold to `sum`, from products that are there already: with c the coefficients in
 * the basis, ŷ·y = c·Pᵀy, Σŷ = c·Pᵀ1 and ‖ŷ‖² = error + 2 ŷ·y, so predictions need not be formed.
 */
function addCorrelations(
  { model, projected, scores }: FoldRecord,
  best: Int32Array,
  penaltyOf: Float64Array,
  sum: Float64Array,
): void {
  const { matched, errors } = scores;
  const { rows: rank, cols } = matched;
  const { testMeans, variation } = projected.targets;
  const count = model.basis.testRows.length;
  const predictSums = new Float64Array(rank);
  const { data: p } = model.predict;
  for (let row = 0, at = 0; row < count; row++) for (let i = 0; i < rank; i++, at++) predictSums[i] += p[at];
  const [product, total] = [new Float64Array(cols), new Float64Array(cols)];
  for (let i = 0, at = 0; i < rank; i++) {
    const eigenvalue = model.basis.spectrum[i];
    for (let col = 0; col < cols; col++, at++) {
      const c = projected.projected.data[at] / (eigenvalue + penaltyOf[col]);
      product[col] += c * matched.data[at];
      total[col] += c * predictSums[i];
    }
  }
  for (let col = 0; col < cols; col++) {
    const power = errors.data[best[col] * cols + col] + 2 * product[col];
    const spread = (power - total[col] ** 2 / count) * variation[col];
    if (spread > 0) sum[col] += (product[col] - total[col] * testMeans[col]) / Math.sqrt(spread);
  }
}

async function fitBlock(
  engine: MatrixEngine,
  models: readonly FoldModel[],
  full: FoldModel | null,
  penalties: readonly number[],
  block: Matrix<Floats>,
  scratch: Scratch,
): Promise<Omit<RidgeBlock, 'start' | 'stop' | 'excluded'>> {
  const { cols } = block;
  const sums = penaltySums(penalties.length, cols, scratch);
  const records: FoldRecord[] = [];
  for (const model of models) {
    const fold = records.length;
    const projected = await projectTargets(engine, model, block, scratch, `projected ${fold}`);
    const scores = await addPenaltyScores(engine, model, projected, sums, scratch, `matched ${fold}`);
    records.push({ model, projected, scores });
  }
  const best = bestPenalties(sums);
  const penaltyOf = Float64Array.from(best.index, (index) => penalties[index]);
  const r = new Float64Array(cols);
  for (const record of records) addCorrelations(record, best.index, penaltyOf, r);
  records.length = 0;
  const chosen = {
    penalty: Float32Array.from(penaltyOf),
    score: Float32Array.from(best.score, (score) => score / models.length),
    r: Float32Array.from(r, (value) => value / models.length),
  };
  if (full === null) return { ...chosen, coefficients: zeros(0, cols), intercept: new Float32Array(cols) };
  const { projected } = await projectTargets(engine, full, block, scratch);
  const inBasis = coefficientsInBasis(full.basis.spectrum, projected, penaltyOf, scratch);
  if (full.vectors === null) throw new Error('the full fit was made without vectors');
  const coefficients = toFloat32(await engine.multiply(full.vectors, inBasis));
  const intercept = unscale(coefficients, full, block);
  return { ...chosen, coefficients, intercept };
}

/** Turns coefficients between scaled features and targets into ones between raw values, in place. */
function unscale(coefficients: Matrix, full: FoldModel, block: Matrix<Floats>): Float32Array {
  const { rows, cols, data } = coefficients;
  if (full.scaling === 'none') return new Float32Array(cols);
  const target = scalingOf(block, full.scaling);
  const { featureMeans, featureDeviations } = full.basis;
  const intercept = Float64Array.from(target.means);
  for (let row = 0, at = 0; row < rows; row++) {
    for (let col = 0; col < cols; col++, at++) {
      const value = (data[at] * target.deviations[col]) / featureDeviations[row];
      data[at] = value;
      intercept[col] -= value * featureMeans[row];
    }
  }
  return Float32Array.from(intercept);
}

/**
 * Ridge with one penalty per target, chosen by squared error over the folds, and refitted on all samples. Equal to
 * scikit-learn's Ridge at that penalty and to himalaya's RidgeCV in the choice.
 * @throws UserError `ridge.sample-mismatch`, `ridge.penalties`, `ridge.features-not-finite`, `ridge.no-features`
 */
export async function fitRidge(
  engine: MatrixEngine,
  options: RidgeOptions,
  take: (block: RidgeBlock) => void | Promise<void>,
): Promise<void> {
  const { features, targets, folds, penalties, signal, report } = options;
  checkInputs(features, targets.samples, features.rows);
  checkPenalties(penalties);
  const scaling = options.scaling ?? 'none';
  const precision = choosePrecision(features, targets.targets, await offsetSample(targets, scaling));
  const batch = options.batch ?? defaultBatch(features, targets.targets, precision, folds.length);
  const shared = { featureScaling: scaling, targetScaling: scaling, precision } as const;
  const models: FoldModel[] = [];
  const total = folds.length + 1;
  for (const fold of folds) {
    signal?.throwIfAborted();
    models.push(await foldModel(engine, features, fold, { ...shared, penalties }));
    report?.({ phase: 'decompose', done: models.length, total, unit: 'folds' });
  }
  const all: Fold = { train: [{ start: 0, stop: features.rows }], test: [] };
  const full =
    options.coefficients === false
      ? null
      : await foldModel(engine, features, all, { ...shared, penalties: null, withVectors: true });
  report?.({ phase: 'decompose', done: total, total, unit: 'folds' });
  const scratch = createScratch();
  const rows = Int32Array.from({ length: features.rows }, (_, row) => row);
  for (let start = 0; start < targets.targets; start += batch) {
    signal?.throwIfAborted();
    const stop = Math.min(targets.targets, start + batch);
    const block = await targets.read(start, stop, scratch);
    const excluded = excludeUnusable(block, rows);
    const fitted = await fitBlock(engine, models, full, penalties, inPrecision(block, precision), scratch);
    blank(fitted, excluded);
    await take({ start, stop, excluded, ...fitted });
    report?.({ phase: 'fit', done: stop, total: targets.targets, unit: 'targets' });
  }
}

/** NaN for what was excluded. */
function blank(fitted: Omit<RidgeBlock, 'start' | 'stop' | 'excluded'>, excluded: Uint8Array): void {
  const { cols, data } = fitted.coefficients;
  excluded.forEach((out, col) => {
    if (out === 0) return;
    for (const values of [fitted.penalty, fitted.score, fitted.r, fitted.intercept]) values[col] = Number.NaN;
    for (let at = col; at < data.length; at += cols) data[at] = Number.NaN;
  });
}
