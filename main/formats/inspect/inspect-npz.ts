import { basename } from 'node:path';
import { openNpyStream } from '../npy/npy-stream.ts';
import { openZip } from '../zip/zip.ts';
import { describeNpyStream } from './inspect-npy.ts';

/** What `gyrus inspect` says of a NumPy archive: every array's shape and type, with `stats` its sums. */
export async function inspectNpz(path: string, stats: boolean): Promise<Record<string, unknown>> {
  const file = basename(path);
  const zip = await openZip(path);
  try {
    const arrays: Record<string, unknown> = {};
    for (const [name, member] of zip.members) {
      if (!/\.npy$/i.test(name)) continue;
      const pieces = member.pieces();
      try {
        const array = await openNpyStream(pieces, `${name} in ${file}`);
        arrays[name.replace(/\.npy$/i, '')] = await describeNpyStream(array, stats);
        // The checksum stands for the whole member.
        if (stats) for await (const _ of pieces);
      } finally {
        await pieces.return(undefined);
      }
    }
    return { format: 'npz', arrays };
  } finally {
    await zip.close();
  }
}
