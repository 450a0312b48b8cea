import type { Affine } from '../../contract/recordings.ts';
import { rowMajorPlaces, TOTALS_CHUNK, ValueTotals } from '../value-totals.ts';
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
  const wanted = rowMajorPlaces(header.shape, 3);
  const centres = Array.from({ length: Math.min(5, image.volumeCount) }, (_, n) => n * voxels + centreIndex);
  const places = new Map([...wanted, ...centres].map((place) => [place, Number.NaN]));
  const totals = new ValueTotals();
  const mass = new MassCentre(grid);
  const chunk = new Float64Array(TOTALS_CHUNK);
  const { bytes: width } = header.datatype;
  let at = 0;
  for await (const bytes of image.rawBlocks()) {
    for (let from = 0; from < bytes.length; from += TOTALS_CHUNK * width) {
      const part = bytes.subarray(from, from + TOTALS_CHUNK * width);
      const values = part.length < TOTALS_CHUNK * width ? chunk.subarray(0, part.length / width) : chunk;
      decodeVoxels(part, header, values);
      totals.addChunk(values);
      if (at < voxels) mass.add(values.length > voxels - at ? values.subarray(0, voxels - at) : values);
      for (const place of places.keys())
        if (place >= at && place < at + values.length) places.set(place, values[place - at]);
      at += values.length;
    }
  }
  return {
    sum: totals.sum,
    min: totals.min,
    max: totals.max,
    mean: totals.mean,
    nonFinite: totals.count - totals.finite,
    nonZero: totals.nonZero,
    first: wanted.map((place) => places.get(place) ?? Number.NaN),
    centre: centres.map((place) => places.get(place) ?? Number.NaN),
    centreOfMass: mass.inWorld(image.affine),
  };
}

/** Moments of one volume whose values come in the order of the file. */
class MassCentre {
  private readonly grid: readonly [number, number, number];
  private readonly moments = [0, 0, 0];
  private mass = 0;
  private at = 0;

  constructor(grid: readonly [number, number, number]) {
    this.grid = grid;
  }

  add(values: Float64Array): void {
    const [ni, nj] = this.grid;
    for (let from = 0; from < values.length; ) {
      const start = this.at % ni;
      const row = Math.floor(this.at / ni);
      const count = Math.min(ni - start, values.length - from);
      const { sum, moment } = rowMoment(values, from, count, start);
      this.mass += sum;
      this.moments[0] += moment;
      this.moments[1] += sum * (row % nj);
      this.moments[2] += sum * Math.floor(row / nj);
      from += count;
      this.at += count;
    }
  }

  /** The centre in RAS mm; null where the sum is 0. */
  inWorld(affine: Affine): number[] | null {
    if (this.mass === 0) return null;
    const [i, j, k] = this.moments.map((moment) => moment / this.mass);
    return affine.slice(0, 3).map((row) => row[0] * i + row[1] * j + row[2] * k + row[3]);
  }
}

/** Sum of a stretch of a row, and of its values times their place, which is `start` for the first. */
function rowMoment(
  values: Float64Array,
  from: number,
  count: number,
  start: number,
): { sum: number; moment: number } {
  let sum = 0;
  let odd = 0;
  let moment = 0;
  let oddMoment = 0;
  const pairs = count & ~1;
  for (let n = 0; n < pairs; n += 2) {
    const a = values[from + n];
    const b = values[from + n + 1];
    sum += a;
    odd += b;
    moment += a * (start + n);
    oddMoment += b * (start + n + 1);
  }
  if (pairs < count) {
    sum += values[from + pairs];
    moment += values[from + pairs] * (start + pairs);
  }
  if (Number.isFinite(sum + odd)) return { sum: sum + odd, moment: moment + oddMoment };
  let [finite, finiteMoment] = [0, 0];
  for (let n = 0; n < count; n++) {
    if (!Number.isFinite(values[from + n])) continue;
    finite += values[from + n];
    finiteMoment += values[from + n] * (start + n);
  }
  return { sum: finite, moment: finiteMoment };
}
