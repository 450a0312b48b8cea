import { type Attribute, type Dataset, Module as library } from 'h5wasm/node';
import type { AnyTypedArray } from '../../contract/typed-arrays.ts';
import { release } from '../release.ts';
import { halfToFloat } from '../safetensors/safetensors.ts';
import type { ChunkedValues } from './chunks/chunked-values.ts';
import type { Box } from './chunks/scatter.ts';
import { bounded, watched } from './limited.ts';

/** Values of a block: it is unpacked into memory of its own, where it is looked at. */
const BLOCK = 1 << 19;

/** No program writes chunks of more bytes; a damaged file may claim some. */
const LARGEST_CHUNK = 512 << 20;

/** Blocks of up to so many bytes are unpacked while the one before is looked at. */
const LARGEST_AHEAD = 16 << 20;

type MakeValues = {
  new (buffer: ArrayBufferLike, offset: number, length: number): AnyTypedArray;
  readonly BYTES_PER_ELEMENT: number;
};

/** Values of a box, row-major. */
export interface Block extends Box {
  readonly values: AnyTypedArray;
}

/** What was never written, all of one value. */
export interface Unwritten {
  /** That value, alone. */
  readonly fill: AnyTypedArray;
  /** How many times it stands. */
  readonly times: number;
}

/** Numbers by kind and bytes; they are handed out in this machine's order. */
const kinds: Readonly<Record<string, MakeValues>> = {
  i1: Int8Array,
  i2: Int16Array,
  i4: Int32Array,
  i8: BigInt64Array,
  u1: Uint8Array,
  u2: Uint16Array,
  u4: Uint32Array,
  u8: BigUint64Array,
  // Half floats become float32.
  f2: Uint16Array,
  f4: Float32Array,
  f8: Float64Array,
};

/** How to look at values of an element type in NumPy's words; null for others than plain numbers. */
function makerOf(dtype: string): MakeValues | null {
  const [, kind, bits] = /^(u?int|float)(\d+)$/.exec(dtype) ?? [];
  if (kind !== undefined) return kinds[`${kind === 'uint' ? 'u' : kind[0]}${Number(bits) / 8}`] ?? null;
  return kinds[/^>([iuf]\d)$/.exec(dtype)?.[1] ?? ''] ?? null;
}

/** Whether values of an element type are plain numbers. */
export function isPlain(dtype: string): boolean {
  return makerOf(dtype) !== null;
}

/** Whether values of an element type are half floats. */
export function isHalf(dtype: string): boolean {
  return dtype === 'float16' || dtype === '>f2';
}

/** Bytes in this machine's order as the numbers that they are, half floats as float32. @throws RangeError for others than plain numbers */
export function numbersOver({ buffer, byteOffset, length }: Uint8Array, dtype: string): AnyTypedArray {
  const make = makerOf(dtype);
  if (make === null) throw new RangeError(`numbers of ${dtype}`);
  const values = new make(buffer, byteOffset, length / make.BYTES_PER_ELEMENT);
  return isHalf(dtype) && values instanceof Uint16Array ? Float32Array.from(values, halfToFloat) : values;
}

/**
 * All values of a dataset of plain numbers, in boxes of whole chunks, so that none is unpacked twice. The values of a box
 * are row-major; they must be used before the next is asked for. Boxes in which nothing was written are told of at the
 * end, all together: a dataset may be far larger than its file.
 * @param chunked the dataset past the library, where that knows it; what it cannot read the library reads
 * @throws Error of the library where the file is damaged; RangeError for others than plain numbers
 */
export async function* plainBlocks(
  dataset: Dataset,
  dtype: string,
  fileSize: number,
  chunked: ChunkedValues | null,
): AsyncGenerator<Block | Unwritten> {
  const { shape, chunks, size } = dataset.metadata;
  if (shape === null || shape.includes(0)) return;
  const extents = boxOf(shape, chunks);
  const bytes = size * product(extents);
  if (bytes > LARGEST_CHUNK) throw new RangeError('no memory for a chunk');
  const written = chunked?.written() ?? null;
  const boxes = written === null ? boxesOf(shape, extents) : boxesWith(written, shape, extents);
  let left = product(shape);
  const memory = chunked === null ? [] : [0, 1].map(() => Buffer.allocUnsafeSlow(bytes));
  const boxesOfLibrary = new LibraryBoxes(dataset, bytes, fileSize);
  let own = chunked;
  let turn = 0;
  const start = (): { readonly box: Box; readonly own: Promise<Uint8Array | null> | null } | null => {
    const { value: box, done } = boxes.next();
    if (done) return null;
    left -= product(box.extents);
    turn = 1 - turn;
    const room = memory[turn]?.subarray(0, size * product(box.extents));
    return { box, own: own?.read(box, room).catch(() => null) ?? null };
  };
  try {
    for (let reading = start(); reading !== null; ) {
      const { box } = reading;
      const unpacked = await reading.own;
      if (unpacked === null) own = null;
      const ahead = own !== null && bytes <= LARGEST_AHEAD ? start() : null;
      yield { ...box, values: numbersOver(unpacked ?? boxesOfLibrary.read(box), dtype) };
      if (unpacked !== null && !memory.some(({ buffer }) => buffer === unpacked.buffer)) release(unpacked);
      reading = ahead ?? start();
    }
    if (chunked !== null && left > 0) yield { fill: numbersOver(chunked.fillValue(), dtype), times: left };
  } finally {
    boxesOfLibrary.free();
  }
}

