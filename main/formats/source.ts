import { createHash } from 'node:crypto';
import { createReadStream, readSync } from 'node:fs';
import { lstat, open, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { createGunzip } from 'node:zlib';
import { UserError } from '../core/errors.ts';

/** A file that can be read at any offset. `read` returns fewer bytes than asked only at the file's end. */
export interface RandomAccess {
  readonly path: string;
  readonly size: number;
  /** @param into memory that the bytes are put into where it is large enough; they may be changed there */
  read(offset: number, length: number, into?: Uint8Array): Promise<Uint8Array>;
  close(): Promise<void>;
}

export interface ByteStreamOptions {
  readonly signal?: AbortSignal;
  /** First byte wanted, counted after decompression. */
  readonly start?: number;
  /** Called with every piece of the file as it lies on disk (before decompression), such as for hashing. */
  readonly onFileBytes?: (bytes: Uint8Array) => void;
  /** No more bytes than these are looked at: pieces are small then. */
  readonly most?: number;
  /** Whether pieces may lie in the same memory, so that each must be used before the next is asked for. */
  readonly reuse?: boolean;
}

const PIECE = 1024 << 10;
const LEAST_PIECE = 16 << 10;
/** Reads up to this size are done at once: they take less time than handing them to another thread. */
const SHORT_READ = 1 << 20;
/** After so many bytes read at once, others have their turn. */
const TURN = 8 << 20;

/**
 * Size of a file that must hold data.
 * @throws UserError `file.not-found`, `file.not-downloaded` (a dangling git-annex or DataLad link),
 *   `file.is-folder`, `file.empty`
 */
export async function fileSize(path: string): Promise<number> {
  const params = { file: basename(path) };
  const info = await stat(path).catch(() => undefined);
  if (info === undefined) {
    const link = await lstat(path).catch(() => undefined);
    if (link?.isSymbolicLink()) {
      throw new UserError(
        'file.not-downloaded',
        `${params.file} is a link to data that is not on this machine: fetch it first (git annex get or datalad get).`,
        params,
      );
    }
    throw new UserError('file.not-found', `${params.file} was not found: check the path ${path}.`, {
      ...params,
      path,
    });
  }
  if (info.isDirectory()) {
    throw new UserError('file.is-folder', `${params.file} is a folder where a file is needed.`, params);
  }
  if (info.size === 0) {
    throw new UserError(
      'file.empty',
      `${params.file} is empty (0 bytes), a placeholder without data: get the real file.`,
      params,
    );
  }
  return info.size;
}

/** Opens a file for reading at any offset; the caller closes it. @throws UserError as `fileSize` does */
export async function openFile(path: string): Promise<RandomAccess> {
  const size = await fileSize(path);
  const handle = await open(path, 'r').catch((cause: unknown) => {
    throw unreadable(path, cause);
  });
  let sinceTurn = 0;
  return {
    path,
    size,
    async read(offset, length, into) {
      const wanted = Math.max(0, Math.min(length, size - offset));
      const room = into !== undefined && into.length >= wanted ? into.subarray(0, wanted) : unfilled(wanted);
      let filled = 0;
      if (wanted <= SHORT_READ) sinceTurn += wanted;
      if (sinceTurn > TURN) {
        sinceTurn = 0;
        await new Promise((resolve) => setImmediate(resolve));
      }
      while (filled < wanted) {
        const bytesRead =
          wanted <= SHORT_READ
            ? readSync(handle.fd, room, filled, wanted - filled, offset + filled)
            : (await handle.read(room, filled, wanted - filled, offset + filled)).bytesRead;
        if (bytesRead === 0) break;
        filled += bytesRead;
      }
      return filled === wanted ? room : room.subarray(0, filled);
    },
    close: () => handle.close(),
  };
}

/** Memory of its own that is about to be written: filling it with zeros first would take as long as reading. */
function unfilled(length: number): Uint8Array {
  const bytes = Buffer.allocUnsafeSlow(length);
  return new Uint8Array(bytes.buffer, bytes.byteOffset, length);
}

/** First `length` bytes of a file as it lies on disk (fewer where it is shorter). */
export async function readHead(path: string, length: number): Promise<Uint8Array> {
  const file = await openFile(path);
  try {
    return await file.read(0, length);
  } finally {
    await file.close();
  }
}

/** The whole file, inflated where it is gzip; for small files only. @throws UserError `file.too-big` over `limit` */
export async function readWhole(path: string, limit = 512 << 20): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  let total = 0;
  if (!looksGzip(await readHead(path, 2))) {
    const file = await openFile(path);
    try {
      if (file.size > limit) throw tooBig(path, limit);
      return await file.read(0, file.size);
    } finally {
      await file.close();
    }
  }
  for await (const piece of streamBytes(path)) {
    total += piece.length;
    if (total > limit) throw tooBig(path, limit);
    pieces.push(piece);
  }
  return pieces.length === 1 ? pieces[0] : Buffer.concat(pieces);
}

/** Unpacked bytes that a file of gzip may take in memory. */
const UNPACKED_LIMIT = 2 ** 31;

/** Opens a file for reading at any offset; one of gzip is unpacked into memory. @throws UserError as `readWhole` does */
export async function openUnpacked(path: string): Promise<RandomAccess> {
  return looksGzip(await readHead(path, 2))
    ? inMemory(path, await readWhole(path, UNPACKED_LIMIT))
    : openFile(path);
}

