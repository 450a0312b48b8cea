import { damaged, describeNpy, type NpyData, npyHeaderBytes, parseNpyHeader, swapBytes } from './npy.ts';

/** Bytes of a block of values. */
const BLOCK = 64 << 10;

/** A .npy array whose values come block after block. */
export interface NpyStream {
  readonly shape: readonly number[];
  /** Element type in NumPy's words, such as "<f8". */
  readonly descriptor: string;
  readonly fortran: boolean;
  /** All values in the order of the file, in the same memory each time; complex ones as pairs. @throws UserError `npy.damaged`, `npy.unsupported-type` */
  blocks(): AsyncGenerator<NpyData>;
}

/**
 * Reads the header at the start of .npy bytes that come in pieces; the pieces may lie in the same memory.
 * @throws UserError `npy.not-npy`, `npy.damaged`, `npy.pickle`
 */
export async function openNpyStream(pieces: AsyncGenerator<Uint8Array>, file: string): Promise<NpyStream> {
  let head: Uint8Array = new Uint8Array(0);
  while (head.length < npyHeaderBytes) {
    const { value, done } = await pieces.next();
    if (done) break;
    head = head.length === 0 ? value : Buffer.concat([head, value]);
  }
  return {
    ...describeNpy(head, file),
    fortran: /'fortran_order'\s*:\s*True/.test(Buffer.from(head.subarray(0, 4096)).toString('latin1')),
    blocks: () => valuesOf(head, pieces, file),
  };
}

async function* valuesOf(
  head: Uint8Array,
  pieces: AsyncGenerator<Uint8Array>,
  file: string,
): AsyncGenerator<NpyData> {
  const { shape, offset, width, turned, make, bigEndian } = parseNpyHeader(head, file, true);
  const bytes = shape.reduce((product, size) => product * size, 1) * width;
  try {
    for await (const block of alignedBlocks(head.subarray(offset), pieces, bytes)) {
      if (bigEndian) swapBytes(block, turned);
      yield make(block.buffer, block.length / width);
    }
  } catch (thrown) {
    throw thrown instanceof CutOff ? damaged(file) : thrown;
  }
}

/**
 * Bytes that come in pieces, in blocks at the start of one memory that values of any type are in step with.
 * @param first what was read of them already
 * @param wanted bytes in all; the last block ends there, or where the pieces do
 */
export async function* alignedBlocks(
  first: Uint8Array,
  pieces: AsyncGenerator<Uint8Array>,
  wanted: number,
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  const memory = new Uint8Array(BLOCK);
  let left = wanted;
  let filled = 0;
  for (let piece = first; left > 0; ) {
    for (let at = 0; at < piece.length && left > 0; ) {
      const count = Math.min(BLOCK - filled, piece.length - at, left);
      memory.set(piece.subarray(at, at + count), filled);
      filled += count;
      at += count;
      left -= count;
      if (filled < BLOCK && left > 0) continue;
      yield memory.subarray(0, filled);
      filled = 0;
    }
    if (left === 0) return;
    const { value, done } = await pieces.next();
    if (done) throw new CutOff();
    piece = value;
  }
}

/** The pieces ended before all values were there. */
export class CutOff extends Error {}
