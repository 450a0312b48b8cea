import { closeSync, openSync, readSync } from 'node:fs';

/** Larger files are not looked through. */
const LARGEST = 256 << 20;
const PIECE = 1 << 20;
/** Signature, version, three zeros, size. */
const HEAD = 16;
const SIGNATURE = Buffer.from('GCOL\x01\0\0\0', 'latin1');

/**
 * Looks at every global heap of a file, in which texts and rows of any length lie (HDF5 file format 3.0, III.E): the
 * library goes round for ever in one whose objects are not one behind the other up to its end.
 * @throws RangeError where there is such a heap
 */
export function checkGlobalHeaps(path: string, size: number): void {
  if (size > LARGEST) return;
  const file = openSync(path, 'r');
  try {
    const piece = Buffer.allocUnsafe(PIECE + HEAD);
    for (let start = 0; start < size; start += PIECE) {
      const bytes = piece.subarray(0, readSync(file, piece, 0, piece.length, start));
      for (let at = bytes.indexOf(SIGNATURE); at >= 0 && at < PIECE; at = bytes.indexOf(SIGNATURE, at + 1))
        if (at + HEAD <= bytes.length) checkHeap(file, start + at, bytes.readBigUInt64LE(at + 8), size);
    }
  } finally {
    closeSync(file);
  }
}

function checkHeap(file: number, start: number, length: bigint, size: number): void {
  // The library keeps 32 bits of a size. A heap that is cut off it refuses, and what is shorter than a head is none.
  if (length > 0xffffffff) throw new RangeError(`a heap of ${length} bytes`);
  if (length < HEAD || length > size - start) return;
  const heap = Buffer.allocUnsafe(Number(length));
  readSync(file, heap, 0, heap.length, start);
  for (let at = HEAD; at + HEAD <= heap.length; ) {
    const isFree = heap.readUInt16LE(at) === 0;
    const bytes = heap.readBigUInt64LE(at + 8);
    if (bytes > heap.length || (isFree && bytes < HEAD))
      throw new RangeError(`an object of ${bytes} bytes in a heap`);
    // Free space counts its own head; what is stored does not, and is padded to eight bytes.
    at += isFree ? Number(bytes) : HEAD + Math.ceil(Number(bytes) / 8) * 8;
    if (at > heap.length) throw new RangeError('an object beyond the end of its heap');
  }
}
