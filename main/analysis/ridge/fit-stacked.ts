import { UserError } from '../../core/errors.ts';
import type { ReportProgress } from '../../core/progress.ts';
import type { MatrixEngine } from '../../tensor/engine.ts';
import { type Floats, type Matrix, takeColumnRange, takeRows, zeros } from '../../tensor/matrix.ts';
import { pearsonColumns, r2Columns } from '../metrics.ts';
import { type OuterFold, rowIndices, type SplitManifest } from '../splits/split-manifest.ts';
import type { TargetSource } from '../target-source.ts';
import { type Band, checkBands } from './bands.ts';
import { checkInputs } from './check-inputs.ts';
import type { Scaling } from './encoding-types.ts';
import { type PreparedEncoding, prepareEncoding } from './fit-encoding.ts';
import { simplexWeights } from './simplex-weights.ts';
import { scalingOf } from './spectral-basis.ts';
import { excludeUnusable } from './target-block.ts';

/** One ridge per band, joined per target by weights that are 0 or more and sum to 1. */
export interface StackedOptions {
  readonly features: Matrix<Floats>;
  readonly bands: readonly Band[];
  readonly targets: TargetSource;
  /** Outer folds score; their inner folds choose penalties and weights. */
  readonly split: SplitManifest;
  readonly penalties: readonly number[];
  /** Default 'zscore'. */
  readonly scaling?: Scaling;
  readonly batch?: number;
  readonly signal?: AbortSignal;
  readonly report?: ReportProgress;
}

/** Results for targets start ≤ t < stop; excluded ones are NaN. */
export interface StackedBlock {
  readonly start: number;
  readonly stop: number;
  /** Bands × targets: weights, mean over outer folds. */
  readonly weights: Matrix;
  /** Mean over outer folds of R² and r of the stacked prediction on samples that chose nothing. */
  readonly r2: Float32Array;
  readonly r: Float32Array;
  /** Bands × targets: the same R² of every band alone. */
  readonly alone: Matrix;
  readonly excluded: Uint8Array;
}

/** An outer fold as a split of its own: its inner folds score, and choose penalties by folds of the others. */
function innerSplit(split: SplitManifest, fold: OuterFold): SplitManifest {
  return {
    ...split,
    folds: fold.inner.map((inner, index) => ({
      ...inner,
      label: `${fold.label}, inner ${index + 1}`,
      inner: fold.inner
        .filter((_, other) => other !== index)
        .map(({ test }) => ({ test, train: less(inner.train, test) })),
    })),
  };
}

function less(
  train: OuterFold['train'],
  test: OuterFold['test'],
): { readonly start: number; readonly stop: number }[] {
  return train.flatMap((range) =>
    test.reduce(
      (rest, block) =>
        rest.flatMap(({ start, stop }) =>
          [
            { start, stop: Math.min(stop, block.start) },
            { start: Math.max(start, block.stop), stop },
          ].filter((part) => part.stop > part.start),
        ),
      [range],
    ),
  );
}

/** The outer folds alone, one at a time, and their inner predictions, ready for any block of targets. */
interface PreparedFold {
  readonly fold: OuterFold;
  /** Per band. */
  readonly outer: readonly PreparedEncoding[];
  readonly inner: readonly PreparedEncoding[];
}

/** Rows named of a matrix whose other rows are of no use. */
function rowsOf(matrix: Matrix, rows: Int32Array): Matrix {
  const out = zeros(rows.length, matrix.cols);
  rows.forEach((row, index) => {
    out.data.set(matrix.data.subarray(row * matrix.cols, (row + 1) * matrix.cols), index * matrix.cols);
  });
  return out;
}

/**
 * Stacked regression: every band predicts by itself (nested ridge); per target the predictions are averaged with
 * weights that would have erred least on samples which the inner models had not seen. Weights and penalties come from
 * inner folds only, so the score is not optimistic.
 * Source: Breiman 1996; Lin, Naselaris, Kay and Wehbe 2024 (stacked regressions for encoding models).
 * @throws UserError `banded.bands`, `stacked.inner-folds` and as `fitEncoding`
 */