/** Values of one box of plain numbers as the library unpacks them. @throws Error where the file is damaged */
export function libraryBlock(dataset: Dataset, dtype: string, fileSize: number, box: Box): AnyTypedArray {
  const boxes = new LibraryBoxes(dataset, dataset.metadata.size * product(box.extents), fileSize);
  try {
    return numbersOver(boxes.read(box), dtype).slice();
  } finally {
    boxes.free();
  }
}

/**
 * An attribute of half floats, a single one as a number; the library's own way to values knows none.
 * @throws Error of the library where the file is damaged
 */
export function halfAttribute({ file_id: file, path, name, metadata }: Attribute): Float32Array | number {
  const bytes = metadata.size * metadata.total_size;
  const memory = library._malloc(bytes);
  if (memory === 0) throw new RangeError('no memory for an attribute');
  try {
    library.get_attribute_data(file, path, name, BigInt(memory));
    const halves = new Uint16Array(library.HEAPU8.slice(memory, memory + bytes).buffer);
    const values = Float32Array.from(halves, halfToFloat);
    return metadata.shape?.length === 0 ? values[0] : values;
  } finally {
    library._free(memory);
  }
}

/** Boxes of a dataset as the library unpacks them, in its own memory. */
class LibraryBoxes {
  private readonly dataset: Dataset;
  private readonly bytes: number;
  private readonly room: number;
  private memory = 0;

  constructor(dataset: Dataset, bytes: number, fileSize: number) {
    this.dataset = dataset;
    this.bytes = bytes;
    // A chunk is unpacked beside the box that it is copied to.
    this.room = fileSize + 2 * bytes;
  }

  read({ start, extents }: Box): Uint8Array {
    const { file_id: file, path, metadata } = this.dataset;
    if (this.memory === 0) this.memory = bounded(this.room, () => library._malloc(this.bytes));
    if (this.memory === 0) throw new RangeError('no memory for a chunk');
    // A single value has no axes.
    const [counts, corner, steps] = [extents, start, extents.map(() => 1)].map((one) =>
      one.length === 0 ? null : one.map(BigInt),
    );
    bounded(this.room, () =>
      watched(() => library.get_dataset_data(file, path, counts, corner, steps, BigInt(this.memory))),
    );
    return library.HEAPU8.subarray(this.memory, this.memory + metadata.size * product(extents));
  }

  free(): void {
    library._free(this.memory);
  }
}

function product(extents: readonly number[]): number {
  return extents.reduce((all, extent) => all * extent, 1);
}

/** The extents of a box: one chunk, grown along the last axis and then those before it up to the size of a block. */
function boxOf(shape: readonly number[], chunks: readonly number[] | null): number[] {
  const unit = shape.map((size, axis) => Math.min(size, chunks?.[axis] ?? 1));
  const extents = [...unit];
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    const others = product(extents.filter((_, one) => one !== axis));
    const most = Math.floor(BLOCK / others / unit[axis]) * unit[axis];
    extents[axis] = Math.min(shape[axis], Math.max(unit[axis], most));
    if (extents[axis] < shape[axis]) break;
  }
  return extents;
}

/** Those of the boxes that fill a shape in which a corner lies, in the same order. */
function* boxesWith(
  corners: readonly (readonly number[])[],
  shape: readonly number[],
  extents: readonly number[],
): Generator<Box, undefined> {
  const counts = extents.map((extent, axis) => Math.ceil(shape[axis] / extent));
  const places = corners.map((corner) =>
    corner.reduce((place, at, axis) => place * counts[axis] + Math.floor(at / extents[axis]), 0),
  );
  for (const place of Float64Array.from(new Set(places)).sort()) {
    const start = shape.map(() => 0);
    let rest = place;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      start[axis] = (rest % counts[axis]) * extents[axis];
      rest = Math.floor(rest / counts[axis]);
    }
    yield { start, extents: extents.map((extent, axis) => Math.min(extent, shape[axis] - start[axis])) };
  }
}

/** Boxes that fill a shape, the last axis fastest. */
function* boxesOf(shape: readonly number[], extents: readonly number[]): Generator<Box, undefined> {
  const at = shape.map(() => 0);
  for (;;) {
    yield {
      start: [...at],
      extents: extents.map((extent, axis) => Math.min(extent, shape[axis] - at[axis])),
    };
    let axis = shape.length - 1;
    for (; axis >= 0; axis--) {
      at[axis] += extents[axis];
      if (at[axis] < shape[axis]) break;
      at[axis] = 0;
    }
    if (axis < 0) return;
  }
}
