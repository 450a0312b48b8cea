import { basename } from 'node:path';
import type { RandomAccess } from '../source.ts';
import { aligned, cString, mi, numericTypes } from './elements.ts';
import { damagedMat } from './errors.ts';
import type { MatFile, MatNumbers, MatSparse, MatText, MatValue, MatVariable } from './types.ts';

const precisions = [mi.double, mi.single, mi.int32, mi.int16, mi.uint16, mi.uint8];

interface V4Header {
  readonly littleEndian: boolean;
  readonly rows: number;
  readonly columns: number;
  readonly complex: boolean;
  readonly nameBytes: number;
  /** 0 full, 1 text, 2 sparse. */
  readonly type: number;
  readonly stored: number;
}

/**
 * Parses the 20 bytes before a version 4 variable; null where they cannot be such a header. The format has no magic:
 * every number must be in its range.
 */
export function parseV4Header(bytes: Uint8Array): V4Header | null {
  if (bytes.length < 20) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (const littleEndian of [true, false]) {
    const mopt = view.getInt32(0, littleEndian);
    if (mopt < 0 || mopt > 4052) continue;
    const [machine, other, precision, type] = [1000, 100, 10, 1].map((unit) => Math.floor(mopt / unit) % 10);
    const [rows, columns, complex, nameBytes] = [4, 8, 12, 16].map((at) => view.getInt32(at, littleEndian));
    const sane = machine <= 1 && other === 0 && precision <= 5 && type <= 2;
    if (!sane || (machine === 0) !== littleEndian) continue;
    if (rows < 0 || columns < 0 || complex < 0 || complex > 1 || nameBytes < 1 || nameBytes > 256) continue;
    return {
      littleEndian,
      rows,
      columns,
      complex: complex === 1,
      nameBytes,
      type,
      stored: precisions[precision],
    };
  }
  return null;
}

/** Whether a file's first bytes are a version 4 variable: a header in range, then a name in letters. */
export function looksMatV4(head: Uint8Array, size: number): boolean {
  const header = parseV4Header(head);
  if (header === null || head.length < 20 + header.nameBytes) return false;
  const name = head.subarray(20, 20 + header.nameBytes);
  return (
    name.indexOf(0) === header.nameBytes - 1 &&
    /^[A-Za-z_]\w*$/.test(cString(name)) &&
    20 + header.nameBytes + dataBytes(header) <= size
  );
}

function dataBytes({ rows, columns, complex, stored }: V4Header): number {
  return rows * columns * numericTypes[stored].width * (complex ? 2 : 1);
}

/** Opens a MATLAB 4 file. @throws UserError `mat.damaged` */
export async function openMatV4(source: RandomAccess): Promise<MatFile> {
  const file = basename(source.path);
  const variables: MatVariable[] = [];
  for (let at = 0; at < source.size; ) {
    const header = parseV4Header(await source.read(at, 20));
    if (header === null) throw damagedMat(file, `no variable begins at byte ${at} where one should`);
    const name = cString(await source.read(at + 20, header.nameBytes));
    const start = at + 20 + header.nameBytes;
    const bytes = dataBytes(header);
    if (start + bytes > source.size) throw damagedMat(file, `the variable ${name} is cut off`);
    variables.push({
      name,
      className: ['double', 'char', 'sparse'][header.type],
      shape: [header.rows, header.columns],
      read: async () => parseV4Values(await source.read(start, bytes), header, file),
    });
    at = start + bytes;
  }
  return { version: 4, description: '', variables, close: () => source.close() };
}

function parseV4Values(bytes: Uint8Array, header: V4Header, file: string): MatValue {
  const { rows, columns, complex, littleEndian, stored, type } = header;
  const { make, width, name } = numericTypes[stored];
  const count = rows * columns;
  const part = (index: number) =>
    new make(
      aligned(bytes.subarray(index * count * width, (index + 1) * count * width), width, !littleEndian),
    );
  const numbers: MatNumbers = {
    kind: 'numbers',
    shape: [rows, columns],
    dtype: name,
    bigEndian: !littleEndian,
    logical: false,
    data: part(0),
    ...(complex ? { imaginary: part(1) } : {}),
  };
  if (type === 1) return asText(numbers);
  return type === 2 ? asSparse(numbers, file) : numbers;
}

function asText({ data, shape: [rows, columns] }: MatNumbers): MatText {
  const texts = Array.from({ length: columns > 0 ? rows : 0 }, (_, row) =>
    Array.from({ length: columns }, (_unused, column) =>
      String.fromCharCode(Number(data[row + column * rows])),
    ).join(''),
  );
  return { kind: 'text', shape: [rows, columns], rows: texts };
}

/** Version 4 keeps a sparse matrix as rows of (row, column, real[, imaginary]), the last one giving its size. */
function asSparse({ data, shape: [entries, parts] }: MatNumbers, file: string): MatSparse {
  if (entries < 1 || parts < 3 || parts > 4) throw damagedMat(file, 'a sparse matrix has the wrong layout');
  const value = (entry: number, part: number): number => Number(data[entry + part * entries]);
  const last = entries - 1;
  const shape = [value(last, 0), value(last, 1)];
  const order = Array.from({ length: last }, (_, entry) => entry).sort(
    (a, b) => value(a, 1) - value(b, 1) || value(a, 0) - value(b, 0),
  );
  const columnStart = new Int32Array(shape[1] + 1);
  for (const entry of order) {
    const column = value(entry, 1);
    if (!(column >= 1 && column <= shape[1]))
      throw damagedMat(file, 'a sparse matrix does not fit its own size');
    columnStart[column] += 1;
  }
  for (let column = 0; column < shape[1]; column++) columnStart[column + 1] += columnStart[column];
  return {
    kind: 'sparse',
    shape,
    rowOf: Int32Array.from(order, (entry) => value(entry, 0) - 1),
    columnStart,
    data: Float64Array.from(order, (entry) => value(entry, 2)),
    ...(parts === 4 ? { imaginary: Float64Array.from(order, (entry) => value(entry, 3)) } : {}),
  };
}
