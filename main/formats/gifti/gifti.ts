import { basename, dirname, join } from 'node:path';
import { unzipSync } from 'node:zlib';
import { UserError } from '../../core/errors.ts';
import { swapBytes } from '../npy/npy.ts';
import { release } from '../release.ts';
import { openFile, readWhole, streamBytes } from '../source.ts';
import { decodeText } from '../text/decode-text.ts';
import { damaged, GiftiXml, type RawDataArray } from './parse-xml.ts';
import type { Gifti, GiftiDataArray, GiftiTransform, GiftiValues } from './types.ts';

type MakeValues = new (buffer: ArrayBufferLike, offset: number, length: number) => GiftiValues;

interface GiftiType {
  readonly name: GiftiDataArray['dtype'];
  readonly make: MakeValues;
  readonly width: number;
  /** How 64-bit integers lie in the file: they are handed on as the nearest float64. */
  readonly wide?: new (
    buffer: ArrayBufferLike,
    offset: number,
    length: number,
  ) => BigInt64Array | BigUint64Array;
}

const types: Record<string, GiftiType> = {
  UINT8: { name: 'uint8', make: Uint8Array, width: 1 },
  INT8: { name: 'int8', make: Int8Array, width: 1 },
  INT16: { name: 'int16', make: Int16Array, width: 2 },
  UINT16: { name: 'uint16', make: Uint16Array, width: 2 },
  INT32: { name: 'int32', make: Int32Array, width: 4 },
  UINT32: { name: 'uint32', make: Uint32Array, width: 4 },
  FLOAT32: { name: 'float32', make: Float32Array, width: 4 },
  FLOAT64: { name: 'float64', make: Float64Array, width: 8 },
  // Outside the specification, but written by programs that let NumPy choose.
  INT64: { name: 'int64', make: Float64Array, width: 8, wide: BigInt64Array },
  UINT64: { name: 'uint64', make: Float64Array, width: 8, wide: BigUint64Array },
};

/** Names of encodings, those of the specification's first draft (still written by some programs) among them. */
const encodings: Record<string, string> = {
  ASCII: 'ASCII',
  Base64Binary: 'Base64Binary',
  GZipBase64Binary: 'GZipBase64Binary',
  ExternalFileBinary: 'ExternalFileBinary',
  GIFTI_ENCODING_ASCII: 'ASCII',
  GIFTI_ENCODING_B64BIN: 'Base64Binary',
  GIFTI_ENCODING_B64GZ: 'GZipBase64Binary',
  GIFTI_ENCODING_EXTBIN: 'ExternalFileBinary',
};

/** Compressed values may unpack to this many times their size (deflate). */
const MOST_UNPACKED = 1032;
/** Characters of Base64 decoded at a time. */
const BASE64_PIECE = 1 << 20;

/**
 * Reads a GIFTI file (.gii, or .gii.gz as a whole), every encoding: ASCII, Base64Binary, GZipBase64Binary (zlib or
 * gzip inside) and ExternalFileBinary (a raw file beside it). Format: GIFTI 1.0, nitrc.org/projects/gifti.
 * @throws UserError `file.*`, `gifti.not-gifti`, `gifti.damaged`, `gifti.unknown-type`, `gifti.outside-file`
 */
export async function readGifti(path: string): Promise<Gifti> {
  const arrays: GiftiDataArray[] = [];
  const { meta, labels } = await walkGifti(path, (array) => void arrays.push(array));
  return { meta, labels, arrays };
}

/**
 * As `readGifti`, but hands each data array on as soon as it is read, so that they need not all be in memory.
 * @throws UserError as `readGifti`
 */
