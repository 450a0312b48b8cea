import { webcrypto } from 'node:crypto';
import { promisify } from 'node:util';
import { constants, type ZstdOptions, zstdCompress, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import type { Dtype } from '../../contract/arrays.ts';
import type { TypedArray } from '../../contract/typed-arrays.ts';
import { elementBytes, type TypedArrayByDtype, viewOf } from './typed-arrays.ts';

const { subtle } = webcrypto;
const zstdCompressAsync = promisify<Uint8Array, ZstdOptions, Uint8Array>(zstdCompress);

/** Level 1: measurements are mostly noise, which higher levels make slower but not smaller. */
export const zstdLevel = 1;

/** The Zarr v3 codec chain of every array: little-endian bytes, then Zstandard. */
export const zarrCodecs = [
  { name: 'bytes', configuration: { endian: 'little' } },
  { name: 'zstd', configuration: { level: zstdLevel, checksum: false } },
] as const;

/** The bytes of a typed array as they lie in memory; every system Gyrus runs on is little-endian. */
export function bytesOf(values: TypedArray): Uint8Array {
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
}

/** One chunk's bytes as they are stored: zstd. */
export function encodeBytes(bytes: Uint8Array): Uint8Array {
  return zstdCompressSync(bytes, zstdOptions(bytes));
}

/** The same bytes as `encodeBytes`, and the SHA-256 of what goes in, both made on the thread pool. */
export async function encodeElsewhere(
  bytes: Uint8Array,
): Promise<{ readonly hash: Uint8Array; readonly bytes: Uint8Array }> {
  const [digest, compressed] = await Promise.all([
    subtle.digest('SHA-256', bytes as Uint8Array<ArrayBuffer>),
    zstdCompressAsync(bytes, zstdOptions(bytes)),
  ]);
  return { hash: new Uint8Array(digest), bytes: compressed };
}

function zstdOptions(bytes: Uint8Array): ZstdOptions {
  // One output block that is surely large enough: zlib would otherwise glue many small ones together.
  const chunkSize = Math.max(1024, bytes.byteLength + (bytes.byteLength >> 7) + 512);
  return { chunkSize, params: { [constants.ZSTD_c_compressionLevel]: zstdLevel } };
}

/** @throws Error when the bytes are not a Zstandard frame of exactly `length` elements */
export function decodeBytes<D extends Dtype>(
  bytes: Uint8Array,
  dtype: D,
  length: number,
): TypedArrayByDtype[D] {
  const expected = length * elementBytes(dtype);
  const decoded = zstdDecompressSync(bytes, {
    chunkSize: Math.max(1024, expected + 64),
    maxOutputLength: Math.max(1, expected),
  });
  if (decoded.byteLength !== expected) {
    throw new Error(`A chunk holds ${decoded.byteLength} bytes where ${expected} were expected`);
  }
  const own = decoded.byteOffset === 0 && decoded.buffer.byteLength === expected;
  const buffer =
    own && decoded.buffer instanceof ArrayBuffer ? decoded.buffer : new Uint8Array(decoded).buffer;
  return viewOf(dtype, buffer);
}
