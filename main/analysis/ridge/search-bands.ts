import type { MatrixEngine } from '../../tensor/engine.ts';
import { type Floats, floatsLike, type Matrix, transpose, zeros } from '../../tensor/matrix.ts';
import { createScratch, type Scratch } from '../../tensor/scratch.ts';
import { pearsonColumns } from '../metrics.ts';
import { type BandFold, type WeighedBasis, weighBands } from './band-fold.ts';
import {
  addPenaltyScores,
  bestPenalties,
  coefficientsInBasis,
  inPrecision,
  type Precision,
  penaltySums,
} from './fold-model.ts';
import { penaltyPath } from './penalty-path.ts';
import { productMeasure } from './product-measure.ts';
import type { FoldTargets } from './target-block.ts';

/** A fold's features and its share of a block of targets. */
export interface BandedFold {
  readonly features: BandFold;
  readonly targets: FoldTargets<Floats>;
}

/** The best weights and penalty of every target of a block, with what they give on the test samples. */
export interface BandedChoice {
  /** Mean squared error, summed over folds. */
  readonly loss: Float64Array;
  /** R² and r, summed over folds. */
  readonly score: Float64Array;
  readonly r: Float64Array;
  /** Bands × targets: product-measure R², summed over folds. */
  readonly split: Matrix;
  /** Index into the weight vectors, and into the penalties. */
  readonly candidate: Int32Array;
  readonly penalty: Int32Array;
}

export interface SearchOptions {
  readonly candidates: readonly Float64Array[];
  readonly penalties: readonly number[];
  readonly precision: Precision;
  readonly details: boolean;
  readonly signal?: AbortSignal | undefined;
  readonly done?: (candidate: number) => void;
}

/** The named columns of a matrix, copied. */
export function takeColumns<T extends Floats>(
  { rows, cols, data }: Matrix<T>,
  columns: ArrayLike<number>,
): Matrix<T> {
  const count = columns.length;
  const out = floatsLike(data, rows * count);
  for (let row = 0, at = 0; row < rows; row++) {
    for (let index = 0; index < count; index++, at++) out[at] = data[row * cols + columns[index]];
  }
  return { rows, cols: count, data: out };
}

/** r and the split of R² among bands on one fold's test samples, added to what the other folds gave. */
async function addDetails(
  engine: MatrixEngine,
  { features, targets }: BandedFold,
  { basis, projected }: { basis: WeighedBasis; projected: Matrix<Floats> },
  columns: Int32Array,
  penaltyOf: Float64Array,
  choice: BandedChoice,
  scratch: Scratch,
): Promise<void> {
  const precision: Precision = projected.data instanceof Float32Array ? 'float32' : 'float64';
  const inBasis = coefficientsInBasis(basis.spectrum, takeColumns(projected, columns), penaltyOf, scratch);
  const parts: Matrix<Floats>[] = [];
  for (const band of features.bands.keys()) {
    const predict = inPrecision(await basis.predictBand(band), precision);
    parts.push(await engine.multiply(predict, inBasis));
  }
  addFoldDetails(takeColumns(targets.test, columns), parts, columns, choice);
}

/** Adds one fold's r and split of the named targets, from their predictions band by band. */
export function addFoldDetails(
  measured: Matrix<Floats>,
  parts: readonly Matrix<Floats>[],
  columns: Int32Array,
  choice: Pick<BandedChoice, 'r' | 'split'>,
): void {
  const joint = { ...parts[0], data: parts[0].data.slice() };
  for (const part of parts.slice(1))
    for (let at = 0; at < joint.data.length; at++) joint.data[at] += part.data[at];
  const r = pearsonColumns(joint, measured);
  const split = productMeasure(measured, parts);
  columns.forEach((column, index) => {
    choice.r[column] += r[index];
    for (let band = 0; band < parts.length; band++)
      choice.split.data[band * choice.split.cols + column] += split.data[band * columns.length + index];
  });
}

/** Forgets r and split of the named targets before better ones are added. */
export function clearDetails(columns: Int32Array, { r, split }: Pick<BandedChoice, 'r' | 'split'>): void {
  for (const column of columns) {
    r[column] = 0;
    for (let band = 0; band < split.rows; band++) split.data[band * split.cols + column] = 0;
  }
}

/**
 * Random search: every weight vector with every penalty on all folds; per target the pair with the least squared
 * error, the earlier one of equals. One decomposition per weight vector and fold serves all penalties.
 */
export async function searchBands(
  engine: MatrixEngine,
  folds: readonly BandedFold[],
  options: SearchOptions,
): Promise<BandedChoice> {
  const { candidates, penalties, precision, details } = options;
  const { cols } = folds[0].targets.test;
  const best: BandedChoice = {
    loss: new Float64Array(cols).fill(Infinity),
    score: new Float64Array(cols),
    r: new Float64Array(cols),
    split: zeros(folds[0].features.bands.length, cols),
    candidate: new Int32Array(cols),
    penalty: new Int32Array(cols),
  };
  const scratch = createScratch();
  for (const [candidate, weights] of candidates.entries()) {
    const sums = penaltySums(penalties.length, cols);
    const records: { basis: WeighedBasis; projected: Matrix<Floats> }[] = [];
    for (const [index, fold] of folds.entries()) {
      options.signal?.throwIfAborted();
      const basis = await weighBands(engine, fold.features, weights);
      const model = {
        match: transpose(inPrecision(basis.predict, precision)),
        path: await penaltyPath(engine, basis, penalties, precision),
      };
      const project = inPrecision(basis.project, precision);
      const into = scratch.matrix(`projected ${index}`, project.data, project.rows, cols).data;
      const projected = await engine.multiply(project, fold.targets.train, { into });
      await addPenaltyScores(engine, model, { targets: fold.targets, projected }, sums, scratch);
      records.push({ basis, projected });
    }
    const { index: penalty, score } = bestPenalties(sums);
    const better = Int32Array.from(penalty.keys()).filter(
      (col) => sums.loss.data[penalty[col] * cols + col] < best.loss[col],
    );
    for (const col of better) {
      best.loss[col] = sums.loss.data[penalty[col] * cols + col];
      best.score[col] = score[col];
      best.candidate[col] = candidate;
      best.penalty[col] = penalty[col];
    }
    if (details && better.length > 0) {
      clearDetails(better, best);
      const penaltyOf = Float64Array.from(better, (col) => penalties[penalty[col]]);
      for (const [index, fold] of folds.entries())
        await addDetails(engine, fold, records[index], better, penaltyOf, best, scratch);
    }
    options.done?.(candidate + 1);
  }
  return best;
}
