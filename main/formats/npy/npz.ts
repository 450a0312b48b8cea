import { basename } from 'node:path';
import { openZip } from '../zip/zip.ts';
import { type NpyArray, parseNpy } from './npy.ts';

/**
 * Reads a NumPy archive (a ZIP of .npy files, deflated or stored) into its arrays by name. Members that are no .npy
 * files are left out; pickled ones are refused.
 * @throws UserError `zip.*`, and as `parseNpy`
 */
export async function readNpz(path: string): Promise<Map<string, NpyArray>> {
  const file = basename(path);
  const arrays = new Map<string, NpyArray>();
  const zip = await openZip(path);
  try {
    for (const [name, member] of zip.members) {
      if (/\.npy$/i.test(name))
        arrays.set(name.replace(/\.npy$/i, ''), parseNpy(await member.bytes(), `${name} in ${file}`));
    }
    return arrays;
  } finally {
    await zip.close();
  }
}
