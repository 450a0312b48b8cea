import { readFile, writeFile } from 'node:fs/promises';
import { basename } from 'node:path';
import type { AnyTypedArray } from '../../contract/typed-arrays.ts';
import { UserError } from '../../core/errors.ts';
import { halfToFloat } from '../safetensors/safetensors.ts';
import { fileSize } from '../source.ts';

/** Values of a .npy file; booleans are bytes. */
export type NpyData = AnyTypedArray;

/** An n-dimensional array as NumPy stores it, always row-major here. */
export interface NpyArray<T extends NpyData = NpyData> {
  readonly shape: number[];
  readonly data: T;
}

/** So many values from the start of a buffer, over the same memory where the type has a typed array. */
type MakeArray = (buffer: ArrayBuffer, count: number) => NpyData;

const numericTypes: Record<string, MakeArray> = {
  b1: (buffer, count) => new Uint8Array(buffer, 0, count),
  i1: (buffer, count) => new Int8Array(buffer, 0, count),
  u1: (buffer, count) => new Uint8Array(buffer, 0, count),
  i2: (buffer, count) => new Int16Array(buffer, 0, count),
  u2: (buffer, count) => new Uint16Array(buffer, 0, count),
  i4: (buffer, count) => new Int32Array(buffer, 0, count),
  u4: (buffer, count) => new Uint32Array(buffer, 0, count),
  i8: (buffer, count) => new BigInt64Array(buffer, 0, count),
  u8: (buffer, count) => new BigUint64Array(buffer, 0, count),
  f2: (buffer, count) => Float32Array.from(new Uint16Array(buffer, 0, count), halfToFloat),
  f4: (buffer, count) => new Float32Array(buffer, 0, count),
  f8: (buffer, count) => new Float64Array(buffer, 0, count),
};

/** Complex values as pairs, real part first. */
const complexTypes: Record<string, MakeArray> = {
  c8: (buffer, count) => new Float32Array(buffer, 0, 2 * count),
  c16: (buffer, count) => new Float64Array(buffer, 0, 2 * count),
};

const descriptors: Record<string, string> = {
  Int8Array: '|i1',
  Uint8Array: '|u1',
  Int16Array: '<i2',
  Uint16Array: '<u2',
  Int32Array: '<i4',
  Uint32Array: '<u4',
  BigInt64Array: '<i8',
  BigUint64Array: '<u8',
  Float32Array: '<f4',
  Float64Array: '<f8',
};

/** Reads a .npy file. @throws UserError as `fileSize` and `parseNpy` do */
export async function readNpy(path: string): Promise<NpyArray> {
  await fileSize(path);
  return parseNpy(await readFile(path), basename(path));
}

/**
 * Parses .npy bytes, format versions 1 to 3 (numpy/lib/format.py). Column-major arrays are turned row-major, other
 * byte orders are swapped, booleans become bytes 0 and 1, half floats float32.
 * @throws UserError `npy.not-npy`, `npy.damaged`, `npy.pickle` (object arrays), `npy.unsupported-type` (text,
 *   complex, structured)
 */
export function parseNpy(bytes: Uint8Array, file: string): NpyArray {
  const { shape, offset, width, make, bigEndian, fortran } = parseNpyHeader(bytes, file);
  const count = shape.reduce((product, size) => product * size, 1);
  if (!Number.isSafeInteger(count) || bytes.length - offset < count * width) throw damaged(file);
  // A copy: `slice` of a Node Buffer would be a view into the file's other bytes.
  const values = new Uint8Array(bytes.subarray(offset, offset + count * width));
  if (bigEndian) swapBytes(values, width);
  const data = make(values.buffer, count);
  return { shape, data: fortran && shape.length > 1 ? rowMajor(data, shape) : data };
}

/** What the first bytes of a .npy file say of the rest. */
export interface NpyHeader {
  readonly shape: number[];
  /** Where the values begin, in bytes. */
  readonly offset: number;
  /** Bytes per value. */
  readonly width: number;
  /** Bytes that are turned round together in the other byte order: a value, or half of a complex one. */
  readonly turned: number;
  /** The values of such bytes; half floats become float32. */
  readonly make: MakeArray;
  readonly bigEndian: boolean;
  /** Column-major. */
  readonly fortran: boolean;
}

/**
 * Shape and element type in NumPy's words of any array that is not pickled, also of those whose values are not read here
 * (text, complex, structured). @throws UserError `npy.not-npy`, `npy.damaged`, `npy.pickle`
 */
