import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { Dtype } from '../../contract/arrays.ts';
import type { TypedArray } from '../../contract/typed-arrays.ts';
import type { Sql } from '../sql.ts';
import { bytesOf, decodeBytes, encodeBytes } from './codec.ts';
import type { TypedArrayByDtype } from './typed-arrays.ts';

const bytesRow = z.object({ bytes: z.instanceof(Uint8Array) });
const hashRow = z.object({ position: z.number(), hash: z.instanceof(Uint8Array) });
const countRow = z.object({ count: z.number(), bytes: z.number() });

/** Compressed chunks of one file, by array row and position in the grid. */
export interface ChunkRows {
  /** Keeps a full (padded) chunk with the SHA-256 of its decoded bytes. */
  write(array: number, position: number, values: TypedArray): void;
  /** Keeps a chunk that was encoded before. */
  writeEncoded(array: number, position: number, hash: Uint8Array, bytes: Uint8Array): void;
  /** The decoded chunk of `length` elements, or null when it was never written. */
  read<D extends Dtype>(
    array: number,
    position: number,
    dtype: D,
    length: number,
  ): TypedArrayByDtype[D] | null;
  /** The compressed bytes as Zarr stores them, or null. */
  encoded(array: number, position: number): Uint8Array | null;
  has(array: number, position: number): boolean;
  /** Chunk hashes in grid order. */
  hashes(array: number): { readonly position: number; readonly hash: Uint8Array }[];
  /** How many chunks are there, and their compressed size. */
  count(array: number): { readonly count: number; readonly bytes: number };
}

/** Chunks as rows of the open file. */
export function createChunkRows(sql: Sql): ChunkRows {
  const encoded = (array: number, position: number): Uint8Array | null => {
    const row = sql.get('SELECT bytes FROM chunks WHERE array = ? AND position = ?', array, position);
    return row === undefined ? null : bytesRow.parse(row).bytes;
  };
  const insert = (array: number, position: number, hash: Uint8Array, bytes: Uint8Array): void => {
    const text = 'INSERT OR REPLACE INTO chunks (array, position, hash, bytes) VALUES (?, ?, ?, ?)';
    sql.run(text, array, position, hash, bytes);
  };
  return {
    encoded,
    write(array, position, values) {
      const bytes = bytesOf(values);
      insert(array, position, hashBytes(bytes), encodeBytes(bytes));
    },
    writeEncoded: insert,
    read(array, position, dtype, length) {
      const bytes = encoded(array, position);
      return bytes === null ? null : decodeBytes(bytes, dtype, length);
    },
    has: (array, position) =>
      sql.get('SELECT 1 AS found FROM chunks WHERE array = ? AND position = ?', array, position) !==
      undefined,
    hashes: (array) =>
      sql
        .all('SELECT position, hash FROM chunks WHERE array = ? ORDER BY position', array)
        .map((row) => hashRow.parse(row)),
    count(array) {
      const text =
        'SELECT count(*) AS count, coalesce(sum(length(bytes)), 0) AS bytes FROM chunks WHERE array = ?';
      return countRow.parse(sql.get(text, array));
    },
  };
}

/** SHA-256 of a chunk's decoded bytes. */
export function hashBytes(bytes: Uint8Array): Uint8Array {
  return createHash('sha256').update(bytes).digest();
}

/**
 * Content hash of a whole array: SHA-256 over its dtype, shape and chunk shape and then the hashes of its decoded
 * chunks in grid order. Two arrays have the same hash exactly when they hold the same values in the same chunks.
 */
export function hashOfChunks(
  dtype: Dtype,
  shape: readonly number[],
  chunkShape: readonly number[],
  hashes: Iterable<Uint8Array>,
): string {
  const hash = createHash('sha256').update(`${dtype} ${shape.join('x')} ${chunkShape.join('x')}\n`);
  for (const chunk of hashes) hash.update(chunk);
  return hash.digest('hex');
}
