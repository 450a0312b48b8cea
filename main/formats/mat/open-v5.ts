import { basename } from 'node:path';
import { Readable } from 'node:stream';
import { constants, createInflate, inflateSync } from 'node:zlib';
import { UserError } from '../../core/errors.ts';
import { swapBytes } from '../npy/npy.ts';
import { alignedBlocks, CutOff } from '../npy/npy-stream.ts';
import type { RandomAccess } from '../source.ts';
import { Elements, mi, numericTypes } from './elements.ts';
import { damagedMat } from './errors.ts';
import { type MatrixHeader, parseMatrixBody, parseMatrixHeader } from './parse-matrix.ts';
import type { MatFile, MatNumberStream, MatValue, MatVariable } from './types.ts';

/** Compressed bytes that surely hold a variable's header when inflated. */
const PEEK = 4096;
/** One variable is read as a whole; Node's buffers end near here. */
const MAX_VARIABLE_BYTES = 2 ** 31;
/** Variables of so many packed bytes are unpacked piece by piece. */
const STREAMED = 1 << 20;
const PIECE = 256 << 10;
/** Bytes that hold a variable's header and the tag of its values. */
const STREAM_HEAD = 512;
/** Bytes that one byte unpacks to at most (deflate). */
const MOST_UNPACKED = 1032;

/** Byte order of a version 5 file by its header, or null where it is none. */
export function byteOrderOfV5(head: Uint8Array): 'little' | 'big' | null {
  if (head.length < 128) return null;
  const mark = Buffer.from(head.subarray(126, 128)).toString('latin1');
  const version = mark === 'IM' ? head[125] : mark === 'MI' ? head[124] : -1;
  return version === 1 ? (mark === 'IM' ? 'little' : 'big') : null;
}

/**
 * Opens a MATLAB 5 file (versions 6 and 7 write the same, 7 with each variable compressed), after "MAT-File Format",
 * MathWorks. Only headers of variables are read; `read()` of a variable reads its values.
 * @throws UserError `mat.damaged`
 */
export async function openMatV5(source: RandomAccess): Promise<MatFile> {
  const file = basename(source.path);
  const head = await source.read(0, 128);
  const littleEndian = byteOrderOfV5(head) === 'little';
  const variables: MatVariable[] = [];
  for (let at = 128; at + 8 <= source.size; ) {
    const tag = await source.read(at, 8);
    const view = new DataView(tag.buffer, tag.byteOffset, 8);
    const type = view.getUint32(0, littleEndian);
    const size = view.getUint32(4, littleEndian);
    if (type !== mi.matrix && type !== mi.compressed) {
      throw damagedMat(file, `an element of type ${type} stands at byte ${at} where a variable should`);
    }
    if (at + 8 + size > source.size) {
      throw damagedMat(file, `a variable of ${size} bytes begins ${source.size - at} bytes before the end`);
    }
    const start = at + 8;
    const compressed = type === mi.compressed;
    const place = { source, start, size, compressed, littleEndian };
    const header = await peek(place);
    // The subsystem's data (for objects) has no name and is nothing that a person stored.
    if (header !== null && header.name !== '') {
      variables.push({
        name: header.name,
        className: header.className,
        shape: header.shape,
        read: () => readVariable(place),
        stream: () => streamVariable(place),
      });
    }
    at = start + size;
  }
  const description = Buffer.from(head.subarray(0, 116))
    .toString('latin1')
    .replace(/[ \t\n\0]+$/, '');
  return { version: 5, description, variables, close: () => source.close() };
}

interface Place {
  readonly source: RandomAccess;
  readonly start: number;
  readonly size: number;
  readonly compressed: boolean;
  readonly littleEndian: boolean;
}

async function peek(place: Place): Promise<MatrixHeader | null> {
  const { source, start, size, compressed, littleEndian } = place;
  const file = basename(source.path);
  if (size === 0) return null;
  const raw = await source.read(start, Math.min(size, PEEK));
  let bytes = raw;
  if (compressed) {
    const inflated = inflate(raw, file, true);
    if (inflated.length < 8) throw damagedMat(file, 'a compressed variable is cut off');
    bytes = inflated.subarray(8);
  }
  return parseMatrixHeader(new Elements(bytes, littleEndian, file));
}

async function readVariable(place: Place): Promise<MatValue> {
  const { source, start, size, compressed, littleEndian } = place;
  const file = basename(source.path);
  let bytes: Uint8Array;
  if (compressed) {
    const unpacked =
      size < STREAMED ? inflate(await source.read(start, size), file, false) : await inflateStreamed(place);
    const element = new Elements(unpacked, littleEndian, file).next();
    if (element.type !== mi.matrix) throw damagedMat(file, `a variable unpacks to type ${element.type}`);
    bytes = element.bytes;
  } else bytes = await source.read(start, size);
  const elements = new Elements(bytes, littleEndian, file);
  return parseMatrixBody(elements, parseMatrixHeader(elements));
}

