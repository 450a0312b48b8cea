import { mi } from './elements.ts';

/** A numeric array to write: values in row-major (C) order, as everywhere in Gyrus. */
export interface MatArray {
  readonly shape: readonly number[];
  readonly data: Float32Array | Float64Array | Uint8Array;
}

/** Class of the array and type of its data in a MATLAB 5 file. */
function typesOf(data: MatArray['data']): { arrayClass: number; dataType: number } {
  if (data instanceof Float64Array) return { arrayClass: 6, dataType: mi.double };
  if (data instanceof Float32Array) return { arrayClass: 7, dataType: mi.single };
  return { arrayClass: 9, dataType: mi.uint8 };
}

const padded = (bytes: number): number => Math.ceil(bytes / 8) * 8;

/**
 * The bytes of a MATLAB 5 file (uncompressed, little-endian) with named numeric arrays.
 * Source: MAT-File Format, MathWorks, Level 5: a header of 128 bytes, then one miMATRIX element per variable with
 * array flags, dimensions, name and data in column-major order, each padded to 8 bytes.
 */
export function encodeMat(variables: Readonly<Record<string, MatArray>>): Uint8Array<ArrayBuffer> {
  const elements = Object.entries(variables).map(([name, array]) => matrixElement(name, array));
  const out = new Uint8Array(128 + elements.reduce((sum, element) => sum + element.length, 0)).fill(
    0x20,
    0,
    116,
  );
  out.set(new TextEncoder().encode('MATLAB 5.0 MAT-file, written by Gyrus'));
  const header = new DataView(out.buffer);
  header.setUint16(124, 0x0100, true);
  out.set([0x49, 0x4d], 126);
  let at = 128;
  for (const element of elements) {
    out.set(element, at);
    at += element.length;
  }
  return out;
}

function matrixElement(name: string, { shape, data }: MatArray): Uint8Array {
  const { arrayClass, dataType } = typesOf(data);
  const dims = shape.length < 2 ? [1, ...shape] : shape;
  const nameBytes = new TextEncoder().encode(name);
  const values = columnMajor(dims, data);
  const length =
    16 + 8 + padded(4 * dims.length) + 8 + padded(nameBytes.length) + 8 + padded(values.byteLength);
  const out = new Uint8Array(8 + length);
  const view = new DataView(out.buffer);
  let at = 0;
  const tag = (type: number, bytes: number): void => {
    view.setUint32(at, type, true);
    view.setUint32(at + 4, bytes, true);
    at += 8;
  };
  tag(mi.matrix, length);
  tag(mi.uint32, 8);
  view.setUint32(at, arrayClass, true);
  at += 8;
  tag(mi.int32, 4 * dims.length);
  dims.forEach((size, index) => {
    view.setInt32(at + 4 * index, size, true);
  });
  at += padded(4 * dims.length);
  tag(mi.int8, nameBytes.length);
  out.set(nameBytes, at);
  at += padded(nameBytes.length);
  tag(dataType, values.byteLength);
  out.set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength), at);
  return out;
}

/** Row-major values in column-major order: the last axis varies slowest. */
function columnMajor(shape: readonly number[], data: MatArray['data']): MatArray['data'] {
  const out = data.slice();
  const strides = shape.map((_, axis) => shape.slice(0, axis).reduce((product, size) => product * size, 1));
  const index = new Array<number>(shape.length).fill(0);
  for (let from = 0; from < data.length; from++) {
    let to = 0;
    for (let axis = 0; axis < shape.length; axis++) to += index[axis] * strides[axis];
    out[to] = data[from];
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      index[axis] += 1;
      if (index[axis] < shape[axis]) break;
      index[axis] = 0;
    }
  }
  return out;
}
