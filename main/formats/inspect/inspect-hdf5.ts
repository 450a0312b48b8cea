import { type Hdf5Dataset, openHdf5 } from '../hdf5/open-hdf5.ts';
import { readHead } from '../source.ts';

/** Datasets described at most; MATLAB files can hold tens of thousands of small ones. */
const LIMIT = 2000;
/** Values summed at a time. */
const BLOCK = 1 << 20;

/** Number types that the HDF5 library in WebAssembly has no JavaScript array for. */
const unread = new Set(['float16', '>f2', 'float128']);

/** What `gyrus inspect` says of an HDF5 file: its datasets in the order of their names, numbers summed. */
export async function inspectHdf5(path: string, stats: boolean): Promise<Record<string, unknown>> {
  const head = await readHead(path, 16);
  const file = await openHdf5(path);
  try {
    const datasets: Record<string, unknown> = {};
    let total = 0;
    for (const name of file.paths) {
      const object = file.get(name);
      if (object?.kind !== 'dataset') continue;
      total += 1;
      if (total <= LIMIT) datasets[name] = describe(object, stats);
    }
    return {
      format: 'hdf5',
      userblock_matlab: Buffer.from(head).toString('latin1').startsWith('MATLAB 7.3'),
      root_attrs: Object.fromEntries(
        file.root.attributeNames.map((name) => [name, file.root.attributeText(name)]),
      ),
      n_datasets: total,
      datasets,
    };
  } finally {
    file.close();
  }
}

function describe(dataset: Hdf5Dataset, stats: boolean): Record<string, unknown> {
  const { shape, dtype, chunks, compression } = dataset;
  const facts = { shape, dtype, chunks, compression };
  if (!stats || shape === null || unread.has(dtype)) return facts;
  if (dtype === 'object') {
    const ragged = dataset.readRagged();
    if (ragged !== null) return { ...facts, first: firstRagged(ragged, shape.length === 0) };
    const values = dataset.read();
    return typeof values[0] === 'string' ? { ...facts, first: values.slice(0, 3) } : facts;
  }
  return /int|float|^>/.test(dtype) && !dtype.startsWith('(') && !dtype.startsWith('[')
    ? { ...facts, ...summed(dataset, shape) }
    : facts;
}

/** The first rows of different lengths as NumPy prints them; of a single row, its first values. */
function firstRagged(rows: readonly (readonly number[])[], single: boolean): string[] {
  if (single) return rows[0].slice(0, 3).map(String);
  const shown = (value: number): string => (Number.isInteger(value) ? `${value}.` : String(value));
  return rows.slice(0, 3).map((row) => `[${row.map(shown).join(' ')}]`);
}

function summed(dataset: Hdf5Dataset, shape: readonly number[]): Record<string, unknown> {
  const rowSize = shape.slice(1).reduce((product, size) => product * size, 1);
  const rows = shape[0] ?? 0;
  const step = Math.max(1, Math.floor(BLOCK / Math.max(1, rowSize)));
  const first: number[] = [];
  let sum = 0;
  const add = (values: ArrayLike<unknown>): void => {
    for (let index = 0; index < values.length; index++) {
      const value = Number(values[index]);
      if (first.length < 3) first.push(value);
      if (Number.isFinite(value)) sum += value;
    }
  };
  if (shape.length === 0) add(dataset.read());
  else for (let at = 0; at < rows; at += step) add(dataset.rows(at, Math.min(rows, at + step)));
  return { sum, first };
}
