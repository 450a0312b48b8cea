import { chooseCandidates } from '../../analysis/choose-candidates.ts';
import type { EncodingBlock } from '../../analysis/ridge/encoding-types.ts';
import type { PreparedEncoding } from '../../analysis/ridge/fit-encoding.ts';
import { logSpaced } from '../../analysis/ridge/penalties.ts';
import { blockPermutationTest } from '../../analysis/significance/block-permutation.ts';
import { rowIndices, type SplitManifest } from '../../analysis/splits/split-manifest.ts';
import type { EncodingStudyParams } from '../../contract/encoding.ts';
import { type Matrix, zeros } from '../../tensor/matrix.ts';
import { cleanTested, scoreCleaned, type TestedSegment } from './tested-segments.ts';

/** Features of one subject's samples, cleaned like the data. A model with several layers chooses among them. */
export interface StudyModel {
  /** "model", or a control's id. */
  readonly id: string;
  readonly layers: readonly { readonly name: string; readonly features: Matrix }[];
}

/** A model with every layer decomposed, fold by fold. */
export type PreparedModel = readonly PreparedEncoding[];

/** All results of a group of voxels; matrices have one column per voxel. */
export interface VoxelResults {
  readonly r: Float32Array;
  readonly rSquared: Float32Array;
  readonly p: Float32Array;
  /** r of each voxel under one block permutation: a sample of the null. */
  readonly nullR: Float32Array;
  /** log10 of the chosen penalty, mean over outer folds. */
  readonly penalty: Float32Array;
  readonly layer: Uint8Array;
  readonly layerR: Matrix;
  readonly layerInner: Matrix;
  readonly controlR: Matrix;
  /** Tested samples × voxels, fold after fold. */
  readonly measured: Matrix;
  readonly predicted: Matrix;
  readonly excluded: Uint8Array;
}

/**
 * Fits the model and every control to the same voxels under the same split. Penalty and layer come from inner folds
 * alone; p is of the chosen layer's prediction.
 * @param segments tested stretches with the nuisance that data and predictions are cleaned of before scoring
 * @param nullScale widening of the permutation null, from `calibrateNull`
 */
export async function fitVoxels(
  model: PreparedModel,
  controls: readonly PreparedModel[],
  data: Matrix,
  split: SplitManifest,
  segments: readonly TestedSegment[],
  nullScale: number,
  params: EncodingStudyParams,
  signal: AbortSignal,
): Promise<VoxelResults> {
  const measured = scaledByTraining(data, split);
  cleanTested(measured, segments);
  const fit = async (layers: PreparedModel): Promise<EncodingBlock[]> => {
    const blocks: EncodingBlock[] = [];
    for (const layer of layers) {
      signal.throwIfAborted();
      const block = await layer.fit({ ...data, data: data.data.slice() }, 0);
      blocks.push(scoreCleaned(block, measured, split, segments));
    }
    return blocks;
  };
  const fitted = await fit(model);
  const choice = chooseCandidates(fitted);
  const controlR = zeros(controls.length, data.cols);
  for (const [index, control] of controls.entries()) {
    controlR.data.set(finiteOrZero(chooseCandidates(await fit(control)).r), index * data.cols);
  }
  const chosen = (fold: number, voxel: number): number => choice.chosen.data[fold * data.cols + voxel];
  const predictions = zeros(data.rows, data.cols);
  split.folds.forEach((fold, index) => {
    for (const row of rowIndices(fold.test))
      for (let voxel = 0; voxel < data.cols; voxel += 1)
        predictions.data[row * data.cols + voxel] =
          fitted[chosen(index, voxel)].predictions.data[row * data.cols + voxel];
  });
  const test = blockPermutationTest(predictions, measured, {
    folds: split.folds.map((fold) => fold.test),
    blockLength: params.blockSamples,
    permutations: Math.max(1, params.permutations),
    seed: params.seed,
    nullScale,
  });
  const perLayer = (values: (block: EncodingBlock) => Float32Array): Matrix => {
    const out = zeros(fitted.length, data.cols);
    fitted.forEach((block, index) => {
      out.data.set(finiteOrZero(values(block)), index * data.cols);
    });
    return out;
  };
  const folds = split.folds.length;
  const meanOfChosen = (value: (block: EncodingBlock, at: number) => number): Float32Array =>
    Float32Array.from({ length: data.cols }, (_, voxel) => {
      let sum = 0;
      for (let fold = 0; fold < folds; fold += 1)
        sum += value(fitted[chosen(fold, voxel)], fold * data.cols + voxel);
      return Number.isFinite(sum) ? sum / folds : 0;
    });
  const grid = penaltyGrid(params);
  return {
    r: finiteOrZero(choice.r),
    rSquared: meanOfChosen((block, at) => block.foldR2.data[at]),
    p: test.p.map((p) => (Number.isNaN(p) ? 1 : p)),
    nullR: finiteOrZero(test.firstNull),
    penalty: meanOfChosen((block, at) => Math.log10(grid[block.penaltyIndex.data[at]] ?? Number.NaN)),
    layer: Uint8Array.from({ length: data.cols }, (_, voxel) =>
      mostFrequent(Array.from({ length: folds }, (_, fold) => chosen(fold, voxel))),
    ),
    layerR: perLayer((block) => block.r),
    layerInner: perLayer((block) => columnMean(block.innerScore)),
    controlR,
    measured: testedRows(measured, split),
    predicted: testedRows(predictions, split),
    excluded: fitted[0].excluded,
  };
}

