import { basename } from 'node:path';
import { Readable } from 'node:stream';
import { crc32, createInflateRaw } from 'node:zlib';
import { UserError } from '../../core/errors.ts';
import { openFile, type RandomAccess } from '../source.ts';

const END = 0x06054b50;
const CENTRAL = 0x02014b50;
const LOCAL = 0x04034b50;
/** A member may unpack to no more than this where it is unpacked as a whole. */
const LIMIT = 1 << 30;
/** The end of the directory stands this far from the end of the file at most: its comment has up to 65535 bytes. */
const TAIL = 65_558;
const PIECE = 256 << 10;

/** One file of an archive. */
export interface ZipMember {
  /** Bytes when unpacked, by the directory. */
  readonly size: number;
  /** The content in order, piece by piece. @throws UserError `zip.damaged`, `zip.unsupported` */
  pieces(): AsyncGenerator<Uint8Array>;
  /** The whole content. @throws UserError as `pieces`, and `file.too-big` above 1 GB */
  bytes(): Promise<Uint8Array>;
}

/** An open archive: its members by name, in its own order. */
export interface Zip {
  readonly members: ReadonlyMap<string, ZipMember>;
  close(): Promise<void>;
}

interface Entry {
  readonly method: number;
  readonly crc: number;
  readonly packed: number;
  readonly size: number;
  readonly offset: number;
}

/**
 * Opens a ZIP archive; only its directory is read. Stored and deflated members are unpacked, which is what NumPy writes
 * (PKWARE APPNOTE 6.3.10). The caller closes it.
 * @throws UserError `file.*`, `zip.damaged`
 */
export async function openZip(path: string): Promise<Zip> {
  const source = await openFile(path);
  const file = basename(path);
  try {
    const members = new Map<string, ZipMember>();
    for (const { name, entry } of await directory(source, file)) {
      members.set(name, {
        size: entry.size,
        pieces: () => unpack(source, entry, file),
        bytes: () => whole(source, entry, file),
      });
    }
    return { members, close: () => source.close() };
  } catch (thrown) {
    await source.close();
    throw thrown instanceof RangeError ? damaged(file) : thrown;
  }
}

async function directory(source: RandomAccess, file: string): Promise<{ name: string; entry: Entry }[]> {
  const tail = viewOf(await source.read(Math.max(0, source.size - TAIL), TAIL));
  const end = findEnd(tail);
  const start = tail.getUint32(end + 16, true);
  const view = viewOf(await source.read(start, tail.getUint32(end + 12, true)));
  const found: { name: string; entry: Entry }[] = [];
  let at = 0;
  for (let index = tail.getUint16(end + 10, true); index > 0; index--) {
    if (view.getUint32(at, true) !== CENTRAL) throw damaged(file);
    const nameLength = view.getUint16(at + 28, true);
    const name = Buffer.from(view.buffer, view.byteOffset + at + 46, nameLength).toString('utf8');
    const entry = {
      method: view.getUint16(at + 10, true),
      crc: view.getUint32(at + 16, true),
      packed: view.getUint32(at + 20, true),
      size: view.getUint32(at + 24, true),
      offset: view.getUint32(at + 42, true),
    };
    found.push({ name, entry });
    at += 46 + nameLength + view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
  }
  return found;
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function findEnd(view: DataView): number {
  for (let at = view.byteLength - 22; at >= 0; at--) if (view.getUint32(at, true) === END) return at;
  throw new RangeError('no end of central directory');
}

/** The packed bytes of a member. */
async function* packedPieces(source: RandomAccess, entry: Entry, file: string): AsyncGenerator<Uint8Array> {
  const head = viewOf(await source.read(entry.offset, 30));
  if (head.byteLength < 30 || head.getUint32(0, true) !== LOCAL) throw damaged(file);
  const start = entry.offset + 30 + head.getUint16(26, true) + head.getUint16(28, true);
  for (let at = 0; at < entry.packed; ) {
    const bytes = await source.read(start + at, Math.min(PIECE, entry.packed - at));
    if (bytes.length === 0) throw damaged(file);
    yield bytes;
    at += bytes.length;
  }
}

async function* unpack(source: RandomAccess, entry: Entry, file: string): AsyncGenerator<Uint8Array> {
  const { method, size, crc } = entry;
  if (method !== 0 && method !== 8) {
    throw new UserError(
      'zip.unsupported',
      `${file} is packed in a way that Gyrus does not read (method ${method}).`,
      { file, method },
    );
  }
  const packed = packedPieces(source, entry, file);
  const inflate = method === 8 ? createInflateRaw({ chunkSize: PIECE }) : null;
  const input = inflate === null ? null : Readable.from(packed, { objectMode: false });
  if (inflate !== null && input !== null) {
    input.on('error', (cause) => inflate.destroy(cause));
    input.pipe(inflate);
  }
  let [done, sum] = [0, 0];
  try {
    for await (const piece of (inflate ?? packed) as AsyncIterable<Uint8Array>) {
      done += piece.length;
      if (done > size) throw damaged(file);
      sum = crc32(piece, sum);
      yield piece;
    }
  } catch (thrown) {
    throw thrown instanceof UserError ? thrown : damaged(file);
  } finally {
    input?.destroy();
    inflate?.destroy();
  }
  if (done !== size || sum !== crc) throw damaged(file);
}

async function whole(source: RandomAccess, entry: Entry, file: string): Promise<Uint8Array> {
  if (entry.size > LIMIT) {
    throw new UserError('file.too-big', `${file} unpacks to more than ${LIMIT >> 20} MB.`, { file });
  }
  const pieces: Uint8Array[] = [];
  for await (const piece of unpack(source, entry, file)) pieces.push(piece);
  return Buffer.concat(pieces);
}

function damaged(file: string): UserError {
  return new UserError('zip.damaged', `${file} is a damaged or cut-off archive: get the file again.`, {
    file,
  });
}
