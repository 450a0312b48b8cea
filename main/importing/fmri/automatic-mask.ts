import { UserError } from '../../core/errors.ts';
import { dilate, erode, fillHoles, type Grid, largestComponent } from './morphology.ts';

/** Share of exactly zero voxels over which an image counts as masked already. */
const ZERO_SHARE = 0.2;

/**
 * Brain mask of a mean functional volume.
 * - Images with over 20 % exact zeros are masked already: every non-zero voxel is kept.
 * - Images with over 5 % negative voxels (residuals, z scores) have no bright brain: every non-zero voxel is kept.
 * - Otherwise voxels over the clip level (half the median of all voxels over the clip level itself, found by
 *   iteration; Cox's 3dClipLevel in AFNI), opened by one voxel, largest connected part, holes filled.
 * @returns 1 for kept voxels
 * @throws UserError `mask.automatic-empty` where nothing is left
 */
export function automaticMask(mean: Float32Array, grid: Grid, file: string): Uint8Array {
  let zeros = 0;
  let negative = 0;
  for (const value of mean) {
    if (value === 0) zeros += 1;
    else if (value < 0) negative += 1;
  }
  const masked = zeros > mean.length * ZERO_SHARE || negative > mean.length * 0.05;
  const bright = masked ? flags(mean, (value) => value !== 0) : clipped(mean, grid);
  if (!bright.includes(1)) {
    throw new UserError(
      'mask.automatic-empty',
      `No brain could be told from the background in ${file}: give a mask file.`,
      { file },
    );
  }
  return bright;
}

function clipped(mean: Float32Array, grid: Grid): Uint8Array {
  const level = clipLevel(mean);
  const bright = flags(mean, (value) => value > level);
  const core = largestComponent(erode(bright, grid), grid);
  if (!core.includes(1)) return largestComponent(bright, grid);
  // Growing back by one voxel only where the image was bright keeps thin bridges to the skull cut.
  const grown = dilate(core, grid);
  for (let voxel = 0; voxel < grown.length; voxel++) grown[voxel] &= bright[voxel];
  return fillHoles(grown, grid);
}

/** Half the median of all values over the level itself, from the mean of the positive values on, to a fixed point. */
export function clipLevel(values: Float32Array): number {
  const positive = positiveSorted(values);
  if (positive.length === 0) return 0;
  let sum = 0;
  for (let index = 0; index < positive.length; index++) sum += positive[index];
  let level = sum / positive.length / 2;
  for (let step = 0; step < 50; step++) {
    const start = firstOver(positive, level);
    const next = positive[Math.floor((start + positive.length) / 2)] / 2;
    if (Math.abs(next - level) <= 1e-6 * level) break;
    level = next;
  }
  return level;
}

function firstOver(sorted: Float32Array, level: number): number {
  let low = 0;
  let high = sorted.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle] > level) high = middle;
    else low = middle + 1;
  }
  return low;
}

function positiveSorted(values: Float32Array): Float32Array {
  const positive = new Float32Array(values.length);
  let count = 0;
  for (let index = 0; index < values.length; index++)
    if (values[index] > 0) positive[count++] = values[index];
  return positive.subarray(0, count).sort();
}

/** A plain loop: `from` with a function would first gather a million boxed numbers. */
function flags(values: Float32Array, keep: (value: number) => boolean): Uint8Array {
  const out = new Uint8Array(values.length);
  for (let index = 0; index < values.length; index++) if (keep(values[index])) out[index] = 1;
  return out;
}