export async function walkGifti(
  path: string,
  take: (array: GiftiDataArray) => void,
): Promise<Omit<Gifti, 'arrays'>> {
  const xml = new GiftiXml(basename(path));
  const next = async (arrays: readonly RawDataArray[]): Promise<void> => {
    for (const array of arrays) take(await decodeArray(array, path));
  };
  let first = true;
  for await (const piece of streamBytes(path, { reuse: true })) {
    if (first && decodeText(piece.subarray(0, 4096)).encoding === 'utf-16') {
      await next(xml.write(Buffer.from(decodeText(await readWhole(path)).text, 'utf8')));
      break;
    }
    const marked = first && piece[0] === 0xef && piece[1] === 0xbb && piece[2] === 0xbf;
    first = false;
    await next(xml.write(marked ? piece.subarray(3) : piece));
  }
  await next(xml.close());
  const { meta, labels } = xml.found;
  return {
    meta,
    labels: labels.map(({ attributes, name }) => {
      const colour = ['Red', 'Green', 'Blue', 'Alpha'].map((key) => Number(attributes[key] ?? Number.NaN));
      const [red, green, blue, alpha] = colour;
      return {
        key: Number(attributes.Key ?? attributes.Index),
        name,
        colour: colour.every(Number.isFinite) ? [red, green, blue, alpha] : null,
      };
    }),
  };
}

async function decodeArray(raw: RawDataArray, path: string): Promise<GiftiDataArray> {
  const file = basename(path);
  const { attributes } = raw;
  const type = types[(attributes.DataType ?? '').replace('NIFTI_TYPE_', '')];
  if (type === undefined) {
    throw new UserError(
      'gifti.unknown-type',
      `${file} holds values of type ${attributes.DataType}, which GIFTI does not define for surfaces.`,
      { file, type: attributes.DataType ?? 'none' },
    );
  }
  const rank = Number(attributes.Dimensionality ?? 1);
  if (!Number.isInteger(rank) || rank < 1 || rank > 6) throw damaged(file, 'impossible dimensions');
  const shape = Array.from({ length: rank }, (_, axis) => Number(attributes[`Dim${axis}`] ?? Number.NaN));
  const count = shape.reduce((product, size) => product * size, 1);
  if (!Number.isSafeInteger(count) || count < 0) throw damaged(file, 'impossible dimensions');
  // Old writers put "GIFTI_ENDIAN_LITTLE" where "LittleEndian" belongs.
  const littleEndian = !/big/i.test(attributes.Endian ?? '');
  const columnMajor = /column/i.test(attributes.ArrayIndexingOrder ?? '');
  const encoding = encodings[attributes.Encoding ?? 'ASCII'];
  if (encoding === undefined) throw damaged(file, `unknown encoding ${attributes.Encoding}`);
  const bytes = count * type.width;
  const values =
    encoding === 'ASCII'
      ? asciiValues(
          raw,
          new type.make(new ArrayBuffer(checkedSize(bytes, raw.data.length * 8, file)), 0, count),
          file,
        )
      : valuesOver(await binaryBytes(raw, path, encoding, bytes), type, count, littleEndian);
  return {
    intent: attributes.Intent ?? 'NIFTI_INTENT_NONE',
    dtype: type.name,
    encoding,
    columnMajor,
    littleEndian,
    shape,
    values: columnMajor && rank > 1 ? rowMajor(values, shape) : values,
    meta: raw.meta,
    transforms: raw.transforms.map((transform) => matrixOf(transform, file)),
  };
}

/** The first values of bytes in the file's order; the bytes may be turned round where they lie. */
function valuesOver(
  bytes: Uint8Array,
  { make, width, wide }: GiftiType,
  count: number,
  littleEndian: boolean,
): GiftiValues {
  const wanted = bytes.subarray(0, count * width);
  const own = wanted.byteOffset % width === 0 ? wanted : new Uint8Array(wanted);
  if (!littleEndian) swapBytes(own, width);
  if (wide !== undefined) return Float64Array.from(new wide(own.buffer, own.byteOffset, count), Number);
  return new make(own.buffer, own.byteOffset, count);
}

async function binaryBytes(
  raw: RawDataArray,
  path: string,
  encoding: string,
  length: number,
): Promise<Uint8Array> {
  const file = basename(path);
  const bytes =
    encoding === 'ExternalFileBinary'
      ? await externalBytes(raw, path, length)
      : embeddedBytes(raw, encoding, length, file);
  if (bytes.length < length) throw damaged(file, `an array has ${bytes.length} of ${length} bytes`);
  return bytes;
}

