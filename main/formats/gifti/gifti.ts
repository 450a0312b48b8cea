import { basename, dirname, join } from 'node:path';
import { unzipSync } from 'node:zlib';
import { UserError } from '../../core/errors.ts';
import { openFile, readWhole } from '../source.ts';
import { decodeText } from '../text/decode-text.ts';
import { damaged, parseGiftiXml, type RawDataArray } from './parse-xml.ts';
import type { Gifti, GiftiDataArray, GiftiTransform, GiftiValues } from './types.ts';

const types: Record<
  string,
  { name: GiftiDataArray['dtype']; make: new (buffer: ArrayBuffer) => GiftiValues; width: number }
> = {
  UINT8: { name: 'uint8', make: Uint8Array, width: 1 },
  INT8: { name: 'int8', make: Int8Array, width: 1 },
  INT16: { name: 'int16', make: Int16Array, width: 2 },
  UINT16: { name: 'uint16', make: Uint16Array, width: 2 },
  INT32: { name: 'int32', make: Int32Array, width: 4 },
  UINT32: { name: 'uint32', make: Uint32Array, width: 4 },
  FLOAT32: { name: 'float32', make: Float32Array, width: 4 },
  FLOAT64: { name: 'float64', make: Float64Array, width: 8 },
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

/**
 * Reads a GIFTI file (.gii, or .gii.gz as a whole), every encoding: ASCII, Base64Binary, GZipBase64Binary (zlib or
 * gzip inside) and ExternalFileBinary (a raw file beside it). Format: GIFTI 1.0, nitrc.org/projects/gifti.
 * @throws UserError `file.*`, `gifti.not-gifti`, `gifti.damaged`, `gifti.unknown-type`, `gifti.outside-file`
 */
export async function readGifti(path: string): Promise<Gifti> {
  const file = basename(path);
  const raw = parseGiftiXml(decodeText(await readWhole(path)).text, file);
  const arrays: GiftiDataArray[] = [];
  for (const array of raw.arrays) arrays.push(await decodeArray(array, path));
  return {
    meta: raw.meta,
    labels: raw.labels.map(({ attributes, name }) => {
      const colour = ['Red', 'Green', 'Blue', 'Alpha'].map((key) => Number(attributes[key] ?? Number.NaN));
      const [red, green, blue, alpha] = colour;
      return {
        key: Number(attributes.Key ?? attributes.Index),
        name,
        colour: colour.every(Number.isFinite) ? [red, green, blue, alpha] : null,
      };
    }),
    arrays,
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
  const shape = Array.from({ length: rank }, (_, axis) => Number(attributes[`Dim${axis}`] ?? Number.NaN));
  const count = shape.reduce((product, size) => product * size, 1);
  if (!Number.isSafeInteger(count) || count < 0 || rank < 1 || rank > 6)
    throw damaged(file, 'impossible dimensions');
  // Old writers put "GIFTI_ENDIAN_LITTLE" where "LittleEndian" belongs.
  const littleEndian = !/big/i.test(attributes.Endian ?? '');
  const columnMajor = /column/i.test(attributes.ArrayIndexingOrder ?? '');
  const encoding = encodings[attributes.Encoding ?? 'ASCII'];
  if (encoding === undefined) throw damaged(file, `unknown encoding ${attributes.Encoding}`);
  const values =
    encoding === 'ASCII'
      ? asciiValues(
          raw.data,
          new type.make(new ArrayBuffer(checkedSize(count * type.width, raw.data.length * 8, file))),
          file,
        )
      : new type.make(
          await binaryBytes(raw, path, encoding, count * type.width, littleEndian ? 0 : type.width),
        );
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

/** Bytes of the values in this machine's order. @param swapWidth element size where bytes must be swapped, else 0 */
async function binaryBytes(
  raw: RawDataArray,
  path: string,
  encoding: string,
  length: number,
  swapWidth: number,
): Promise<ArrayBuffer> {
  const file = basename(path);
  const bytes =
    encoding === 'ExternalFileBinary'
      ? await externalBytes(raw, path, length)
      : embeddedBytes(raw, encoding, length, file);
  if (bytes.length < length) throw damaged(file, `an array has ${bytes.length} of ${length} bytes`);
  const own = Buffer.from(new Uint8Array(bytes.subarray(0, length)).buffer);
  if (swapWidth === 2) own.swap16();
  else if (swapWidth === 4) own.swap32();
  else if (swapWidth === 8) own.swap64();
  return own.buffer;
}

function embeddedBytes(raw: RawDataArray, encoding: string, length: number, file: string): Uint8Array {
  const bytes = Buffer.from(raw.data, 'base64');
  if (encoding === 'Base64Binary') return bytes;
  try {
    // Takes zlib streams, as the format says, and gzip ones, as some programs write. The limit stops damaged files.
    return unzipSync(bytes, { maxOutputLength: length + 1024 });
  } catch (cause) {
    throw damaged(file, cause instanceof Error ? cause.message : 'compressed values');
  }
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
function asciiValues(text: string, values: GiftiValues, file: string): GiftiValues {
  const number = /\S+/g;
  let count = 0;
  for (let match = number.exec(text); match !== null && count < values.length; match = number.exec(text)) {
    const value = Number(match[0]);
    if (Number.isNaN(value) && !/^[-+]?nan$/i.test(match[0]))
      throw damaged(file, `"${match[0].slice(0, 20)}" is no number`);
    values[count++] = value;
  }
  if (count < values.length) throw damaged(file, `an array has ${count} of ${values.length} values`);
  return values;
}

/** A damaged dimension must not ask for more memory than the text could fill. */
function checkedSize(bytes: number, limit: number, file: string): number {
  if (bytes > limit) throw damaged(file, 'dimensions larger than the data');
  return bytes;
}

function rowMajor(values: GiftiValues, shape: readonly number[]): GiftiValues {
  const out = values.slice();
  const rows = shape[0];
  const columns = values.length / Math.max(1, rows);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++)
      out[row * columns + column] = values[row + rows * column];
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
