import { readNpz } from '../npy/npz.ts';
import { arrayStatistics } from './array-statistics.ts';

/** What `gyrus inspect` says of a NumPy archive: every array's shape and type, with `stats` its sums. */
export async function inspectNpz(path: string, stats: boolean): Promise<Record<string, unknown>> {
  const arrays = [...(await readNpz(path))].map(([name, { shape, data }]) => {
    const dtype = data.constructor.name.replace(/^Big|Array$/g, '').toLowerCase();
    const numbers = stats
      ? { data: arrayStatistics(Float64Array.from(data as ArrayLike<number | bigint>, Number)) }
      : {};
    return [name, { shape, dtype, ...numbers }] as const;
  });
  return { format: 'npz', arrays: Object.fromEntries(arrays) };
}
