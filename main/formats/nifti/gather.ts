import type { AnyTypedArray } from '../../contract/typed-arrays.ts';
import { combiner, numbersOf, scalingOf } from './decode.ts';
import type { NiftiHeader } from './types.ts';

/** Where gathered voxels go: pieces of `length` voxels that begin `stride` apart in the target. */
export interface GatherLayout {
  readonly length: number;
  readonly stride: number;
}

/** Neighbouring voxels that are neighbours in the target too. */
interface VoxelRuns {
  readonly from: Int32Array;
  readonly to: Int32Array;
  readonly count: Int32Array;
}

/**
 * A function that takes chosen voxels out of one volume's undecoded bytes as scaled float32: much less work than
 * decoding all where the mask is a part of the grid. The bytes may be swapped in place.
 * @param indices linear voxel indices i + ni·(j + nj·k), ascending
 */
export function voxelGatherer(
  header: NiftiHeader,
  indices: Uint32Array,
  layout: GatherLayout,
): (bytes: Uint8Array, out: Float32Array, offset: number) => void {
  const { slope, intercept } = scalingOf(header);
  const { datatype, littleEndian } = header;
  const runs = runsOf(indices, layout);
  const copy = copierOf(datatype.number);
  return (bytes, out, offset) => {
    const numbers = numbersOf(bytes, datatype, littleEndian);
    const combine = combiner(numbers, datatype);
    if (combine !== null) {
      forEachVoxel(runs, (voxel, at) => {
        out[offset + at] = combine(voxel) * slope + intercept;
      });
    } else copy(numbers, runs, out, offset, slope, intercept);
  };
}

/** Masks run along i for tens of voxels: copying runs spares the look-up of every single index. */
function runsOf(indices: Uint32Array, { length, stride }: GatherLayout): VoxelRuns {
  const starts = (n: number): boolean => n % length === 0 || indices[n] !== indices[n - 1] + 1;
  let runs = 0;
  for (let n = 0; n < indices.length; n++) if (starts(n)) runs += 1;
  const [from, to, count] = [new Int32Array(runs), new Int32Array(runs), new Int32Array(runs)];
  let run = -1;
  for (let n = 0; n < indices.length; n++) {
    if (starts(n)) {
      run += 1;
      from[run] = indices[n];
      to[run] = Math.floor(n / length) * stride + (n % length);
    }
    count[run] += 1;
  }
  return { from, to, count };
}

function forEachVoxel({ from, to, count }: VoxelRuns, visit: (voxel: number, at: number) => void): void {
  for (let run = 0; run < from.length; run++) {
    for (let n = 0; n < count[run]; n++) visit(from[run] + n, to[run] + n);
  }
}

type Copier = (
  numbers: AnyTypedArray,
  runs: VoxelRuns,
  out: Float32Array,
  offset: number,
  slope: number,
  intercept: number,
) => void;

/** One copy of the inner loop per kind of number: a loop that has seen one kind only is compiled several times faster. */
function copierOf(kind: string): Copier {
  if (kind === 'int64' || kind === 'uint64') {
    return (numbers, runs, out, offset, slope, intercept) => {
      forEachVoxel(runs, (voxel, at) => {
        out[offset + at] = Number(numbers[voxel]) * slope + intercept;
      });
    };
  }
  if (kind === 'int16') return (numbers, ...rest) => copyInt16(numbers as Int16Array, ...rest);
  if (kind === 'float32') return (numbers, ...rest) => copyFloat32(numbers as Float32Array, ...rest);
  return (numbers, ...rest) => copyOther(numbers as Float64Array, ...rest);
}

type CopyRest = [VoxelRuns, Float32Array, number, number, number];

function copyInt16(numbers: Int16Array, ...[runs, out, offset, slope, intercept]: CopyRest): void {
  const { from, to, count } = runs;
  for (let run = 0; run < from.length; run++) {
    const shift = offset + to[run] - from[run];
    const end = from[run] + count[run];
    for (let voxel = from[run]; voxel < end; voxel++) out[voxel + shift] = numbers[voxel] * slope + intercept;
  }
}

function copyFloat32(numbers: Float32Array, ...[runs, out, offset, slope, intercept]: CopyRest): void {
  const { from, to, count } = runs;
  for (let run = 0; run < from.length; run++) {
    const shift = offset + to[run] - from[run];
    const end = from[run] + count[run];
    for (let voxel = from[run]; voxel < end; voxel++) out[voxel + shift] = numbers[voxel] * slope + intercept;
  }
}

function copyOther(numbers: ArrayLike<number>, ...[runs, out, offset, slope, intercept]: CopyRest): void {
  const { from, to, count } = runs;
  for (let run = 0; run < from.length; run++) {
    const shift = offset + to[run] - from[run];
    const end = from[run] + count[run];
    for (let voxel = from[run]; voxel < end; voxel++) out[voxel + shift] = numbers[voxel] * slope + intercept;
  }
}
