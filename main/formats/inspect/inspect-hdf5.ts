import { mincFile } from '../foreign.ts';
import { isPlain } from '../hdf5/blocks.ts';
import { type Hdf5Dataset, openHdf5 } from '../hdf5/open-hdf5.ts';
import { readHead } from '../source.ts';
import { ValueTotals } from '../value-totals.ts';

/** Datasets described at most; MATLAB files can hold tens of thousands of small ones. */
const LIMIT = 2000;
/** Values shown of a dataset. */
const SHOWN = 3;

/** Number types that the HDF5 library in WebAssembly has no JavaScript array for. */
const unread = new Set(['float128']);

/**
 * What `gyrus inspect` says of an HDF5 file: its datasets in the order of their names, numbers summed.
 * @throws UserError `file.foreign-volume` for MINC 2, and as `openHdf5`
 */
export async function inspectHdf5(path: string, stats: boolean): Promise<Record<string, unknown>> {
  const head = await readHead(path, 16);
  const file = await openHdf5(path);
  try {
    if (file.root.names.includes('minc-2.0')) throw mincFile(path);
    const datasets: Record<string, unknown> = {};
    let total = 0;
    for (const name of file.paths) {
      const object = file.get(name);
      if (object?.kind !== 'dataset') continue;
      total += 1;
      if (total <= LIMIT) datasets[name] = await describe(object, stats);
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
    await file.close();
  }
}

async function describe(dataset: Hdf5Dataset, stats: boolean): Promise<Record<string, unknown>> {
  const { shape, dtype, chunks, compression } = dataset;
  const facts = { shape, dtype, chunks, compression };
  if (!stats || shape === null || unread.has(dtype)) return facts;
  if (dtype === 'object') {
    const ragged = dataset.readRagged();
    if (ragged !== null) return { ...facts, first: firstRagged(ragged, shape.length === 0) };
    const values = await dataset.read();
    return typeof values[0] === 'string' ? { ...facts, first: values.slice(0, 3) } : facts;
  }
  return /int|float|^>/.test(dtype) && !dtype.startsWith('(') && !dtype.startsWith('[')
    ? { ...facts, ...(await summed(dataset, shape)) }
    : facts;
}

/** The first rows of different lengths as NumPy prints them; of a single row, its first values. */
function firstRagged(rows: readonly (readonly number[])[], single: boolean): string[] {
  if (single) return rows[0].slice(0, 3).map(String);
  const shown = (value: number): string => (Number.isInteger(value) ? `${value}.` : String(value));
  return rows.slice(0, 3).map((row) => `[${row.map(shown).join(' ')}]`);
}

async function summed(dataset: Hdf5Dataset, shape: readonly number[]): Promise<Record<string, unknown>> {
  if (shape.length === 0 || !isPlain(dataset.dtype)) return summedWhole(dataset);
  const totals = new ValueTotals();
  const wanted = Array.from({ length: SHOWN }, (_, n) => n);
  const first = new Map<number, number>();
  const count = shape.reduce((product, size) => product * size, 1);
  for await (const part of dataset.blocks()) {
    if ('times' in part) {
      const fill = Number(part.fill[0]);
      totals.addTimes(fill, part.times);
      for (const place of wanted) if (place < count && !first.has(place)) first.set(place, fill);
      continue;
    }
    const { start, extents, values } = part;
    totals.add(values);
    for (const place of wanted) {
      const at = placeInBox(place, shape, start, extents);
      if (at !== null) first.set(place, Number(values[at]));
    }
  }
  return { sum: totals.sum, first: wanted.flatMap((place) => first.get(place) ?? []) };
}

/** Where a value, counted row-major through the whole, stands in a box; null where it is in another. */
function placeInBox(
  place: number,
  shape: readonly number[],
  start: readonly number[],
  extents: readonly number[],
): number | null {
  let [rest, at, step] = [place, 0, 1];
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    const inside = (rest % shape[axis]) - start[axis];
    if (inside < 0 || inside >= extents[axis]) return null;
    at += inside * step;
    step *= extents[axis];
    rest = Math.floor(rest / shape[axis]);
  }
  return rest === 0 ? at : null;
}

/** Single values, and types that are not read in boxes. */
async function summedWhole(dataset: Hdf5Dataset): Promise<Record<string, unknown>> {
  const values = await dataset.read();
  const numbers = ArrayBuffer.isView(values)
    ? Float64Array.from(values as ArrayLike<number | bigint>, Number)
    : new Float64Array(0);
  const totals = new ValueTotals();
  totals.add(numbers);
  return { sum: totals.sum, first: [...numbers.subarray(0, SHOWN)] };
}
