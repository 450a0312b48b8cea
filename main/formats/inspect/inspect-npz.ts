import { basename } from 'node:path';
import { readZip } from '../zip/zip.ts';
import { describeNpyBytes } from './inspect-npy.ts';

/** What `gyrus inspect` says of a NumPy archive: every array's shape and type, with `stats` its sums. */
export async function inspectNpz(path: string, stats: boolean): Promise<Record<string, unknown>> {
  const file = basename(path);
  const arrays: Record<string, unknown> = {};
  for (const [name, bytes] of await readZip(path)) {
    if (!/\.npy$/i.test(name)) continue;
    arrays[name.replace(/\.npy$/i, '')] = describeNpyBytes(bytes(), `${name} in ${file}`, stats);
  }
  return { format: 'npz', arrays };
}