export function describeNpy(bytes: Uint8Array, file: string): { shape: number[]; descriptor: string } {
  const { text } = headerText(bytes, file);
  const descriptor = /'descr'\s*:\s*(?:'([^']*)'|(\[.*\]))\s*,\s*'(?:fortran|shape)/s.exec(text);
  const found = descriptor?.[1] ?? descriptor?.[2];
  if (found === undefined) throw damaged(file);
  if (/'\|?O/.test(`'${found}`)) throw pickled(file);
  return { shape: shapeOf(text, file), descriptor: found };
}

function headerText(bytes: Uint8Array, file: string): { text: string; offset: number } {
  if (bytes.length < 10 || Buffer.from(bytes.subarray(0, 6)).toString('latin1') !== '\x93NUMPY') {
    throw new UserError('npy.not-npy', `${file} is not a NumPy .npy file.`, { file });
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const wide = bytes[6] >= 2;
  if (wide && bytes.length < 12) throw damaged(file);
  const start = wide ? 12 : 10;
  const offset = start + (wide ? view.getUint32(8, true) : view.getUint16(8, true));
  if (offset > bytes.length) throw damaged(file);
  return {
    text: Buffer.from(bytes.subarray(start, offset)).toString(bytes[6] >= 3 ? 'utf8' : 'latin1'),
    offset,
  };
}

function shapeOf(header: string, file: string): number[] {
  const text = /'shape'\s*:\s*\(([^)]*)\)/.exec(header)?.[1];
  if (text === undefined) throw damaged(file);
  return text.split(',').flatMap((part) => (part.trim() === '' ? [] : [Number.parseInt(part, 10)]));
}

/** Bytes from the start of a file that hold the header of any sane .npy file. */
export const npyHeaderBytes = 65_548;

/**
 * Parses the header alone; `bytes` may be the first `npyHeaderBytes` of the file.
 * @param pairs whether complex values are taken, as pairs of real ones
 * @throws UserError as `parseNpy`
 */
export function parseNpyHeader(bytes: Uint8Array, file: string, pairs = false): NpyHeader {
  const { text: header, offset } = headerText(bytes, file);
  const descriptor = /'descr'\s*:\s*'([^']*)'/.exec(header)?.[1];
  if (descriptor === undefined) {
    throw header.includes("'descr'") ? unsupported(file, 'a structured type') : damaged(file);
  }
  const fortran = /'fortran_order'\s*:\s*True/.test(header);
  const bigEndian = descriptor.startsWith('>');
  return { shape: shapeOf(header, file), offset, bigEndian, fortran, ...typeOf(descriptor, file, pairs) };
}

/** Writes a .npy file (format version 1, little-endian, row-major). */
export async function writeNpy(path: string, array: NpyArray): Promise<void> {
  await writeFile(path, npyBytes(array));
}

/** The bytes of a .npy file. @throws RangeError where shape and data do not fit */
export function npyBytes({ shape, data }: NpyArray): Uint8Array {
  const count = shape.reduce((product, size) => product * size, 1);
  if (count !== data.length)
    throw new RangeError(`shape ${shape.join('×')} does not hold ${data.length} values`);
  const descriptor = descriptors[data.constructor.name];
  const tuple = shape.length === 1 ? `(${shape[0]},)` : `(${shape.join(', ')})`;
  const dictionary = `{'descr': '${descriptor}', 'fortran_order': False, 'shape': ${tuple}, }`;
  const padding = (64 - ((10 + dictionary.length + 1) % 64)) % 64;
  const header = `${dictionary}${' '.repeat(padding)}\n`;
  const bytes = Buffer.alloc(10 + header.length + data.byteLength);
  bytes.write('\x93NUMPY\x01\x00', 0, 'latin1');
  bytes.writeUInt16LE(header.length, 8);
  bytes.write(header, 10, 'latin1');
  bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), 10 + header.length);
  return bytes;
}

function typeOf(
  descriptor: string,
  file: string,
  pairs: boolean,
): Pick<NpyHeader, 'make' | 'width' | 'turned'> {
  const kind = descriptor.replace(/^[<>|=]/, '');
  if (kind.startsWith('O')) throw pickled(file);
  const complex = pairs ? complexTypes[kind] : undefined;
  const make = complex ?? numericTypes[kind];
  if (make === undefined) throw unsupported(file, `values of type ${descriptor}`);
  const width = Number(kind.slice(1));
  return { make, width, turned: complex === undefined ? width : width / 2 };
}

function rowMajor(data: NpyData, shape: readonly number[]): NpyData {
  const out = data.slice();
  const steps = shape.map((_, axis) => shape.slice(0, axis).reduce((product, size) => product * size, 1));
  const index = new Array<number>(shape.length).fill(0);
  for (let at = 0; at < out.length; at++) {
    let from = 0;
    for (let axis = 0; axis < shape.length; axis++) from += index[axis] * steps[axis];
    out[at] = data[from];
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      index[axis] += 1;
      if (index[axis] < shape[axis]) break;
      index[axis] = 0;
    }
  }
  return out;
}

/** Turns the bytes of every value round, in place. */
export function swapBytes(bytes: Uint8Array, width: number): void {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (width === 2) buffer.swap16();
  else if (width === 4) buffer.swap32();
  else if (width === 8) buffer.swap64();
}

/** What is said of a file that ends too early or makes no sense. */
export function damaged(file: string): UserError {
  return new UserError('npy.damaged', `${file} is a damaged or cut-off .npy file: get it again.`, { file });
}

function unsupported(file: string, what: string): UserError {
  return new UserError(
    'npy.unsupported-type',
    `${file} holds ${what}, not plain numbers: save it as numbers.`,
    {
      file,
      what,
    },
  );
}

function pickled(file: string): UserError {
  return new UserError(
    'npy.pickle',
    `${file} holds pickled Python objects, which can run code when opened: save it as a plain number array.`,
    { file },
  );
}