function inMemory(path: string, bytes: Uint8Array): RandomAccess {
  return {
    path,
    size: bytes.length,
    read: async (offset, length, into) => {
      const part = bytes.subarray(offset, Math.min(bytes.length, offset + length));
      if (into === undefined || into.length < part.length) return part;
      into.set(part);
      return into.subarray(0, part.length);
    },
    close: async () => {},
  };
}

function tooBig(path: string, limit: number): UserError {
  const [file, megabytes] = [basename(path), Math.round(limit / (1 << 20))];
  return new UserError(
    'file.too-big',
    `${file} holds more than ${megabytes} MB, too much for this kind of file.`,
    { file },
  );
}

/** Whether these first bytes are gzip's. */
export function looksGzip(head: Uint8Array): boolean {
  return head.length >= 2 && head[0] === 0x1f && head[1] === 0x8b;
}

/**
 * Streams a file's bytes in order, inflating where its content (not its name) is gzip. Stop early by leaving the
 * loop: nothing more is read then. Inflation runs off the calling thread.
 * @throws UserError as `fileSize` does; `file.truncated-gzip`, `file.damaged-gzip`, `file.unreadable`
 */
export async function* streamBytes(
  path: string,
  options: ByteStreamOptions = {},
): AsyncGenerator<Uint8Array> {
  const { start = 0, onFileBytes, signal, most = Number.POSITIVE_INFINITY, reuse = false } = options;
  const length = Math.max(LEAST_PIECE, Math.min(PIECE, start + most));
  const gzip = looksGzip(await readHead(path, 2));
  if (!gzip) {
    const from = onFileBytes === undefined ? start : 0;
    for await (const piece of plainPieces(path, from, length, reuse)) {
      signal?.throwIfAborted();
      onFileBytes?.(piece.bytes);
      const skip = start - piece.at;
      if (skip < piece.bytes.length) yield skip > 0 ? piece.bytes.subarray(skip) : piece.bytes;
    }
    return;
  }
  const file = createReadStream(path, { highWaterMark: length });
  const stream = file.pipe(createGunzip({ chunkSize: length }));
  file.on('error', (cause) => stream.destroy(cause));
  if (onFileBytes) file.on('data', (bytes) => onFileBytes(bytes as Buffer));
  let skip = start;
  try {
    for await (const piece of stream as AsyncIterable<Uint8Array>) {
      signal?.throwIfAborted();
      if (skip >= piece.length) {
        skip -= piece.length;
        continue;
      }
      yield skip > 0 ? piece.subarray(skip) : piece;
      skip = 0;
    }
  } catch (cause) {
    throw readFailure(path, cause);
  } finally {
    stream.destroy();
    file.destroy();
  }
}

async function* plainPieces(
  path: string,
  start: number,
  length: number,
  reuse: boolean,
): AsyncGenerator<{ at: number; bytes: Uint8Array }> {
  const file = await openFile(path);
  try {
    const memory = reuse ? unfilled(length) : undefined;
    for (let at = start; ; ) {
      const bytes = await file.read(at, length, memory);
      if (bytes.length === 0) return;
      yield { at, bytes };
      at += bytes.length;
    }
  } catch (cause) {
    throw readFailure(path, cause);
  } finally {
    await file.close();
  }
}

/**
 * Regroups a byte stream into blocks of exactly `length` bytes; the last one may be shorter. With `reuse`, every
 * block lies in the same memory and must be used before the next is asked for.
 */
export async function* blocksOf(
  pieces: AsyncIterable<Uint8Array>,
  length: number,
  reuse = false,
): AsyncGenerator<Uint8Array> {
  let block = unfilled(length);
  let filled = 0;
  for await (const piece of pieces) {
    let taken = 0;
    while (taken < piece.length) {
      if (reuse && filled === 0 && piece.length - taken >= length) {
        // A whole block lies in the piece: no need to copy it.
        yield piece.subarray(taken, taken + length);
        taken += length;
        continue;
      }
      const count = Math.min(length - filled, piece.length - taken);
      block.set(piece.subarray(taken, taken + count), filled);
      filled += count;
      taken += count;
      if (filled === length) {
        yield block;
        filled = 0;
        if (!reuse) block = unfilled(length);
      }
    }
  }
  if (filled > 0) yield block.subarray(0, filled);
}

function readFailure(path: string, cause: unknown): unknown {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  const file = basename(path);
  if (code === 'Z_BUF_ERROR') {
    return new UserError(
      'file.truncated-gzip',
      `${file} ends in the middle of its compressed data: the copy or download was cut short, get the file again.`,
      { file },
    );
  }
  if (code.startsWith('Z_')) {
    return new UserError(
      'file.damaged-gzip',
      `${file} has damaged compressed data and cannot be unpacked: get the file again.`,
      { file },
    );
  }
  return code.startsWith('E') ? unreadable(path, cause) : cause;
}

function unreadable(path: string, cause: unknown): UserError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  const file = basename(path);
  return new UserError('file.unreadable', `${file} cannot be read (${reason}): check its permissions.`, {
    file,
    reason,
  });
}

/** A file's path, SHA-256 (of its bytes as they lie on disk) and size. @throws UserError as `fileSize` does */
export async function hashFile(path: string): Promise<{ path: string; sha256: string; bytes: number }> {
  const bytes = await fileSize(path);
  const hash = createHash('sha256');
  for await (const piece of createReadStream(path, { highWaterMark: PIECE })) hash.update(piece);
  return { path, sha256: hash.digest('hex'), bytes };
}