export async function fitStacked(
  engine: MatrixEngine,
  options: StackedOptions,
  take: (block: StackedBlock) => void | Promise<void>,
): Promise<void> {
  const { features, bands, targets, split, penalties, signal, report } = options;
  checkInputs(features, targets.samples, split.samples);
  checkBands(bands, features.cols);
  const poor = split.folds.find(({ inner }) => inner.length < 3);
  if (poor !== undefined) {
    throw new UserError(
      'stacked.inner-folds',
      `Stacking needs at least 3 inner folds, and ${poor.label} has ${poor.inner.length}; make the split with more.`,
      { fold: poor.label, inner: poor.inner.length },
    );
  }
  const scaling = options.scaling ?? 'zscore';
  const prepared: PreparedFold[] = [];
  for (const fold of split.folds) {
    const [outer, inner]: [PreparedEncoding[], PreparedEncoding[]] = [[], []];
    for (const { start, stop } of bands) {
      const shared = {
        features: takeColumnRange(features, start, stop),
        ...({ penalties, featureScaling: scaling, targetScaling: 'none' } as const),
        ...(signal === undefined ? {} : { signal }),
      };
      const alone = { ...split, folds: [fold] };
      outer.push(await prepareEncoding(engine, { ...shared, split: alone }, targets.targets));
      inner.push(
        await prepareEncoding(engine, { ...shared, split: innerSplit(split, fold) }, targets.targets),
      );
    }
    prepared.push({ fold, outer, inner });
    report?.({ phase: 'decompose', done: prepared.length, total: split.folds.length, unit: 'folds' });
  }
  const batch = options.batch ?? Math.max(1, Math.floor(64e6 / (targets.samples * 4 * (bands.length + 2))));
  for (let start = 0; start < targets.targets; start += batch) {
    signal?.throwIfAborted();
    const stop = Math.min(targets.targets, start + batch);
    await take(await stackBlock(prepared, bands.length, scaling, await targets.read(start, stop), start));
    report?.({ phase: 'fit', done: stop, total: targets.targets, unit: 'targets' });
  }
}

/** A block with every target z-scored by an outer fold's training samples, as a copy. */
function scaledBy(block: Matrix<Floats>, train: Int32Array, scaling: Scaling): Matrix {
  const { means, deviations } = scalingOf(takeRows(block, train), scaling);
  const out = zeros(block.rows, block.cols);
  for (let row = 0, at = 0; row < block.rows; row++)
    for (let col = 0; col < block.cols; col++, at++)
      out.data[at] = (block.data[at] - means[col]) / deviations[col];
  return out;
}

async function stackBlock(
  prepared: readonly PreparedFold[],
  bands: number,
  scaling: Scaling,
  raw: Matrix<Floats>,
  start: number,
): Promise<StackedBlock> {
  const count = raw.cols;
  const everyRow = Int32Array.from({ length: raw.rows }, (_, row) => row);
  const excluded = excludeUnusable(raw, everyRow);
  const result = {
    ...{ start, stop: start + count, excluded },
    ...{ weights: zeros(bands, count), alone: zeros(bands, count) },
    ...{ r2: new Float32Array(count), r: new Float32Array(count) },
  };
  const share = 1 / prepared.length;
  for (const { fold, outer, inner } of prepared) {
    const seen = rowIndices(fold.inner.flatMap(({ test }) => test));
    const tested = rowIndices(fold.test);
    const block = scaledBy(raw, rowIndices(fold.train), scaling);
    const copy = (): Matrix => ({ ...block, data: block.data.slice() });
    const guesses: Matrix[] = [];
    for (const model of inner) guesses.push(rowsOf((await model.fit(copy(), start)).predictions, seen));
    const weights = simplexWeights(rowsOf(block, seen), guesses);
    const measured = rowsOf(block, tested);
    const joint = zeros(tested.length, count);
    for (const [band, model] of outer.entries()) {
      const own = rowsOf((await model.fit(copy(), start)).predictions, tested);
      for (let at = 0; at < own.data.length; at++)
        joint.data[at] += weights.data[band * count + (at % count)] * own.data[at];
      const alone = r2Columns(measured, own);
      for (let col = 0; col < count; col++) {
        result.weights.data[band * count + col] += share * weights.data[band * count + col];
        result.alone.data[band * count + col] += share * alone[col];
      }
    }
    const [r, r2] = [pearsonColumns(joint, measured), r2Columns(measured, joint)];
    for (let col = 0; col < count; col++) {
      result.r[col] += share * r[col];
      result.r2[col] += share * r2[col];
    }
  }
  excluded.forEach((out, col) => {
    if (out === 0) return;
    for (const values of [result.r, result.r2]) values[col] = Number.NaN;
    for (const { data } of [result.weights, result.alone])
      for (let at = col; at < data.length; at += count) data[at] = Number.NaN;
  });
  return result;
}
