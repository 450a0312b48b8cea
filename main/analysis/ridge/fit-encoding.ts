import type { MatrixEngine } from '../../tensor/engine.ts';
import { type Floats, type Matrix, zeros } from '../../tensor/matrix.ts';
import { createScratch, type Scratch } from '../../tensor/scratch.ts';
import { pearsonColumns, r2Columns } from '../metrics.ts';
import { rangesOf, rowIndices, type SplitManifest } from '../splits/split-manifest.ts';
import { checkInputs, choosePrecision, defaultBatch } from './check-inputs.ts';
import type {
  EncodingBlock,
  EncodingOptions,
  PenaltyCriterion,
  TakeEncodingBlock,
} from './encoding-types.ts';
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
import { checkPenalties, defaultPenalties } from './penalties.ts';
import { excludeUnusable } from './target-block.ts';

/** One outer fold with its inner folds, decomposed. */
interface NestedModel {
  readonly outer: FoldModel;
  readonly inner: readonly FoldModel[];
}

async function decompose(
  engine: MatrixEngine,
  options: PrepareOptions,
  penalties: readonly number[],
  precision: 'float32' | 'float64',
): Promise<NestedModel[]> {
  const { features, split, signal, report } = options;
  const shared = {
    featureScaling: options.featureScaling ?? 'zscore',
    targetScaling: options.targetScaling ?? 'zscore',
    precision,
  } as const;
  const total = split.folds.reduce((sum, fold) => sum + 1 + fold.inner.length, 0);
  let done = 0;
  const one = async (fold: Parameters<typeof foldModel>[2], scored: boolean): Promise<FoldModel> => {
    signal?.throwIfAborted();
    const model = await foldModel(engine, features, fold, {
      ...shared,
      penalties: scored ? penalties : null,
    });
    report?.({ phase: 'decompose', done: ++done, total, unit: 'folds' });
    return model;
  };
  const nested: NestedModel[] = [];
  for (const fold of split.folds) {
    const inner: FoldModel[] = [];
    for (const innerFold of fold.inner) inner.push(await one(innerFold, true));
    nested.push({ inner, outer: await one(fold, false) });
  }
  return nested;
}

/** Samples that any fold uses, once each. */
function usedRows(split: SplitManifest): Int32Array {
  const used = new Uint8Array(split.samples);
  for (const fold of split.folds) {
    for (const { start, stop } of [...fold.train, ...fold.test]) used.fill(1, start, stop);
  }
  return rowIndices(rangesOf(Array.from(used.keys()).filter((row) => used[row] === 1)));
}

async function fitBlock(
  engine: MatrixEngine,
  nested: readonly NestedModel[],
  penalties: readonly number[],
  block: Matrix<Floats>,
  start: number,
  excluded: Uint8Array,
  criterion: PenaltyCriterion,
  scratch: Scratch,
): Promise<EncodingBlock> {
  const [folds, cols] = [nested.length, block.cols];
  const [penaltyIndex, innerScore] = [zeros(folds, cols), zeros(folds, cols)];
  const [foldR, foldR2] = [zeros(folds, cols), zeros(folds, cols)];
  const predictions = zeros(block.rows, cols);
  predictions.data.fill(Number.NaN);
  const [r, r2] = [new Float32Array(cols), new Float32Array(cols)];
  for (const [fold, { inner, outer }] of nested.entries()) {
    const scores = penaltySums(penalties.length, cols, scratch, criterion === 'correlation');
    for (const model of inner) {
      await addPenaltyScores(
        engine,
        model,
        await projectTargets(engine, model, block, scratch),
        scores,
        scratch,
      );
    }
    const best = bestPenalties(scores);
    const { targets, projected } = await projectTargets(engine, outer, block, scratch);
    const penaltyOf = Float64Array.from(best.index, (index) => penalties[index]);
    const predicted = await engine.multiply(
      outer.predict,
      coefficientsInBasis(outer.basis.spectrum, projected, penaltyOf, scratch),
    );
    const at = fold * cols;
    penaltyIndex.data.set(best.index, at);
    innerScore.data.set(
      best.score.map((score) => score / Math.max(1, inner.length)),
      at,
    );
    foldR.data.set(pearsonColumns(predicted, targets.test), at);
    foldR2.data.set(r2Columns(targets.test, predicted), at);
    outer.basis.testRows.forEach((row, index) => {
      predictions.data.set(predicted.data.subarray(index * cols, (index + 1) * cols), row * cols);
    });
    for (let col = 0; col < cols; col++) {
      r[col] += foldR.data[at + col] / folds;
      r2[col] += foldR2.data[at + col] / folds;
    }
  }
  excluded.forEach((out, col) => {
    if (out === 0) return;
    r[col] = Number.NaN;
    r2[col] = Number.NaN;
    for (const matrix of [innerScore, foldR, foldR2, predictions]) {
      for (let at = col; at < matrix.data.length; at += cols) matrix.data[at] = Number.NaN;
    }
  });
  return { start, stop: start + cols, penaltyIndex, innerScore, foldR, foldR2, r, r2, predictions, excluded };
}

