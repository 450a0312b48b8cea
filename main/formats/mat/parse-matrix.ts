import { type Elements, Elements as ElementsOf, mi } from './elements.ts';
import { damagedMat } from './errors.ts';
import { textRows } from './text-rows.ts';
import type { MatNumbers, MatSparse, MatStruct, MatValue } from './types.ts';

/** Class numbers of arrays (MAT-File Format, table 1-3). */
const classNames: Readonly<Record<number, string>> = {
  1: 'cell',
  2: 'struct',
  3: 'object',
  4: 'char',
  5: 'sparse',
  6: 'double',
  7: 'single',
  8: 'int8',
  9: 'uint8',
  10: 'int16',
  11: 'uint16',
  12: 'int32',
  13: 'uint32',
  14: 'int64',
  15: 'uint64',
  16: 'function_handle',
  17: 'opaque',
};

const MAX_DEPTH = 64;

/** What stands before the values of an array. */
export interface MatrixHeader {
  readonly className: string;
  readonly shape: readonly number[];
  readonly name: string;
  readonly complex: boolean;
  readonly logical: boolean;
}

/**
 * Reads the flags, dimensions and name at the head of an array's element.
 * @throws UserError `mat.damaged`
 */
export function parseMatrixHeader(elements: Elements): MatrixHeader {
  const flags = elements.integers('array flags');
  const className = classNames[flags[0] & 0xff];
  if (flags.length !== 2 || className === undefined) {
    throw damagedMat(elements.file, `an array has the unknown class ${flags[0] & 0xff}`);
  }
  const bits = { complex: (flags[0] & 0x800) !== 0, logical: (flags[0] & 0x200) !== 0 };
  if (className === 'opaque') {
    return { className, shape: [1], name: elements.name('the name of a variable'), ...bits };
  }
  const shape = [...elements.integers('dimensions')];
  if (shape.length < 2 || shape.length > 32 || shape.some((size) => size < 0)) {
    throw damagedMat(elements.file, `an array has the dimensions ${shape.join(' × ') || 'none'}`);
  }
  return { className, shape, name: elements.name('the name of a variable'), ...bits };
}

/**
 * Reads the values that follow an array's header.
 * @throws UserError `mat.damaged`
 */
export function parseMatrixBody(elements: Elements, header: MatrixHeader, depth = 0): MatValue {
  if (depth > MAX_DEPTH) throw damagedMat(elements.file, `values are nested over ${MAX_DEPTH} deep`);
  const { className, shape } = header;
  const count = product(shape);
  switch (className) {
    case 'cell':
      return { kind: 'cell', shape, cells: several(elements, count, depth) };
    case 'struct':
      return parseStruct(elements, shape, depth);
    case 'object': {
      const objectClass = elements.name('a class name');
      return { ...parseStruct(elements, shape, depth), className: objectClass };
    }
    case 'function_handle':
      return nested(elements, depth);
    case 'opaque': {
      const names = [header.name, elements.name('an object name'), elements.name('a class name')];
      return { kind: 'opaque', names, value: nested(elements, depth) };
    }
    case 'char':
      return { kind: 'text', shape, rows: textRows(elements.next(), shape, elements) };
    case 'sparse':
      return parseSparse(elements, header);
    default:
      return parseNumbers(elements, header, count);
  }
}

function parseNumbers(elements: Elements, header: MatrixHeader, count: number): MatNumbers {
  const real = elements.numbers();
  const imaginary = header.complex ? elements.numbers() : undefined;
  for (const part of [real, imaginary]) {
    if (part !== undefined && part.data.length !== count) {
      throw damagedMat(
        elements.file,
        `an array of ${header.shape.join(' × ')} holds ${part.data.length} numbers`,
      );
    }
  }
  return {
    kind: 'numbers',
    shape: header.shape,
    dtype: real.dtype,
    bigEndian: !elements.littleEndian,
    logical: header.logical,
    data: real.data,
    ...(imaginary ? { imaginary: imaginary.data } : {}),
  };
}

function parseSparse(elements: Elements, { shape, complex }: MatrixHeader): MatSparse {
  const rowOf = elements.integers('rows of a sparse matrix');
  const columnStart = elements.integers('columns of a sparse matrix');
  const used = columnStart.at(-1) ?? 0;
  const real = elements.numbers(used).data;
  const imaginary = complex ? elements.numbers(used).data : undefined;
  if (columnStart.length !== shape[1] + 1 || used < 0 || used > rowOf.length || used > real.length) {
    throw damagedMat(elements.file, 'a sparse matrix does not fit its own size');
  }
  // MATLAB reserves room: what counts ends at the last column's start.
  return {
    kind: 'sparse',
    shape,
    rowOf: rowOf.subarray(0, used),
    columnStart,
    data: real.subarray(0, used),
    ...(imaginary ? { imaginary: imaginary.subarray(0, used) } : {}),
  };
}

function parseStruct(elements: Elements, shape: readonly number[], depth: number): MatStruct {
  const [width] = elements.integers('field name lengths');
  const { bytes } = elements.next();
  if (!(width > 0) || bytes.length % width !== 0) {
    throw damagedMat(elements.file, `field names of ${width} bytes lie in ${bytes.length} bytes`);
  }
  const fields = new Map<string, MatValue[]>();
  const names: string[] = [];
  for (let at = 0; at < bytes.length; at += width) {
    const slice = bytes.subarray(at, at + width);
    const end = slice.indexOf(0);
    const name = Buffer.from(end < 0 ? slice : slice.subarray(0, end)).toString('latin1');
    // Some writers repeat names; SciPy's marks keep every field.
    const earlier = names.filter((one) => one === name).length;
    names.push(name);
    fields.set(earlier === 0 ? name : `_${earlier}_${name}`, []);
  }
  const count = product(shape);
  if (fields.size > 0 && count * fields.size * 8 > elements.bytes.length) {
    throw damagedMat(elements.file, `a struct of ${shape.join(' × ')} does not fit`);
  }
  for (let element = 0; element < (fields.size > 0 ? count : 0); element++) {
    for (const values of fields.values()) values.push(nested(elements, depth));
  }
  return { kind: 'struct', shape, fields };
}

function several(elements: Elements, count: number, depth: number): MatValue[] {
  if (count * 8 > elements.bytes.length)
    throw damagedMat(elements.file, `a cell array of ${count} does not fit`);
  return Array.from({ length: count }, () => nested(elements, depth));
}

/** The value of an unnamed array inside another; an element of no bytes is an empty matrix. */
function nested(elements: Elements, depth: number): MatValue {
  const { type, bytes } = elements.next();
  if (type !== mi.matrix)
    throw damagedMat(elements.file, `an element of type ${type} stands where an array should`);
  if (bytes.length === 0) {
    return {
      kind: 'numbers',
      shape: [1, 0],
      dtype: 'float64',
      bigEndian: false,
      logical: false,
      data: new Float64Array(0),
    };
  }
  const inner = new ElementsOf(bytes, elements.littleEndian, elements.file);
  return parseMatrixBody(inner, parseMatrixHeader(inner), depth + 1);
}

function product(shape: readonly number[]): number {
  return shape.reduce((total, size) => total * size, 1);
}
