import { UserError } from '../../core/errors.ts';
import type { Matrix } from '../../tensor/matrix.ts';
import { permutation } from '../../tensor/random/sampling.ts';
import { createRandom } from '../../tensor/random/xoshiro.ts';
import { type RowRange, rowIndices } from '../splits/split-manifest.ts';

/** How the null distribution of voxelwise r is drawn. */
export interface BlockPermutationOptions {
  /** Test samples of every outer fold: blocks change places only within a fold. */
  readonly folds: readonly (readonly RowRange[])[];
  /** Samples per block; longer than the autocorrelation of the data. Default 10. */
  readonly blockLength?: number;
  /** Default 1000. The smallest p that can come out is 1 / (permutations + 1). */
  readonly permutations?: number;
  readonly seed: number;
  /**
   * Factor by which null r is widened, where refitting is known to spread r more than permuting predictions shows
   * (folds share training data, drift was removed). Default 1.
   */
  readonly nullScale?: number;
}

/** Voxelwise p values with the null they came from. */
export interface BlockPermutationResult {
  /** (1 + #{null r ≥ observed r}) / (permutations + 1), one-sided; never 0. NaN where prediction or data is constant or NaN. */
  readonly p: Float32Array;
  /** The observed statistic: mean over folds of r within whole blocks. */
  readonly observed: Float32Array;
  /** Highest null r over all voxels, per permutation: for max-statistic (family-wise) correction. */
  readonly nullMaxima: Float32Array;
  /** Null r of every voxel under the first permutation: a sample of the null as wide as the map. NaN where p is. */
  readonly firstNull: Float32Array;
}

/**
 * Sums within one fold that every permutation needs: block-by-block products of z-scored prediction and data.
 * @returns whether there are any: false where prediction or data is constant or NaN
 */
function blockProducts(
  predicted: Matrix,
  measured: Matrix,
  voxel: number,
  rows: Int32Array,
  length: number,
  into: Float64Array,
): boolean {
  const blocks = Math.floor(rows.length / length);
  const count = blocks * length;
  const [x, y] = [predicted, measured].map((matrix) => {
    const values = new Float64Array(count);
    let sum = 0;
    for (let index = 0; index < count; index++) {
      values[index] = matrix.data[rows[index] * matrix.cols + voxel];
      sum += values[index];
    }
    const mean = sum / count;
    let norm = 0;
    for (let index = 0; index < count; index++) {
      values[index] -= mean;
      norm += values[index] ** 2;
    }
    // Rounding of the mean leaves a constant voxel with a tiny spread; NaN fails the comparison as well.
    if (!(norm > count * (1e-10 * mean) ** 2)) return null;
    const scale = 1 / Math.sqrt(norm);
    for (let index = 0; index < count; index++) values[index] *= scale;
    return values;
  });
  if (x === null || y === null) return false;
  for (let a = 0; a < blocks; a++) {
    for (let b = 0; b < blocks; b++) {
      let sum = 0;
      for (let index = 0; index < length; index++) sum += x[b * length + index] * y[a * length + index];
      into[a * blocks + b] = sum;
    }
  }
  return true;
}

/**
 * Block-permutation test of voxelwise r. Within every test fold, samples are cut into contiguous blocks of
 * `blockLength` (samples past the last whole block are left out of observed and null alike); a permutation lets the
 * blocks of the prediction change places against the data, the same way in all voxels, so that autocorrelation
 * within blocks and correlation between voxels stay. The statistic is the mean over folds of Pearson r.
 * Folds in which a voxel is constant count as r = 0; p is NaN where that is so in all folds.
 * @param predicted samples × voxels (rows outside the folds are not read)
 * @param measured samples × voxels
 * @throws UserError `permutation.too-few-blocks` where a fold holds fewer than two blocks
 */
export function blockPermutationTest(
  predicted: Matrix,
  measured: Matrix,
  options: BlockPermutationOptions,
): BlockPermutationResult {
  const length = options.blockLength ?? 10;
  const draws = options.permutations ?? 1000;
  const folds = options.folds.map((ranges) => rowIndices(ranges));
  const short = folds.findIndex((rows) => rows.length < 2 * length);
  if (short >= 0) {
    throw new UserError(
      'permutation.too-few-blocks',
      `Test fold ${short + 1} has ${folds[short].length} samples, fewer than two blocks of ${length}; use shorter blocks or fewer folds.`,
      { fold: short + 1, samples: folds[short].length, blockLength: length },
    );
  }
  const random = createRandom(options.seed);
  const orders = Array.from({ length: draws }, () =>
    folds.map((rows) => permutation(random, Math.floor(rows.length / length))),
  );
  const voxels = predicted.cols;
  const p = new Float32Array(voxels).fill(Number.NaN);
  const observed = new Float32Array(voxels).fill(Number.NaN);
  const nullMaxima = new Float32Array(draws).fill(-1);
  const firstNull = new Float32Array(voxels).fill(Number.NaN);
  const products = folds.map((rows) => new Float64Array(Math.floor(rows.length / length) ** 2));
  const nulls = new Float64Array(draws);
  const scale = options.nullScale ?? 1;
  for (let voxel = 0; voxel < voxels; voxel++) {
    nulls.fill(0);
    let truth = 0;
    let usable = 0;
    for (const [fold, rows] of folds.entries()) {
      if (!blockProducts(predicted, measured, voxel, rows, length, products[fold])) continue;
      usable++;
      const blocks = Math.floor(rows.length / length);
      const table = products[fold];
      for (let block = 0; block < blocks; block++) truth += table[block * blocks + block];
      for (let draw = 0; draw < draws; draw++) {
        const order = orders[draw][fold];
        let sum = 0;
        for (let block = 0; block < blocks; block++) sum += table[block * blocks + order[block]];
        nulls[draw] += sum * scale;
      }
    }
    if (usable === 0) continue;
    let reached = 0;
    // The unpermuted order adds its products in another order than a permutation equal to it would: allow rounding.
    const bar = truth - 1e-12;
    for (let draw = 0; draw < draws; draw++) {
      if (nulls[draw] >= bar) reached++;
      nullMaxima[draw] = Math.max(nullMaxima[draw], nulls[draw] / folds.length);
    }
    observed[voxel] = truth / folds.length;
    firstNull[voxel] = nulls[0] / folds.length;
    p[voxel] = (1 + reached) / (draws + 1);
  }
  return { p, observed, nullMaxima, firstNull };
}