/** Features of every fold decomposed, ready for any number of target blocks. */
export interface PreparedEncoding {
  /** Results of one block of targets (samples × targets; values may be changed), which begin at target `start`. */
  fit(block: Matrix<Floats>, start: number): Promise<EncodingBlock>;
}

/** What decomposing takes: all options but the targets. */
export type PrepareOptions = Pick<
  EncodingOptions,
  'features' | 'split' | 'penalties' | 'penaltyBy' | 'featureScaling' | 'targetScaling' | 'signal' | 'report'
>;

/**
 * Decomposes the features of every fold once, for callers that come with their targets in pieces of their own.
 * @param targets how many targets will come in all; decides the precision, and so the bytes
 * @throws UserError as `fitEncoding`
 */
export async function prepareEncoding(
  engine: MatrixEngine,
  options: PrepareOptions,
  targets: number,
): Promise<PreparedEncoding> {
  const { features, split } = options;
  checkInputs(features, split.samples, split.samples);
  const penalties = options.penalties ?? defaultPenalties;
  checkPenalties(penalties);
  const precision = choosePrecision(features, targets);
  const nested = await decompose(engine, options, penalties, precision);
  const rows = usedRows(split);
  const scratch = createScratch();
  const criterion = options.penaltyBy ?? 'squared-error';
  return {
    fit(block, start) {
      const excluded = excludeUnusable(block, rows);
      return fitBlock(
        engine,
        nested,
        penalties,
        inPrecision(block, precision),
        start,
        excluded,
        criterion,
        scratch,
      );
    },
  };
}

/**
 * Ridge encoding models of all targets with nested cross-validation: per outer fold and target the penalty with the
 * least mean squared error over the inner folds, refitted on the outer training samples, scored on the outer test samples.
 * Works through the targets in batches and hands each batch's final results to `take`; features are decomposed once
 * for all targets. Without inner folds the first penalty is used.
 * @throws UserError `ridge.sample-mismatch`, `ridge.penalties`, `ridge.features-not-finite`, `ridge.no-features`
 */
export async function fitEncoding(
  engine: MatrixEngine,
  options: EncodingOptions,
  take: TakeEncodingBlock,
): Promise<void> {
  const { features, targets, split, signal, report } = options;
  checkInputs(features, targets.samples, split.samples);
  const precision = choosePrecision(features, targets.targets);
  const batch = options.batch ?? defaultBatch(features, targets.targets, precision);
  const prepared = await prepareEncoding(engine, options, targets.targets);
  for (let start = options.firstTarget ?? 0; start < targets.targets; start += batch) {
    signal?.throwIfAborted();
    const stop = Math.min(targets.targets, start + batch);
    await take(await prepared.fit(await targets.read(start, stop), start));
    report?.({ phase: 'fit', done: stop, total: targets.targets, unit: 'targets' });
  }
}
