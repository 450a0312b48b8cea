import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { UserError } from '../../core/errors.ts';

/**
 * The two halves of a .hdr/.img pair, whichever was given; each may be gzip by itself. For single files both are
 * the file. `imagePath` is null where a .hdr has no .img beside it (it may still be a single file by content).
 * @throws UserError `nifti.missing-half` where an .img was given and has no .hdr
 */
export async function findPair(path: string): Promise<{ headerPath: string; imagePath: string | null }> {
  const match = /\.(hdr|img)(\.gz)?$/i.exec(path);
  if (match === null) return { headerPath: path, imagePath: path };
  const stem = path.slice(0, match.index);
  const upper = match[1] === match[1].toUpperCase();
  const given = match[1].toLowerCase();
  const wanted = given === 'hdr' ? 'img' : 'hdr';
  const ending = upper ? wanted.toUpperCase() : wanted;
  for (const candidate of [`${stem}.${ending}`, `${stem}.${ending}.gz`]) {
    if (await exists(candidate)) {
      return given === 'hdr'
        ? { headerPath: path, imagePath: candidate }
        : { headerPath: candidate, imagePath: path };
    }
  }
  if (given === 'hdr') return { headerPath: path, imagePath: null };
  const file = basename(path);
  const missing = `${basename(stem)}.${ending}`;
  throw new UserError(
    'nifti.missing-half',
    `${file} is the image half of a pair, but ${missing} (or ${missing}.gz) is not beside it: put both in one folder.`,
    { file, missing },
  );
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
