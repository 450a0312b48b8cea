import { basename } from 'node:path';
import { UserError } from '../../core/errors.ts';
import type { Hdf5Dataset } from '../hdf5/open-hdf5.ts';
import { matVersion, openMat } from '../mat/open-mat.ts';
import type { MatFile, MatValue } from '../mat/types.ts';
import { fileSize, readHead } from '../source.ts';

/** The fields of an EEG structure, however it was saved. */
export interface EegFields {
  /** The value of a field; null where there is none. */
  get(name: string): Promise<MatValue | null>;
  /** The numbers of EEG.data in a 7.3 file, for reading piece by piece; null elsewhere. */
  readonly samples: Hdf5Dataset | null;
  close(): Promise<void>;
}

const essential = ['nbchan', 'srate', 'pnts'];

/** @returns the refusal of a MATLAB file that EEGLAB did not write */
export function notEeglab(path: string): UserError {
  const file = basename(path);
  return new UserError('eeglab.not-eeglab', `${file} is a MATLAB file without an EEG dataset of EEGLAB.`, {
    file,
  });
}

/** Whether the names of a file's variables are those that EEGLAB saves: one EEG struct, or its fields side by side. */
export function looksEeglab(names: readonly string[]): boolean {
  return names.includes('EEG') || essential.every((name) => names.includes(name));
}

/**
 * Opens the EEG structure of a .set file: a struct named EEG, the fields as variables of their own (EEGLAB 2021), or
 * either in a 7.3 file.
 * @param file the same file of version 5, where it is open already; it is closed with the fields
 * @throws UserError `eeglab.not-eeglab`, `eeglab.several-datasets`, and as `openMat`
 */
export async function openEegFields(path: string, file?: MatFile): Promise<EegFields> {
  if (file !== undefined) return fieldsOf(path, file);
  const version = matVersion(await readHead(path, 1024), await fileSize(path));
  return version === '7.3' ? openV73(path) : fieldsOf(path, await openMat(path));
}

async function fieldsOf(path: string, mat: MatFile): Promise<EegFields> {
  try {
    const names = mat.variables.map(({ name }) => name);
    if (names.includes('ALLEEG')) throw several(path);
    if (!looksEeglab(names)) throw notEeglab(path);
    const whole = mat.variables.find(({ name }) => name === 'EEG');
    if (whole === undefined) {
      return {
        get: async (name) => (await mat.variables.find((one) => one.name === name)?.read()) ?? null,
        samples: null,
        close: () => mat.close(),
      };
    }
    let value = await whole.read();
    // Some save the structure inside another of the same name.
    if (value.kind === 'struct') value = value.fields.get('EEG')?.[0] ?? value;
    if (value.kind !== 'struct') throw notEeglab(path);
    const { fields } = value;
    return { get: async (name) => fields.get(name)?.[0] ?? null, samples: null, close: () => mat.close() };
  } catch (thrown) {
    await mat.close();
    throw thrown;
  }
}

async function openV73(path: string): Promise<EegFields> {
  const { openHdf5 } = await import('../hdf5/open-hdf5.ts');
  const { readV73 } = await import('../mat/open-v73.ts');
  const hdf5 = await openHdf5(path);
  try {
    if (hdf5.root.names.includes('ALLEEG')) throw several(path);
    if (!looksEeglab(hdf5.root.names)) throw notEeglab(path);
    const prefix = hdf5.root.names.includes('EEG') ? 'EEG/' : '';
    const data = hdf5.get(`${prefix}data`);
    const isText = data?.attribute('MATLAB_class') === 'char';
    return {
      get: async (name) => {
        const object = hdf5.get(`${prefix}${name}`);
        return object === null ? null : readV73(hdf5, object, basename(path));
      },
      samples: data?.kind === 'dataset' && !isText ? data : null,
      close: () => hdf5.close(),
    };
  } catch (thrown) {
    await hdf5.close();
    throw thrown;
  }
}

function several(path: string): UserError {
  const file = basename(path);
  return new UserError(
    'eeglab.several-datasets',
    `${file} holds several EEGLAB datasets (ALLEEG): save each to a .set file of its own.`,
    { file },
  );
}

/** The one number of a value, or null. */
export function scalarOf(value: MatValue | null | undefined): number | null {
  return value?.kind === 'numbers' && value.data.length > 0 ? Number(value.data[0]) : null;
}

/** The first row of a text, or null. */
export function textOf(value: MatValue | null | undefined): string | null {
  return value?.kind === 'text' ? (value.rows[0] ?? '') : null;
}

/** The elements of a struct array, or of a cell array of structs, as records; empty for anything else. */
export function recordsOf(value: MatValue | null): Record<string, MatValue | undefined>[] {
  if (value?.kind === 'cell') return value.cells.flatMap((cell) => recordsOf(cell));
  if (value?.kind !== 'struct') return [];
  const count = value.shape.reduce((product, size) => product * size, 1);
  return Array.from({ length: count }, (_, index) =>
    Object.fromEntries([...value.fields].map(([name, values]) => [name, values[index]])),
  );
}
