import type { AnyTypedArray } from '../../contract/typed-arrays.ts';
import type { NiftiDatatype, NiftiNumberKind } from './datatypes.ts';
import type { NiftiHeader } from './types.ts';

/** y = slope·x + intercept. */
export interface Scaling {
  readonly slope: number;
  readonly intercept: number;
}

const identity: Scaling = { slope: 1, intercept: 0 };

/**
 * The scaling that applies to a header's values: slope 0, NaN or infinite means none, a non-finite intercept
 * counts as 0, and colours are never scaled (nifti1.h; slope 0 read literally would make the image constant).
 */
export function scalingOf(header: NiftiHeader): Scaling {
  const { slope, intercept, datatype } = header;
  if (!Number.isFinite(slope) || slope === 0 || datatype.meaning === 'rgb' || datatype.meaning === 'rgba')
    return identity;
  return { slope, intercept: Number.isFinite(intercept) ? intercept : 0 };
}

const views: Record<
  NiftiNumberKind,
  new (
    buffer: ArrayBufferLike,
    offset: number,
    length: number,
  ) => AnyTypedArray
> = {
  int8: Int8Array,
  uint8: Uint8Array,
  int16: Int16Array,
  uint16: Uint16Array,
  int32: Int32Array,
  uint32: Uint32Array,
  int64: BigInt64Array,
  uint64: BigUint64Array,
  float32: Float32Array,
  float64: Float64Array,
};

const hostLittleEndian = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;

/**
 * A typed view of undecoded voxel bytes in this machine's byte order. Swaps bytes in place, and copies only where
 * the memory is not aligned; a trailing part of a voxel is left out.
 */
export function numbersOf(bytes: Uint8Array, datatype: NiftiDatatype, littleEndian: boolean): AnyTypedArray {
  const width = datatype.bytes / datatype.components;
  const count = Math.floor(bytes.length / datatype.bytes) * datatype.components;
  const aligned = bytes.byteOffset % width === 0 ? bytes : bytes.slice();
  if (littleEndian !== hostLittleEndian) swapInPlace(aligned.subarray(0, count * width), width);
  return new views[datatype.number](aligned.buffer, aligned.byteOffset, count);
}

function swapInPlace(bytes: Uint8Array, width: number): void {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (width === 2) buffer.swap16();
  else if (width === 4) buffer.swap32();
  else if (width === 8) buffer.swap64();
}

/**
 * Decodes voxel bytes to scaled real values (the bytes may be swapped in place). Complex voxels become magnitudes,
 * colours become luminance (ITU-R BT.601).
 * @param out receives one value a voxel
 */
export function decodeVoxels(bytes: Uint8Array, header: NiftiHeader, out: Float32Array | Float64Array): void {
  const { datatype } = header;
  const { slope, intercept } = scalingOf(header);
  const numbers = numbersOf(bytes, datatype, header.littleEndian);
  const count = Math.min(out.length, numbers.length / datatype.components);
  const combine = combiner(numbers, datatype);
  if (combine !== null) {
    for (let index = 0; index < count; index++) out[index] = combine(index) * slope + intercept;
  } else if (numbers instanceof BigInt64Array || numbers instanceof BigUint64Array) {
    for (let index = 0; index < count; index++) out[index] = Number(numbers[index]) * slope + intercept;
  } else if (out instanceof Float64Array || (slope === 1 && intercept === 0)) {
    // Converting by `set` and scaling in place is quicker than both in one loop over two kinds of arrays.
    out.set(count === numbers.length ? numbers : numbers.subarray(0, count));
    if (slope !== 1 || intercept !== 0) scale(out, count, slope, intercept);
  } else {
    for (let index = 0; index < count; index++) out[index] = numbers[index] * slope + intercept;
  }
}

function scale(out: Float32Array | Float64Array, count: number, slope: number, intercept: number): void {
  for (let index = 0; index < count; index++) out[index] = out[index] * slope + intercept;
}

/** Makes one real number of a voxel's components; null for real voxels. */
export function combiner(
  numbers: AnyTypedArray,
  { meaning, components }: NiftiDatatype,
): ((voxel: number) => number) | null {
  if (numbers instanceof BigInt64Array || numbers instanceof BigUint64Array || meaning === 'real')
    return null;
  if (meaning === 'complex') return (voxel) => Math.hypot(numbers[2 * voxel], numbers[2 * voxel + 1]);
  return (voxel) => {
    const at = voxel * components;
    return 0.299 * numbers[at] + 0.587 * numbers[at + 1] + 0.114 * numbers[at + 2];
  };
}
