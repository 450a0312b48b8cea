import { stat } from 'node:fs/promises';
import type { Notice } from '../../contract/errors.ts';
import type { Affine } from '../../contract/recordings.ts';
import { openMat } from '../mat/open-mat.ts';
import type { MatFile } from '../mat/types.ts';

/**
 * The orientation that SPM keeps of an Analyze image, in a .mat file of its name: `mat` (SPM2, of each volume: that of the
 * first) or `M` (SPM99, in which x runs to the left). SPM counts voxels from 1 (SPM2, spm_vol_ana.m).
 * @returns null where there is no such file or it holds neither
 * @throws UserError `mat.*` where the file is damaged
 */
export async function spmAffine(
  headerPath: string,
): Promise<{ affine: Affine; source: 'sform'; notices: Notice[] } | null> {
  const path = headerPath.replace(/\.hdr(\.gz)?$/i, '.mat');
  if (path === headerPath || (await stat(path).catch(() => null)) === null) return null;
  const file = await openMat(path);
  try {
    const own = await matrixOf(file, 'mat');
    const old = own ?? (await matrixOf(file, 'M'));
    if (old === null) return null;
    const rows = own ?? [old[0].map((value) => 0 - value), ...old.slice(1)];
    const affine = rows.map(([x, y, z, shift]) => [x, y, z, shift + x + y + z]);
    return { affine: [...affine.slice(0, 3), [0, 0, 0, 1]], source: 'sform', notices: [] };
  } finally {
    await file.close();
  }
}

/** The first 4×4 matrix of a variable, row after row; null where there is none of that name and size. */
async function matrixOf({ variables }: MatFile, name: string): Promise<number[][] | null> {
  const variable = variables.find((one) => one.name === name);
  if (variable === undefined || variable.shape[0] !== 4 || variable.shape[1] !== 4) return null;
  const value = await variable.read();
  if (value.kind !== 'numbers') return null;
  return [0, 1, 2, 3].map((row) => [0, 1, 2, 3].map((column) => Number(value.data[row + 4 * column])));
}
