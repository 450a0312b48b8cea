import { decodeVoxels } from './decode.ts';
import type { NiftiImage } from './types.ts';

/** Statistics over all scaled values, non-finite ones skipped, accumulated in float64. */
export interface ValueStatistics {
  readonly sum: number;
  readonly min: number;
  readonly max: number;
  readonly mean: number;
  readonly nonFinite: number;
  readonly nonZero: number;
  /** First values in row-major order of the shape (last index fastest), up to 3. */
  readonly first: readonly number[];
  /** Values at floor(grid/2) for the first volumes, up to 5. */
  readonly centre: readonly number[];
  /** Intensity-weighted centre of the first volume in RAS mm, or null where its sum is 0. */
  readonly centreOfMass: readonly number[] | null;
}

/** Streams an image once and sums it up. */
export async function niftiStatistics(image: NiftiImage): Promise<ValueStatistics> {
  const { grid, header } = image;
  const voxels = grid[0] * grid[1] * grid[2];
  const centreIndex =
    Math.floor(grid[0] / 2) + grid[0] * (Math.floor(grid[1] / 2) + grid[1] * Math.floor(grid[2] / 2));
  const wanted = rowMajorPositions(header.shape, 3);
  const first = new Array<number>(wanted.length).fill(Number.NaN);
  const centre: number[] = [];
  const data = new Float64Array(voxels);
  const total = { sum: 0, min: Infinity, max: -Infinity, finite: 0, nonZero: 0, all: 0 };
  let centreOfMass: number[] | null = null;
  for await (const { index, bytes } of image.rawVolumes({ reuse: true })) {
    decodeVoxels(bytes, header, data);
    accumulate(data, total);
    if (index === 0) centreOfMass = massCentre(data, image);
    wanted.forEach((position, n) => {
      if (Math.floor(position / voxels) === index) first[n] = data[position % voxels];
    });
    if (centre.length < 5) centre.push(data[centreIndex]);
  }
  return {
    sum: total.sum,
    min: total.min,
    max: total.max,
    mean: total.sum / total.finite,
    nonFinite: total.all - total.finite,
    nonZero: total.nonZero,
    first,
    centre,
    centreOfMass,
  };
}

function accumulate(
  data: Float64Array,
  total: { sum: number; min: number; max: number; finite: number; nonZero: number; all: number },
): void {
  let { sum, min, max, finite, nonZero } = total;
  for (let index = 0; index < data.length; index++) {
    const value = data[index];
    if (!Number.isFinite(value)) continue;
    sum += value;
    finite += 1;
    if (value !== 0) nonZero += 1;
    if (value < min) min = value;
    if (value > max) max = value;
  }
  Object.assign(total, { sum, min, max, finite, nonZero, all: total.all + data.length });
}

/** Positions in the file (first index fastest) of the first `count` values in row-major order. */
function rowMajorPositions(shape: readonly number[], count: number): number[] {
  const steps = shape.map((_, axis) => shape.slice(0, axis).reduce((product, size) => product * size, 1));
  const total = shape.reduce((product, size) => product * size, 1);
  return Array.from({ length: Math.min(count, total) }, (_, n) => {
    let rest = n;
    let position = 0;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      position += (rest % shape[axis]) * steps[axis];
      rest = Math.floor(rest / shape[axis]);
    }
    return position;
  });
}

function massCentre(data: Float64Array, { grid, affine }: NiftiImage): number[] | null {
  const moments = [0, 0, 0];
  let mass = 0;
  let at = 0;
  for (let k = 0; k < grid[2]; k++) {
    for (let j = 0; j < grid[1]; j++) {
      for (let i = 0; i < grid[0]; i++, at++) {
        const value = data[at];
        if (!Number.isFinite(value)) continue;
        mass += value;
        moments[0] += value * i;
        moments[1] += value * j;
        moments[2] += value * k;
      }
    }
  }
  if (mass === 0) return null;
  const [i, j, k] = moments.map((moment) => moment / mass);
  return affine.slice(0, 3).map((row) => row[0] * i + row[1] * j + row[2] * k + row[3]);
}
