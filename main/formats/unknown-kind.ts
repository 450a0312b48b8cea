import { existsSync } from 'node:fs';
import { basename, dirname, extname } from 'node:path';
import { UserError } from '../core/errors.ts';

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
 * another, `file.sidecar` for JSON that describes others, `file.picture`, else `file.unknown-kind`
 */
export function unknownKind(path: string): UserError {
  const file = basename(path);
  const ending = extname(file).toLowerCase();
  const folder = dirname(path);
  const whole = /\.ds$/i.test(folder) ? basename(folder) : wholeOf(path, ending);
  if (whole !== null) {
    return new UserError('file.part', `${file} is one part of a recording: open ${whole} instead.`, {
      file,
      whole,
    });
  }
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

/** The file that a part belongs to: the one that is there, else the usual one. */
function wholeOf(path: string, ending: string): string | null {
  const names = parts[ending]?.map((other) => path.slice(0, -ending.length) + other);
  const found = names?.find((name) => existsSync(name)) ?? names?.[0];
  return found === undefined ? null : basename(found);
}
