import { existsSync, readdirSync } from 'node:fs';
import { basename, dirname, extname } from 'node:path';
import { UserError } from '../core/errors.ts';
import { foreignFile } from './foreign.ts';

/** Files that belong to another one, by their endings, and the endings of the one that is opened. */
const parts: Readonly<Record<string, readonly string[]>> = {
  '.eeg': ['.vhdr', '.ahdr'],
  '.vmrk': ['.vhdr'],
  '.amrk': ['.ahdr'],
  '.fdt': ['.set'],
  '.bvec': ['.nii', '.nii.gz'],
  '.bval': ['.nii', '.nii.gz'],
};

/**
 * @returns the refusal of a file of no known kind, with what to open or to do instead: `file.part` for files that belong to
 * another, `file.sidecar` for JSON that describes others, `file.picture`, those of `foreignFile`, else
 * `file.unknown-kind`
 */
export function unknownKind(path: string): UserError {
  const file = basename(path);
  const ending = extname(file).toLowerCase();
  const folder = dirname(path);
  const whole = /\.ds$/i.test(folder) ? basename(folder) : wholeOf(path, ending);
  if (whole !== null) {
    return new UserError('file.part', `${file} is a part of ${whole}: open that instead.`, { file, whole });
  }
  const foreign = foreignFile(path);
  if (foreign !== null) return foreign;
  if (ending === '.json') {
    return new UserError(
      'file.sidecar',
      `${file} only describes other files: open the recording or folder that it belongs to.`,
      { file },
    );
  }
  if (/^\.(png|jpe?g|gif|bmp|svg|webp)$/.test(ending)) {
    return new UserError(
      'file.picture',
      `${file} is a picture, not data: export the values themselves, for instance as CSV.`,
      {
        file,
      },
    );
  }
  return new UserError(
    'file.unknown-kind',
    `${file} is in no format that Gyrus reads: export it from the program that made it, for instance as NIfTI, FIF, EDF, MATLAB or CSV.`,
    { file },
  );
}

/**
 * Whether a text file is part of another, or of a known other format, though its columns make it look like a table.
 */
export function isNoTable(path: string): boolean {
  return wholeOf(path, extname(path).toLowerCase()) !== null || foreignFile(path) !== null;
}

/** The file that a part belongs to: the one that is there, else the usual one of its kind. */
function wholeOf(path: string, ending: string): string | null {
  const names = parts[ending]?.map((other) => path.slice(0, -ending.length) + other);
  const found = names?.find((name) => existsSync(name)) ?? names?.[0];
  return found === undefined ? sibling(path) : basename(found);
}

/**
 * Of files whose endings others use too, the file beside them that they belong to: digitised points and the KIT
 * recording of their name, or the only one there; the values of a GIFTI file that are kept outside it.
 */
function sibling(path: string): string | null {
  const points = /^(.*?)([-_](elp|hsp)\.txt|\.(elp|hsp))$/i.exec(basename(path))?.[1];
  const values = /^(.*)\.dat$/i.exec(basename(path))?.[1];
  const folder = dirname(path);
  if ((points ?? values) === undefined || !existsSync(folder)) return null;
  const wanted = points === undefined ? /\.gii(\.gz)?$/i : /\.(sqd|con)$/i;
  const beside = readdirSync(folder).filter((name) => wanted.test(name));
  const named = beside.find((name) => name.replace(wanted, '') === (points ?? values));
  return named ?? (points !== undefined && beside.length === 1 ? beside[0] : null);
}