function embeddedBytes({ data }: RawDataArray, encoding: string, length: number, file: string): Uint8Array {
  const bytes = fromBase64(data);
  release(data);
  if (encoding === 'Base64Binary') return bytes;
  const most = checkedSize(length, bytes.length * MOST_UNPACKED, file) + 1024;
  try {
    // Takes zlib streams, as the format says, and gzip ones, as some programs write. The limit stops damaged files.
    return unzipSync(bytes, { maxOutputLength: most, chunkSize: Math.max(64, most) });
  } catch (cause) {
    throw damaged(file, cause instanceof Error ? cause.message : 'compressed values');
  } finally {
    release(bytes);
  }
}

/** Bytes of Base64 text, by pieces so that no second text of its size is made; line ends inside it take the long way. */
function fromBase64(text: Uint8Array): Uint8Array {
  let [from, to] = [0, text.length];
  while (from < to && text[from] <= 32) from += 1;
  while (to > from && text[to - 1] <= 32) to -= 1;
  const source = Buffer.from(text.buffer, text.byteOffset, text.byteLength);
  const out = Buffer.allocUnsafeSlow(Math.ceil((to - from) / 4) * 3);
  let filled = 0;
  for (let at = from; at < to; at += BASE64_PIECE) {
    const end = Math.min(to, at + BASE64_PIECE);
    const written = out.write(source.toString('latin1', at, end), filled, 'base64');
    if (end < to && written !== (BASE64_PIECE / 4) * 3)
      return Buffer.from(source.toString('latin1', from, to), 'base64');
    filled += written;
  }
  return out.subarray(0, filled);
}

async function externalBytes(
  { attributes }: RawDataArray,
  path: string,
  length: number,
): Promise<Uint8Array> {
  const name = attributes.ExternalFileName ?? '';
  if (name === '' || name !== basename(name)) {
    const file = basename(path);
    throw new UserError(
      'gifti.outside-file',
      `${file} keeps its values in "${name}", which is not a file beside it: put that file into the same folder.`,
      { file, name },
    );
  }
  const external = await openFile(join(dirname(path), name));
  try {
    return await external.read(Number(attributes.ExternalFileOffset ?? 0) || 0, length);
  } finally {
    await external.close();
  }
}

/** Fills values from free-standing numbers, wherever lines break. */
function asciiValues({ data }: RawDataArray, values: GiftiValues, file: string): GiftiValues {
  const text = decodeText(data).text;
  const number = /\S+/g;
  let count = 0;
  for (let match = number.exec(text); match !== null && count < values.length; match = number.exec(text)) {
    const value = Number(match[0]);
    values[count++] = Number.isNaN(value) ? unusual(match[0], file) : value;
  }
  if (count < values.length) throw damaged(file, `an array has ${count} of ${values.length} values`);
  return values;
}

/** What C programs print for values that are no number or infinite. */
function unusual(word: string, file: string): number {
  if (/^[-+]?nan$/i.test(word)) return Number.NaN;
  if (/^[-+]?inf(inity)?$/i.test(word))
    return word.startsWith('-') ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  throw damaged(file, `"${word.slice(0, 20)}" is no number`);
}

/** A damaged dimension must not ask for more memory than the text could fill. */
function checkedSize(bytes: number, limit: number, file: string): number {
  if (bytes > limit) throw damaged(file, 'dimensions larger than the data');
  return bytes;
}

function rowMajor(values: GiftiValues, shape: readonly number[]): GiftiValues {
  const out = values.slice();
  const steps = shape.map((_, axis) => shape.slice(0, axis).reduce((product, size) => product * size, 1));
  const place = shape.map(() => 0);
  let from = 0;
  for (let to = 0; to < out.length; to++) {
    out[to] = values[from];
    // The last index runs fastest; one that is at its end begins anew and takes the one before it on.
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      place[axis] += 1;
      from += steps[axis];
      if (place[axis] < shape[axis]) break;
      from -= shape[axis] * steps[axis];
      place[axis] = 0;
    }
  }
  return out;
}

function matrixOf({ from, to, matrix }: RawDataArray['transforms'][number], file: string): GiftiTransform {
  const numbers = matrix.trim().split(/\s+/).map(Number);
  if (numbers.length !== 16 || numbers.some(Number.isNaN))
    throw damaged(file, 'a coordinate transform is no 4×4 matrix');
  const rows = [0, 4, 8, 12].map((start) => numbers.slice(start, start + 4));
  return { from: from.replace('NIFTI_XFORM_', ''), to: to.replace('NIFTI_XFORM_', ''), matrix: rows };
}
