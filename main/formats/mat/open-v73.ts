import { basename } from 'node:path';
import { type Hdf5Dataset, type Hdf5File, type Hdf5Group, openHdf5 } from '../hdf5/open-hdf5.ts';
import { damagedMat } from './errors.ts';
import type { MatFile, MatNumbers, MatStruct, MatValue } from './types.ts';

const MAX_DEPTH = 64;

/**
 * Opens a MATLAB 7.3 file: HDF5, in which arrays have their dimensions reversed, cells and struct arrays are
 * references into `#refs#`, texts are 16-bit codes, and the attribute MATLAB_class says what is meant.
 * @throws UserError as `openHdf5`; `mat.damaged` from `read()`
 */
export async function openMatV73(path: string): Promise<MatFile> {
  const hdf5 = await openHdf5(path);
  const reader = new Reader(hdf5, basename(path));
  const variables = hdf5.root.names
    .filter((name) => !name.startsWith('#'))
    .flatMap((name) => {
      const object = hdf5.get(name);
      if (object === null) return [];
      const className = String(object.attribute('MATLAB_class') ?? 'double');
      return [{ name, className, shape: shapeOf(object), read: () => reader.read(object) }];
    });
  return { version: '7.3', description: '', variables, close: () => hdf5.close() };
}

/** The value of one object of an open 7.3 file. @throws UserError `mat.damaged` */
export function readV73(hdf5: Hdf5File, object: Hdf5Dataset | Hdf5Group, file: string): Promise<MatValue> {
  return new Reader(hdf5, file).read(object);
}

function shapeOf(object: Hdf5Dataset | Hdf5Group): number[] {
  return object.kind === 'dataset' ? [...(object.shape ?? [])].reverse() : [1, 1];
}

class Reader {
  private readonly hdf5: Hdf5File;
  private readonly file: string;

  constructor(hdf5: Hdf5File, file: string) {
    this.hdf5 = hdf5;
    this.file = file;
  }

  async read(object: Hdf5Dataset | Hdf5Group, depth = 0): Promise<MatValue> {
    if (depth > MAX_DEPTH) throw damagedMat(this.file, `values are nested over ${MAX_DEPTH} deep`);
    return object.kind === 'group' ? this.group(object, depth) : this.dataset(object, depth);
  }

  private async group(group: Hdf5Group, depth: number): Promise<MatValue> {
    const rows = group.attribute('MATLAB_sparse');
    if (rows !== undefined) return this.sparse(group, Number(rows));
    const members = group.names.flatMap((name) => {
      const object = this.hdf5.get(`${group.path}/${name}`.replace(/^\//, ''));
      return object === null ? [] : [{ name, object }];
    });
    // Fields of a struct array are datasets of references, of a single struct the values themselves.
    const [{ object: first } = { object: null }] = members;
    const isArray =
      first?.kind === 'dataset' && first.dtype === 'object' && first.attribute('MATLAB_class') === undefined;
    const fields = new Map<string, readonly MatValue[]>();
    for (const { name, object } of members) {
      fields.set(
        name,
        isArray && object.kind === 'dataset'
          ? await this.follow(object, depth)
          : [await this.read(object, depth + 1)],
      );
    }
    return { kind: 'struct', shape: isArray ? shapeOf(first) : [1, 1], fields };
  }

  private async dataset(dataset: Hdf5Dataset, depth: number): Promise<MatValue> {
    const className = dataset.attribute('MATLAB_class');
    const shape = shapeOf(dataset);
    if (dataset.attribute('MATLAB_empty') !== undefined) return this.empty(dataset, String(className));
    if (className === 'cell') return { kind: 'cell', shape, cells: await this.follow(dataset, depth) };
    const numbers = await this.numbers(dataset, className === 'logical');
    return className === 'char' ? asText(numbers) : numbers;
  }

  /** An empty array stores its dimensions where its values would be. */
  private async empty(dataset: Hdf5Dataset, className: string): Promise<MatValue> {
    const shape = Array.from((await this.numbers(dataset, false)).data, Number);
    if (className === 'char') return { kind: 'text', shape, rows: [] };
    if (className === 'cell') return { kind: 'cell', shape, cells: [] };
    if (className === 'struct') return emptyStruct(dataset, shape);
    return {
      kind: 'numbers',
      shape,
      dtype: 'float64',
      bigEndian: false,
      logical: className === 'logical',
      data: new Float64Array(0),
    };
  }

  private async follow(dataset: Hdf5Dataset, depth: number): Promise<MatValue[]> {
    const references = await dataset.read();
    if (ArrayBuffer.isView(references)) throw damagedMat(this.file, `${dataset.path} holds no references`);
    const values: MatValue[] = [];
    for (const reference of references) {
      const target = typeof reference === 'object' ? this.hdf5.follow(reference) : null;
      if (target === null) throw damagedMat(this.file, `${dataset.path} points to nothing`);
      values.push(await this.read(target, depth + 1));
    }
    return values;
  }

  private async sparse(group: Hdf5Group, rows: number): Promise<MatValue> {
    const part = (name: string): Hdf5Dataset | null => {
      const object = this.hdf5.get(`${group.path}/${name}`.replace(/^\//, ''));
      return object?.kind === 'dataset' ? object : null;
    };
    const columns = part('jc');
    if (columns === null) throw damagedMat(this.file, `the sparse matrix ${group.path} has no columns`);
    const columnStart = Int32Array.from((await this.numbers(columns, false)).data, Number);
    const [rowOf, data] = [part('ir'), part('data')];
    return {
      kind: 'sparse',
      shape: [rows, columnStart.length - 1],
      rowOf:
        rowOf === null ? new Int32Array(0) : Int32Array.from((await this.numbers(rowOf, false)).data, Number),
      columnStart,
      data: data === null ? new Float64Array(0) : (await this.numbers(data, false)).data,
    };
  }

  private async numbers(dataset: Hdf5Dataset, logical: boolean): Promise<MatNumbers> {
    const data = await dataset.read();
    if (!ArrayBuffer.isView(data)) throw damagedMat(this.file, `${dataset.path} holds no numbers`);
    return {
      kind: 'numbers',
      shape: shapeOf(dataset),
      dtype: dataset.dtype,
      bigEndian: false,
      logical,
      data,
    };
  }
}

function emptyStruct(dataset: Hdf5Dataset, shape: number[]): MatStruct {
  const names = dataset.attribute('MATLAB_fields');
  const fields = Array.isArray(names) ? names.map((name) => String(name)) : [];
  return { kind: 'struct', shape, fields: new Map(fields.map((name) => [name, []])) };
}

function asText({ data, shape }: MatNumbers): MatValue {
  const [rows, columns] = shape;
  const texts = Array.from({ length: rows }, (_, row) =>
    Array.from({ length: columns }, (_unused, column) =>
      String.fromCharCode(Number(data[row + column * rows])),
    ).join(''),
  );
  return { kind: 'text', shape, rows: texts };
}
