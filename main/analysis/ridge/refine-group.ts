import type { MatrixEngine } from '../../tensor/engine.ts';
import {
  type Floats,
  type Matrix,
  type Matrix64,
  matrixOf,
  toFloat64,
  zeros64,
} from '../../tensor/matrix.ts';
import { createScratch } from '../../tensor/scratch.ts';
import { r2Columns } from '../metrics.ts';
import type { BandFold } from './band-fold.ts';
import type { Scaling } from './encoding-types.ts';
import {
  inBasis,
  predictBands,
  type RefineFold,
  type RefineTargets,
  refineBands,
  refineFold,
  solveBands,
} from './refine-bands.ts';
import { addFoldDetails, type BandedChoice, clearDetails, takeColumns } from './search-bands.ts';
import { foldTargets } from './target-block.ts';

/** A weight of 0 has no logarithm; this share of the whole no data can tell from it. */
const SMALLEST = 1e-10;

/**
 * Refines the targets that chose one weight vector, from there on; their loss, score, r and split in `choice` are
 * replaced by those after refinement.
 * @param block all targets, samples × targets
 * @returns log δ = log(γ / λ), bands × the group's targets
 */
export async function refineGroup(
  engine: MatrixEngine,
  folds: readonly BandFold[],
  block: Matrix<Floats>,
  scaling: Scaling,
  group: { readonly weights: Float64Array; readonly columns: Int32Array },
  choice: BandedChoice,
  penalties: readonly number[],
  steps: number,
  signal?: AbortSignal,
): Promise<Matrix64> {
  const { weights, columns } = group;
  const prepared: { fold: RefineFold; targets: RefineTargets }[] = [];
  const own = toFloat64(takeColumns(block, columns));
  for (const features of folds) {
    const fold = await refineFold(engine, features, weights);
    const { train, test } = foldTargets(own, features, scaling, createScratch());
    prepared.push({ fold, targets: { train: await inBasis(engine, fold, train), test } });
  }
  const begin = zeros64(weights.length, columns.length);
  for (const [band, weight] of weights.entries()) {
    columns.forEach((column, index) => {
      const delta = Math.max(weight, SMALLEST) / penalties[choice.penalty[column]];
      begin.data[band * columns.length + index] = Math.log(delta);
    });
  }
  const { logDeltas, loss } = await refineBands(engine, prepared, begin, steps, signal);
  const deltas = matrixOf(logDeltas.rows, logDeltas.cols, logDeltas.data.map(Math.exp));
  clearDetails(columns, choice);
  columns.forEach((column, index) => {
    choice.loss[column] = loss[index];
    choice.score[column] = 0;
  });
  for (const { fold, targets } of prepared) {
    const w = await solveBands(engine, fold.kernels, deltas, targets.train);
    const parts = await predictBands(engine, fold, deltas, w);
    const joint = zeros64(targets.test.rows, columns.length);
    for (const part of parts) for (let at = 0; at < joint.data.length; at++) joint.data[at] += part.data[at];
    const score = r2Columns(targets.test, joint);
    columns.forEach((column, index) => {
      choice.score[column] += score[index];
    });
    addFoldDetails(targets.test, parts, columns, choice);
  }
  return logDeltas;
}
