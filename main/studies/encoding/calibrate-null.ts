import type { SplitManifest } from '../../analysis/splits/split-manifest.ts';
import type { EncodingStudyParams } from '../../contract/encoding.ts';
import { type Matrix, zeros } from '../../tensor/matrix.ts';
import { blockPermutation } from '../../tensor/random/sampling.ts';
import { createRandom } from '../../tensor/random/xoshiro.ts';
import { fitVoxels, type PreparedModel } from './fit-voxels.ts';
import { cleanedRuns } from './subject-data.ts';
import { testedSegments } from './tested-segments.ts';

/** Voxels that the null is calibrated on, and how many share one permutation. */
export const CALIBRATION_VOXELS = 2048;
const GROUP = 256;

/**
 * How much wider r spreads where there is nothing to find than permuting finished predictions shows. Permuting
 * predictions treats folds as independent, but a chance likeness of two runs raises the score of both folds that
 * leave one of them out (for a symmetric kernel the variance of the mean doubles), and filtered data keep less freedom
 * than permuted predictions pretend. So the whole fit is done once more on data whose blocks have changed places
 * within each run (runs of one stimulus alike, filtered again afterwards): the ratio of the spread of r found there
 * to that of permuted predictions widens the null of every voxel. Never below 1.
 * @param data cleaned samples × voxels of the voxels to calibrate on
 */
export async function calibrateNull(
  model: PreparedModel,
  data: Matrix,
  bases: readonly Float64Array[][],
  split: SplitManifest,
  params: EncodingStudyParams,
  signal: AbortSignal,
): Promise<number> {
  const surrogate = permutedData(data, bases, split, params);
  const { r, nullR, excluded } = await fitVoxels(
    model,
    [],
    surrogate,
    split,
    testedSegments(split, bases),
    1,
    params,
    signal,
  );
  const kept = Array.from(excluded.keys()).filter((voxel) => excluded[voxel] === 0 && nullR[voxel] !== 0);
  if (kept.length < 32) return Math.SQRT2;
  return Math.max(1, spread(kept.map((voxel) => r[voxel])) / spread(kept.map((voxel) => nullR[voxel])));
}

/** Every `stride`-th voxel, so that the calibration sees all of the brain. */
export function calibrationVoxels(voxels: number): number[] {
  const stride = Math.max(1, Math.ceil(voxels / CALIBRATION_VOXELS));
  return Array.from({ length: Math.ceil(voxels / stride) }, (_, index) => index * stride);
}

function permutedData(
  data: Matrix,
  bases: readonly Float64Array[][],
  split: SplitManifest,
  params: EncodingStudyParams,
): Matrix {
  let start = 0;
  const runs = split.runs.map((run, index) => {
    const group = run.group ?? run.id;
    const first = split.runs.findIndex((other) => (other.group ?? other.id) === group);
    const out = zeros(run.samples, data.cols);
    for (let from = 0; from < data.cols; from += GROUP) {
      const random = createRandom(params.seed, 1 + first + split.runs.length * (from / GROUP));
      const order = blockPermutation(random, run.samples, Math.min(params.blockSamples, run.samples));
      const to = Math.min(data.cols, from + GROUP);
      for (let t = 0; t < run.samples; t += 1) {
        const row = (start + order[t]) * data.cols;
        out.data.set(data.data.subarray(row + from, row + to), t * data.cols + from);
      }
    }
    start += bases[index][0].length;
    return out;
  });
  return cleanedRuns(runs, bases);
}

/** Root mean square: both kinds of r are centred at zero where there is nothing to find. */
function spread(values: readonly number[]): number {
  return Math.sqrt(values.reduce((sum, value) => sum + value * value, 0) / values.length);
}
