import { existsSync } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { ImportKindName, Recognised } from '../contract/recognised.ts';
import { UserError } from '../core/errors.ts';
import { guessMapping } from '../formats/eyetracking/gaze-mapping.ts';
import { foreignFile } from '../formats/foreign.ts';
import { readGifti } from '../formats/gifti/gifti.ts';
import { openRecording } from '../formats/open-recording.ts';
import { openFootscan } from '../formats/pressure/footscan.ts';
import { pressureFormat } from '../formats/pressure/open-pressure.ts';
import { isSlpFolder } from '../formats/pressure/slp.ts';
import { type FileKind, sniffFile } from '../formats/sniff.ts';
import { readHead } from '../formats/source.ts';
import { readDelimited } from '../formats/table/delimited.ts';
import { unknownKind } from '../formats/unknown-kind.ts';
import { readWordAreas } from './eyetracking/word-areas.ts';
import { bearsName } from './meeg/places-beside.ts';
import { guessRatingsColumns } from './ratings/guess-columns.ts';
import { readRatingsTable } from './ratings/read-table.ts';

/** Files of a folder that are looked into at most. */
const MOST_FILES = 1000;
/** Up to so many files are given one by one; of more, their folder. */
const MOST_PATHS = 40;
const SHOWN_NAMES = 4;

/** Files that belong to another one, and tell nothing by themselves. */
const COMPANION =
  /\.(fdt|vmrk|amrk|eeg|dat|img(\.gz)?|bvec|bval|mrk|elp|hsp|hpts|sfp|elc|pos|aoi|json|textgrid|md|png|jpe?g|html|bidsignore)$|^(README|CHANGES|LICENSE)|_(events|channels|electrodes|coordsystem|scans|sessions|participants|confounds_timeseries|confounds_regressors)\.tsv$|^(participants|phenotype|subject_info)\.(tsv|csv)$/i;

const byKind: Partial<Record<FileKind, ImportKindName>> = {
  nifti: 'fmri',
  mgh: 'fmri',
  dicom: 'fmri',
  fif: 'meeg',
  edf: 'meeg',
  xdf: 'meeg',
  ctf: 'meeg',
  kit: 'meeg',
  brainvision: 'meeg',
  pressure: 'pressure',
  npy: 'pressure',
  npz: 'pressure',
  eyetracking: 'eyetracking',
};

/**
 * Tells by content which import dropped files and folders belong to. Folders are searched; files that only accompany
 * others are passed over in them. Nothing is stored, and a bad file never hides the others.
 */
export async function recognise(paths: readonly string[]): Promise<Recognised> {
  const found = new Map<ImportKindName, { path: string; given: string }[]>();
  const others: Recognised['others'] = [];
  const companions: string[] = [];
  for (const path of paths) {
    try {
      const kinds = await kindsOf(path);
      for (const one of kinds)
        found.set(one.kind, [...(found.get(one.kind) ?? []), { path: one.path, given: path }]);
      if (kinds.length === 0) others.push({ path, reason: nothingIn(path).toInfo() });
    } catch (thrown) {
      if (!(thrown instanceof UserError)) throw thrown;
      if (COMPANION.test(basename(path))) companions.push(path);
      else others.push({ path, reason: thrown.toInfo() });
    }
  }
  // Digitised points go with the recording whose name they bear; others are chosen inside its import.
  const recordings = found.get('meeg') ?? [];
  const digitised = (path: string) => /\.(elp|hsp|hpts|sfp|elc)$/i.test(path);
  const taken = (path: string) => recordings.some((one) => bearsName(one.path, path));
  for (const path of companions)
    if (found.size === 0 || (digitised(path) && !taken(path)))
      others.push({ path, reason: alone(path).toInfo() });
  const kinds = [...found].map(([kind, files]) => ({
    kind,
    paths: [
      ...new Set(files.map(({ path, given }) => (files.length > MOST_PATHS ? given : path))),
      // Word times and confounds go with the images that were dropped beside them.
      ...(kind === 'fmri' ? companions.filter((path) => /\.(tsv|textgrid|json)$/i.test(path)) : []),
    ],
    files: files.length,
    names: files.slice(0, SHOWN_NAMES).map(({ path }) => basename(path)),
  }));
  return { kinds: kinds.sort((a, b) => b.files - a.files), others };
}

interface Found {
  readonly kind: ImportKindName;
  readonly path: string;
}

async function kindsOf(path: string): Promise<Found[]> {
  const info = await stat(path).catch(() => null);
  if (info === null) {
    throw new UserError('file.not-found', `${path} was not found: check the path.`, { file: path, path });
  }
  if (!info.isDirectory()) return [{ kind: await kindOfFile(path), path }];
  if (/\.ds$/i.test(path)) return [{ kind: 'meeg', path }];
  if (await isSlpFolder(path)) return [{ kind: 'pressure', path }];
  if (await isModel(path)) return [{ kind: 'model', path }];
  if (isDataset(path)) return [{ kind: 'bids', path }];
  return kindsOfFolder(path);
}

