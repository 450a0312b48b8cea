import { readNpy } from '../npy/npy.ts';

/** What `gyrus inspect` says of a .npy file. */
export async function inspectNpy(path: string, stats: boolean): Promise<Record<string, unknown>> {
  const { shape, data } = await readNpy(path);
  const name = data.constructor.name.replace(/^Big|Array$/g, '').toLowerCase();
  if (!stats) return { format: 'npy', shape, dtype: name };
  let sum = 0;
  let min = Infinity;
  let max = -Infinity;
  let nonFinite = 0;
  for (const item of data) {
    const value = Number(item);
    if (!Number.isFinite(value)) {
      nonFinite += 1;
      continue;
    }
    sum += value;
    min = Math.min(min, value);
    max = Math.max(max, value);
  }
  return { format: 'npy', shape, dtype: name, data: { shape, sum, min, max, n_nonfinite: nonFinite } };
}
