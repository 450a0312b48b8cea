import { type Dataset, Module as library } from 'h5wasm/node';
import type { AnyTypedArray } from '../../contract/typed-arrays.ts';
import { bounded, limited } from './limited.ts';

/** Values of a block: the library unpacks into its own memory, where they are looked at. */
const BLOCK = 1 << 19;

/** No program writes chunks of more bytes; a damaged file may claim some. */
const LARGEST_CHUNK = 512 << 20;

type MakeValues = new (buffer: ArrayBufferLike, offset: number, length: number) => AnyTypedArray;

/** Numbers by kind and bytes; the library hands them out in this machine's order. */
const kinds: Readonly<Record<string, MakeValues>> = {
  i1: Int8Array,
  i2: Int16Array,
  i4: Int32Array,
  i8: BigInt64Array,
  u1: Uint8Array,
  u2: Uint16Array,
  u4: Uint32Array,
  u8: BigUint64Array,
  f4: Float32Array,
  f8: Float64Array,
};

/** How to look at values of an element type in NumPy's words; null for others than plain numbers. */
function makerOf(dtype: string): MakeValues | null {
  const [, kind, bits] = /^(u?int|float)(\d+)$/.exec(dtype) ?? [];
  if (kind !== undefined) return kinds[`${kind === 'uint' ? 'u' : kind[0]}${Number(bits) / 8}`] ?? null;
  return kinds[/^>([iuf]\d)$/.exec(dtype)?.[1] ?? ''] ?? null;
}

/**
 * All values of a dataset of plain numbers, in boxes of whole chunks, so that none is unpacked twice. The values of a box
 * are row-major and lie in the library's memory: they must be used before the next is asked for.
 * @returns null where the values are no plain numbers
 * @throws Error of the library where the file is damaged
 */
export function* plainBlocks(
  dataset: Dataset,
  dtype: string,
  fileSize: number,
): Generator<{ start: readonly number[]; extents: readonly number[]; values: AnyTypedArray }> {
  const make = makerOf(dtype);
  const { shape, chunks, size } = dataset.metadata;
  if (make === null || shape === null || shape.includes(0)) return;
  const extents = boxOf(shape, chunks);
  const bytes = size * extents.reduce((product, extent) => product * extent, 1);
  // A chunk is unpacked beside the box that it is copied to.
  const room = fileSize + 2 * bytes;
  const memory = bytes > LARGEST_CHUNK ? 0 : bounded(room, () => library._malloc(bytes));
  if (memory === 0) throw new RangeError('no memory for a chunk');
  try {
    for (const start of corners(shape, extents)) {
      const own = extents.map((extent, axis) => Math.min(extent, shape[axis] - start[axis]));
      const status = limited(room, () =>
        library.get_dataset_data(
          dataset.file_id,
          dataset.path,
          own.map(BigInt),
          start.map(BigInt),
          own.map(() => 1n),
          BigInt(memory),
        ),
      );
      if (status < 0) throw new RangeError('the library cannot read a chunk');
      const count = own.reduce((product, extent) => product * extent, 1);
      yield { start, extents: own, values: new make(library.HEAPU8.buffer, memory, count) };
    }
  } finally {
    library._free(memory);
  }
}

/** Whether `plainBlocks` knows an element type. */
export function isPlain(dtype: string): boolean {
  return makerOf(dtype) !== null;
}

/** The extents of a box: one chunk, grown along the last axis and then those before it up to the size of a block. */
function boxOf(shape: readonly number[], chunks: readonly number[] | null): number[] {
  const unit = shape.map((size, axis) => Math.min(size, chunks?.[axis] ?? 1));
  const extents = [...unit];
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    const others = extents.reduce((product, extent, one) => (one === axis ? product : product * extent), 1);
    const most = Math.floor(BLOCK / others / unit[axis]) * unit[axis];
    extents[axis] = Math.min(shape[axis], Math.max(unit[axis], most));
    if (extents[axis] < shape[axis]) break;
  }
  return extents;
}

/** First corners of the boxes that fill a shape, the last axis fastest. */
function* corners(shape: readonly number[], extents: readonly number[]): Generator<number[]> {
  const at = shape.map(() => 0);
  for (;;) {
    yield [...at];
    let axis = shape.length - 1;
    for (; axis >= 0; axis--) {
      at[axis] += extents[axis];
      if (at[axis] < shape[axis]) break;
      at[axis] = 0;
    }
    if (axis < 0) return;
  }
}