/** The bytes of a variable behind its tag, unpacked, in pieces of which each must be used at once. @throws UserError `mat.damaged` */
async function* unpacked({ source, start, size, compressed }: Place): AsyncGenerator<Uint8Array> {
  // What waits to be unpacked must not be written over.
  const memory = compressed ? undefined : new Uint8Array(PIECE);
  async function* stored(): AsyncGenerator<Uint8Array> {
    for (let at = 0; at < size; at += PIECE)
      yield await source.read(start + at, Math.min(PIECE, size - at), memory);
  }
  if (!compressed) {
    yield* stored();
    return;
  }
  const stream = createInflate({ chunkSize: PIECE });
  const input = Readable.from(stored(), { objectMode: false });
  input.on('error', (cause) => stream.destroy(cause));
  input.pipe(stream);
  try {
    for await (const piece of stream as AsyncIterable<Uint8Array>) yield piece;
  } catch (thrown) {
    throw thrown instanceof UserError ? thrown : notUnpacked(basename(source.path));
  } finally {
    input.destroy();
    stream.destroy();
  }
}

/** Unpacks a variable piece by piece into memory of its size, which stands at its head. */
async function inflateStreamed(place: Place): Promise<Uint8Array> {
  const file = basename(place.source.path);
  let out = Buffer.alloc(0);
  let filled = 0;
  for await (const piece of unpacked(place)) {
    if (filled === 0) {
      const head = new DataView(piece.buffer, piece.byteOffset, piece.byteLength);
      const total = 8 + head.getUint32(4, place.littleEndian);
      if (total > MAX_VARIABLE_BYTES) throw tooBig(file);
      if (total > place.size * MOST_UNPACKED) throw damagedMat(file, `a variable claims ${total} bytes`);
      out = Buffer.allocUnsafeSlow(total);
    }
    out.set(piece.subarray(0, out.length - filled), filled);
    filled = Math.min(out.length, filled + piece.length);
  }
  return out.subarray(0, filled);
}

/** Classes of plain arrays of numbers. */
const plainClasses = /^(double|single|u?int(8|16|32|64))$/;

async function streamVariable(place: Place): Promise<MatNumberStream | null> {
  const { source, compressed, littleEndian } = place;
  const file = basename(source.path);
  const pieces = unpacked(place);
  const close = async (): Promise<void> => void (await pieces.return(undefined));
  const { value: first } = await pieces.next();
  // Of a compressed variable, the tag is packed too.
  const head = compressed ? first?.subarray(8) : first;
  if (head === undefined || head.length < STREAM_HEAD) {
    await close();
    return null;
  }
  const elements = new Elements(head, littleEndian, file);
  const { className, shape, complex } = parseMatrixHeader(elements);
  const { type, size, start } = elements.peek();
  const known = numericTypes[type];
  const count = shape.reduce((product, extent) => product * extent, 1);
  if (!plainClasses.test(className) || complex || known === undefined || size !== count * known.width) {
    await close();
    return null;
  }
  return {
    shape,
    dtype: known.name,
    bigEndian: !littleEndian,
    count,
    async *blocks() {
      try {
        for await (const block of alignedBlocks(head.subarray(start), pieces, size)) {
          if (!littleEndian) swapBytes(block, known.width);
          yield new known.make(block.buffer, 0, block.length / known.width);
        }
        // What is behind the values is padding; the checksum is only looked at when all is unpacked.
        for await (const _ of pieces);
      } catch (thrown) {
        throw thrown instanceof CutOff ? damagedMat(file, 'a variable ends before its values do') : thrown;
      }
    },
    close,
  };
}

function inflate(bytes: Uint8Array, file: string, partial: boolean): Uint8Array {
  try {
    return inflateSync(bytes, {
      maxOutputLength: MAX_VARIABLE_BYTES,
      ...(partial ? { finishFlush: constants.Z_SYNC_FLUSH } : {}),
    });
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
    throw code === 'ERR_BUFFER_TOO_LARGE' ? tooBig(file) : notUnpacked(file);
  }
}

function tooBig(file: string): UserError {
  return new UserError(
    'mat.too-big',
    `A variable of ${file} is over 2 GB: save it with -v7.3, which Gyrus reads piece by piece.`,
    { file },
  );
}

function notUnpacked(file: string): UserError {
  return damagedMat(file, 'a compressed variable cannot be unpacked (its checksum or data are wrong)');
}
