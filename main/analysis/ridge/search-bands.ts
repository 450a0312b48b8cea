import type { MatrixEngine } from '../../tensor/engine.ts';
import {
  type Floats,
  floatsLike,
  type Matrix,
  takeColumnRange,
  transpose,
  zeros,
} from '../../tensor/matrix.ts';
import { createScratch, type Scratch } from '../../tensor/scratch.ts';
import { pearsonColumns } from '../metrics.ts';
import { type BandFold, type WeighedBasis, weighBands } from './band-fold.ts';
import type { Scaling } from './encoding-types.ts';
import {
  addPenaltyScores,
  bestPenalties,
  coefficientsInBasis,
  inPrecision,
  type PenaltySums,
  type Precision,
  penaltySums,
  type ScoringModel,
} from './fold-model.ts';
import { penaltyPath } from './penalty-path.ts';
import { productMeasure } from './product-measure.ts';
import { type FoldTargets, foldTargets } from './target-block.ts';

/** Targets start ≤ t < stop of a block: few enough for their products to stay in the processor's cache. */
export interface TargetTile {
  readonly start: number;
  readonly stop: number;
  /** Their samples in every fold. */
  readonly folds: readonly FoldTargets<Floats>[];
}

/** Numbers that one product of a tile may hold. */
const TILE_NUMBERS = 250_000;

