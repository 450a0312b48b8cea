import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { describeNpy, parseNpy } from '../npy/npy.ts';
import { arrayStatistics } from './array-statistics.ts';

/** What `gyrus inspect` says of a .npy file. */
export async function inspectNpy(path: string, stats: boolean): Promise<Record<string, unknown>> {
  return { format: 'npy', ...describeNpyBytes(await readFile(path), basename(path), stats) };
}

/** Kinds of elements whose values are read: truth values, whole numbers, real numbers of 32 and 64 bits. */
const READ = /^[<>|=]?(b1|[iu][1248]|f[48])$/;

/** Shape and type of a .npy file's bytes, with `stats` its sums; of text, complex and structured arrays no sums. */
export function describeNpyBytes(bytes: Uint8Array, file: string, stats: boolean): Record<string, unknown> {
  const { shape, descriptor } = describeNpy(bytes, file);
  if (!READ.test(descriptor)) return { shape, dtype: descriptor };
  const { data } = parseNpy(bytes, file);
  const dtype = descriptor.endsWith('b1')
    ? 'bool'
    : data.constructor.name.replace(/^Big|Array$/g, '').toLowerCase();
  if (!stats) return { shape, dtype };
  const values = Float64Array.from(data as ArrayLike<number | bigint>, Number);
  return { shape, dtype, data: { shape, ...arrayStatistics(values), first: [...values.subarray(0, 3)] } };
}