async function kindsOfFolder(folder: string): Promise<Found[]> {
  const found: Found[] = [];
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  let looked = 0;
  const inside: string[] = [];
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = join(entry.parentPath, entry.name);
    if (inside.some((parent) => path.startsWith(parent)) || /[\\/]\./.test(path.slice(folder.length)))
      continue;
    if (entry.isDirectory()) {
      const whole: ImportKindName | null = /\.ds$/i.test(entry.name)
        ? 'meeg'
        : (await isSlpFolder(path))
          ? 'pressure'
          : (await isModel(path))
            ? 'model'
            : isDataset(path)
              ? 'bids'
              : null;
      if (whole === null) continue;
      inside.push(path);
      for (let at = found.length - 1; at >= 0; at--) if (found[at].path.startsWith(path)) found.splice(at, 1);
      found.push({ kind: whole, path });
      continue;
    }
    if (!entry.isFile() || COMPANION.test(entry.name) || looked >= MOST_FILES) continue;
    looked += 1;
    const kind = await kindOfFile(path).catch((thrown: unknown) => {
      if (!(thrown instanceof UserError)) throw thrown;
      return null;
    });
    if (kind !== null) found.push({ kind, path });
  }
  return found;
}

/** @throws UserError `file.unknown-kind` and as `sniffFile` */
async function kindOfFile(path: string): Promise<ImportKindName> {
  if (/\.(tsv|aoi|vmrk|amrk)$/i.test(path) && COMPANION.test(basename(path))) throw alone(path);
  const head = await readHead(path, 16);
  const mark = Buffer.from(head).toString('latin1');
  if (mark.startsWith('GGUF') || /\.(onnx|safetensors)$/i.test(path)) return 'model';
  const kind = await sniffFile(path);
  const direct = byKind[kind];
  if (direct !== undefined) return direct;
  switch (kind) {
    case 'mat':
    case 'hdf5':
      if (await opens(() => openRecording(path).then((recording) => recording.close()))) return 'meeg';
      if (await opens(() => readRatingsTable(path, null))) return ratings(path);
      throw (
        foreignFile(path) ??
        new UserError(
          'recognise.container',
          `${basename(path)} is a MATLAB or HDF5 file without an EEGLAB recording, and without words beside a matrix of ratings.`,
          { file: basename(path) },
        )
      );
    case 'workbook':
      if (mark.startsWith('\xd0\xcf\x11\xe0') && (await opens(() => openFootscan(path)))) return 'pressure';
      return ratings(path);
    case 'table':
    case 'tsv': {
      const table = await readDelimited(path);
      if ((await pressureFormat(path)) !== null) return 'pressure';
      const gaze = guessMapping(table);
      if (await opens(() => readWordAreas(path))) throw alone(path);
      if (gaze !== null && (gaze.format !== 'gaze-table' || gaze.eyes.length > 0)) return 'eyetracking';
      return ratings(path);
    }
    case 'textgrid':
    case 'event-text':
    case 'digitised':
      throw alone(path);
    case 'gifti':
      if (await isMesh(path)) throw surfaceFile(path);
      return 'fmri';
    case 'freesurfer-surface':
    case 'freesurfer-curvature':
    case 'freesurfer-annotation':
    case 'freesurfer-label':
      throw surfaceFile(path);
    default:
      throw unknownKind(path);
  }
}

async function ratings(path: string): Promise<ImportKindName> {
  if (guessRatingsColumns(await readRatingsTable(path, null)) !== null) return 'ratings';
  const file = basename(path);
  throw new UserError(
    'recognise.table',
    `${file} is a table, but not of gaze, pressure or ratings as far as its columns tell: open the import that you mean and name its columns there.`,
    { file },
  );
}

async function opens(open: () => Promise<unknown>): Promise<boolean> {
  try {
    await open();
    return true;
  } catch (thrown) {
    if (thrown instanceof UserError) return false;
    throw thrown;
  }
}

/** A BIDS dataset is imported as a whole. */
function isDataset(folder: string): boolean {
  return existsSync(join(folder, 'dataset_description.json'));
}

/** Whether a GIFTI file holds points or triangles. */
async function isMesh(path: string): Promise<boolean> {
  return (await readGifti(path)).arrays.some(({ intent }) => /POINTSET|TRIANGLE/.test(intent));
}

function surfaceFile(path: string): UserError {
  const file = basename(path);
  return new UserError(
    'recognise.surface',
    `${file} is a surface file, not a recording: add surfaces with “gyrus import surface”.`,
    { file },
  );
}

/** A folder with config.json and weights, as Hugging Face has them. */
async function isModel(folder: string): Promise<boolean> {
  if (!existsSync(join(folder, 'config.json'))) return false;
  return (await readdir(folder)).some((name) => /\.(safetensors|onnx|bin|gguf)(\.index\.json)?$/.test(name));
}

function alone(path: string): UserError {
  const file = basename(path);
  return new UserError(
    'recognise.companion',
    `${file} goes with another file: drop both together, or choose it inside the import of that file.`,
    { file },
  );
}

function nothingIn(path: string): UserError {
  const file = basename(path);
  return new UserError('recognise.nothing', `${file} holds nothing that Gyrus can import.`, { file });
}
