import { createHash } from 'node:crypto';
import { zstdCompressSync, zstdDecompressSync } from 'node:zlib';

/** Values of one part of a tensor: 4 MiB, so that large tensors are read and written piece by piece. */
export const PART_LENGTH = 1 << 20;

/** SHA-256 over shape and values: what a tensor is known by. NaN payloads and the sign of zero count. */
export function hashTensor(shape: readonly number[], values: Float32Array): Uint8Array {
  const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  return createHash('sha256')
    .update(`float32 ${shape.join('x')}\n`)
    .update(bytes)
    .digest();
}

/**
 * One part, compressed. The four bytes of every value are laid apart first (all lowest bytes, …, all highest): signs
 * and exponents of weights are alike and pack well once they lie together, and half floats that were widened leave
 * two planes of zeros.
 */
export function packPart(values: Float32Array): Uint8Array {
  const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  const planes = new Uint8Array(bytes.length);
  const length = values.length;
  for (let plane = 0; plane < 4; plane++) {
    const start = plane * length;
    for (let at = 0, from = plane; at < length; at++, from += 4) planes[start + at] = bytes[from];
  }
  return zstdCompressSync(planes);
}

/**
 * Undoes `packPart` into `target`.
 * @throws Error where the bytes are not those of exactly that many values
 */
export function unpackPart(packed: Uint8Array, target: Float32Array): void {
  const planes = zstdDecompressSync(packed, { maxOutputLength: Math.max(1, target.byteLength) });
  if (planes.length !== target.byteLength) {
    throw new Error(
      `A part of a tensor holds ${planes.length} bytes where ${target.byteLength} were expected`,
    );
  }
  const bytes = new Uint8Array(target.buffer, target.byteOffset, target.byteLength);
  const length = target.length;
  for (let plane = 0; plane < 4; plane++) {
    const start = plane * length;
    for (let at = 0, to = plane; at < length; at++, to += 4) bytes[to] = planes[start + at];
  }
}

/** Euclidean norm, summed in float64. */
export function normOf(values: Float32Array): number {
  let sum = 0;
  for (const value of values) sum += value * value;
  return Math.sqrt(sum);
}