/** The penalties that a parameter set stands for. */
export function penaltyGrid({ penalties }: EncodingStudyParams): number[] {
  return penalties.count === 1
    ? [10 ** penalties.from]
    : logSpaced(10 ** penalties.from, 10 ** penalties.to, penalties.count);
}

/** Data of every test sample, z-scored with mean and deviation of its fold's training samples. */
function scaledByTraining(data: Matrix, split: SplitManifest): Matrix {
  const out = zeros(data.rows, data.cols);
  for (const fold of split.folds) {
    const train = rowIndices(fold.train);
    const mean = new Float64Array(data.cols);
    const power = new Float64Array(data.cols);
    for (const row of train)
      for (let v = 0; v < data.cols; v += 1) mean[v] += data.data[row * data.cols + v] / train.length;
    for (const row of train)
      for (let v = 0; v < data.cols; v += 1)
        power[v] += (data.data[row * data.cols + v] - mean[v]) ** 2 / train.length;
    for (const row of rowIndices(fold.test))
      for (let v = 0; v < data.cols; v += 1)
        out.data[row * data.cols + v] =
          power[v] > 0 ? (data.data[row * data.cols + v] - mean[v]) / Math.sqrt(power[v]) : 0;
  }
  return out;
}

/** Test rows of all folds, fold after fold; NaN (excluded voxels) becomes 0. */
function testedRows(matrix: Matrix, split: SplitManifest): Matrix {
  const rows = split.folds.flatMap((fold) => [...rowIndices(fold.test)]);
  const out = zeros(rows.length, matrix.cols);
  rows.forEach((row, index) => {
    out.data.set(matrix.data.subarray(row * matrix.cols, (row + 1) * matrix.cols), index * matrix.cols);
  });
  return { ...out, data: finiteOrZero(out.data) };
}

function columnMean({ rows, cols, data }: Matrix): Float32Array {
  return Float32Array.from({ length: cols }, (_, col) => {
    let sum = 0;
    for (let row = 0; row < rows; row += 1) sum += data[row * cols + col];
    return sum / rows;
  });
}

function finiteOrZero(values: Float32Array): Float32Array {
  return values.map((value) => (Number.isFinite(value) ? value : 0));
}

/** The value that occurs most often; the smallest of equals. */
function mostFrequent(values: readonly number[]): number {
  const count = (value: number): number => values.filter((other) => other === value).length;
  return values.toSorted((a, b) => count(b) - count(a) || a - b)[0];
}