/** A block of targets (samples × targets) cut into tiles, scaled for every fold. */
export function tilesOf(block: Matrix<Floats>, folds: readonly BandFold[], scaling: Scaling): TargetTile[] {
  const longest = Math.max(...folds.map(({ trainRows }) => trainRows.length));
  const width = Math.max(64, Math.round(TILE_NUMBERS / longest));
  return Array.from({ length: Math.ceil(block.cols / width) }, (_, index) => {
    const start = index * width;
    const stop = Math.min(block.cols, start + width);
    const own = takeColumnRange(block, start, stop);
    return { start, stop, folds: folds.map((fold) => foldTargets(own, fold, scaling, createScratch())) };
  });
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

/** A fold's basis at one weight vector with what scores the penalties in it. */
interface WeighedFold extends ScoringModel {
  readonly basis: WeighedBasis;
  readonly project: Matrix<Floats>;
  /** Test samples × rank for every band; made when first asked for, and then for all tiles. */
  predictBands(): Promise<readonly Matrix<Floats>[]>;
}

async function weighFold(
  engine: MatrixEngine,
  fold: BandFold,
  weights: Float64Array,
  penalties: readonly number[],
  precision: Precision,
): Promise<WeighedFold> {
  const basis = await weighBands(engine, fold, weights);
  let parts: Promise<Matrix<Floats>[]> | null = null;
  return {
    basis,
    predictBands() {
      parts ??= Promise.all(
        fold.bands.map(async (_, band) => inPrecision(await basis.predictBand(band), precision)),
      );
      return parts;
    },
    project: inPrecision(basis.project, precision),
    match: transpose(inPrecision(basis.predict, precision)),
    path: await penaltyPath(engine, basis, penalties, precision),
  };
}

/** r and the split of R² among bands on one fold's test samples, added to what the other folds gave. */
async function addDetails(
  engine: MatrixEngine,
  { basis, predictBands }: WeighedFold,
  { test }: FoldTargets<Floats>,
  projected: Matrix<Floats>,
  better: readonly number[],
  columns: readonly number[],
  penaltyOf: Float64Array,
  choice: BandedChoice,
  scratch: Scratch,
): Promise<void> {
  const inBasis = coefficientsInBasis(basis.spectrum, takeColumns(projected, better), penaltyOf, scratch);
  const parts: Matrix<Floats>[] = [];
  for (const predict of await predictBands()) parts.push(await engine.multiply(predict, inBasis));
  addFoldDetails(takeColumns(test, better), parts, columns, choice);
}

/** Adds one fold's r and split of the named targets, from their predictions band by band. */
export function addFoldDetails(
  measured: Matrix<Floats>,
  parts: readonly Matrix<Floats>[],
  columns: ArrayLike<number>,
  choice: Pick<BandedChoice, 'r' | 'split'>,
): void {
  const joint = { ...parts[0], data: parts[0].data.slice() };
  for (const part of parts.slice(1))
    for (let at = 0; at < joint.data.length; at++) joint.data[at] += part.data[at];
  const r = pearsonColumns(joint, measured);
  const split = productMeasure(measured, parts);
  for (let index = 0; index < columns.length; index++) {
    choice.r[columns[index]] += r[index];
    for (let band = 0; band < parts.length; band++)
      choice.split.data[band * choice.split.cols + columns[index]] +=
        split.data[band * columns.length + index];
  }
}

/** Forgets r and split of the named targets before better ones are added. */
export function clearDetails(
  columns: Iterable<number>,
  { r, split }: Pick<BandedChoice, 'r' | 'split'>,
): void {
  for (const column of columns) {
    r[column] = 0;
    for (let band = 0; band < split.rows; band++) split.data[band * split.cols + column] = 0;
  }
}

/**
 * Random search: every weight vector with every penalty on all folds; per target the pair with the least squared
 * error, the earlier one of equals. One decomposition per weight vector and fold serves all penalties and targets.
 */
export async function searchBands(
  engine: MatrixEngine,
  folds: readonly BandFold[],
  tiles: readonly TargetTile[],
  options: SearchOptions,
): Promise<BandedChoice> {
  const { candidates, penalties, precision, details } = options;
  const cols = tiles.at(-1)?.stop ?? 0;
  const best: BandedChoice = {
    loss: new Float64Array(cols).fill(Infinity),
    score: new Float64Array(cols),
    r: new Float64Array(cols),
    split: zeros(folds[0].bands.length, cols),
    candidate: new Int32Array(cols),
    penalty: new Int32Array(cols),
  };
  const scratch = createScratch();
  for (const [candidate, weights] of candidates.entries()) {
    const weighed: WeighedFold[] = [];
    for (const fold of folds) {
      options.signal?.throwIfAborted();
      weighed.push(await weighFold(engine, fold, weights, penalties, precision));
    }
    for (const { start, stop, folds: shares } of tiles) {
      options.signal?.throwIfAborted();
      const sums = penaltySums(penalties.length, stop - start, scratch);
      const projections: Matrix<Floats>[] = [];
      for (const [index, fold] of weighed.entries()) {
        const { project } = fold;
        const into = scratch.matrix(`projected ${index}`, project.data, project.rows, stop - start).data;
        const projected = await engine.multiply(project, shares[index].train, { into });
        projections.push(projected);
        await addPenaltyScores(engine, fold, { targets: shares[index], projected }, sums, scratch);
      }
      const better = takeBetter(sums, start, candidate, best);
      if (!details || better.length === 0) continue;
      const columns = better.map((col) => start + col);
      clearDetails(columns, best);
      const penaltyOf = Float64Array.from(columns, (column) => penalties[best.penalty[column]]);
      for (const [index, fold] of weighed.entries())
        await addDetails(
          engine,
          fold,
          shares[index],
          projections[index],
          better,
          columns,
          penaltyOf,
          best,
          scratch,
        );
    }
    options.done?.(candidate + 1);
  }
  return best;
}

/** Notes the targets of a tile that a weight vector fits better than those before it: their columns in the tile. */
function takeBetter(sums: PenaltySums, start: number, candidate: number, best: BandedChoice): number[] {
  const { index: penalty, score } = bestPenalties(sums);
  const better: number[] = [];
  for (let col = 0; col < penalty.length; col++) {
    const loss = sums.loss.data[penalty[col] * penalty.length + col];
    if (!(loss < best.loss[start + col])) continue;
    better.push(col);
    best.loss[start + col] = loss;
    best.score[start + col] = score[col];
    best.candidate[start + col] = candidate;
    best.penalty[start + col] = penalty[col];
  }
  return better;
}
