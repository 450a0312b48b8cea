import { basename } from 'node:path';
import { constants, inflateSync } from 'node:zlib';
import { UserError } from '../../core/errors.ts';
import type { RandomAccess } from '../source.ts';
import { Elements, mi } from './elements.ts';
import { damagedMat } from './errors.ts';
import { type MatrixHeader, parseMatrixBody, parseMatrixHeader } from './parse-matrix.ts';
import type { MatFile, MatValue, MatVariable } from './types.ts';

/** Compressed bytes that surely hold a variable's header when inflated. */
const PEEK = 4096;
/** One variable is read as a whole; Node's buffers end near here. */
const MAX_VARIABLE_BYTES = 2 ** 31;

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
    const header = await peek({ source, start, size, compressed, littleEndian });
    // The subsystem's data (for objects) has no name and is nothing that a person stored.
    if (header !== null && header.name !== '') {
      variables.push({
        name: header.name,
        className: header.className,
        shape: header.shape,
        read: () => readVariable({ source, start, size, compressed, littleEndian }),
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

async function readVariable({ source, start, size, compressed, littleEndian }: Place): Promise<MatValue> {
  const file = basename(source.path);
  const raw = await source.read(start, size);
  let bytes = raw;
  if (compressed) {
    const outer = new Elements(inflate(raw, file, false), littleEndian, file);
    const element = outer.next();
    if (element.type !== mi.matrix) throw damagedMat(file, `a variable unpacks to type ${element.type}`);
    bytes = element.bytes;
  }
  const elements = new Elements(bytes, littleEndian, file);
  return parseMatrixBody(elements, parseMatrixHeader(elements));
}

function inflate(bytes: Uint8Array, file: string, partial: boolean): Uint8Array {
  try {
    return inflateSync(bytes, {
      maxOutputLength: MAX_VARIABLE_BYTES,
      ...(partial ? { finishFlush: constants.Z_SYNC_FLUSH } : {}),
    });
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
    if (code === 'ERR_BUFFER_TOO_LARGE') {
      throw new UserError(
        'mat.too-big',
        `A variable of ${file} is over 2 GB: save it with -v7.3, which Gyrus reads piece by piece.`,
        { file },
      );
    }
    throw damagedMat(file, 'a compressed variable cannot be unpacked (its checksum or data are wrong)');
  }
}
