import { basename } from 'node:path';
import { UserError } from '../../core/errors.ts';
import { looksHdf5 } from '../hdf5/signature.ts';
import { fileSize, openFile, readHead } from '../source.ts';
import { looksMatV4, openMatV4 } from './open-v4.ts';
import { byteOrderOfV5, openMatV5 } from './open-v5.ts';
import type { MatFile } from './types.ts';

/** Which MATLAB file these first 1024 bytes begin ('7.3' is HDF5 behind a text), or null. */
export function matVersion(head: Uint8Array, size: number): 4 | 5 | '7.3' | null {
  if (looksHdf5(head) && Buffer.from(head.subarray(0, 10)).toString('latin1') === 'MATLAB 7.3') return '7.3';
  if (byteOrderOfV5(head) !== null) return 5;
  return looksMatV4(head, size) ? 4 : null;
}

/**
 * Opens a .mat file of any version from 4 to 7.3. The caller closes it.
 * @throws UserError `mat.not-mat`, `mat.damaged`, and as `openFile` and `openHdf5`
 */
export async function openMat(path: string): Promise<MatFile> {
  const head = await readHead(path, 1024);
  const version = matVersion(head, await fileSize(path));
  // The HDF5 library takes memory as soon as it is loaded.
  if (version === '7.3') return (await import('./open-v73.ts')).openMatV73(path);
  const source = await openFile(path);
  try {
    if (version === 5) return await openMatV5(source);
    if (version === 4) return await openMatV4(source);
    const file = basename(path);
    throw new UserError('mat.not-mat', `${file} is not a MATLAB file of version 4 to 7.3.`, { file });
  } catch (thrown) {
    await source.close();
    throw thrown;
  }
}
