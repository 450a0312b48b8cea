import { closeSync, existsSync, openSync, readSync, statSync } from 'node:fs';
import { basename } from 'node:path';
import { constants, gunzipSync } from 'node:zlib';
import { UserError } from '../core/errors.ts';

/** What files of another format are, and the program that makes ones of them that are read here. */
interface Foreign {
  readonly kind: 'volume' | 'surface' | 'streamlines' | 'transform' | 'packed' | 'colours';
  readonly format: string;
  readonly program: string;
  /** What the first bytes as Latin-1 begin with or fit, or null where only the name tells. */
  readonly begins: string | RegExp | null;
  /** How the name goes, or null where only the first bytes tell. Where both are there, both must fit. */
  readonly named: RegExp | null;
}

const HEAD = 4096;

const formats: readonly Foreign[] = (
  [
    ['volume', 'MINC', 'mnc2nii', /^CDF|^.HDF/, /\.mnc(\.gz)?$/i],
    ['volume', 'Philips PAR/REC', 'dcm2niix', '# === DATA DESCRIPTION FILE', null],
    ['volume', 'Philips PAR/REC', 'dcm2niix', null, /\.(rec|xml\.rec)$/i],
    ['volume', 'NRRD', '3D Slicer', /^NRRD\d/, null],
    ['volume', 'NRRD', '3D Slicer', null, /\.(nrrd|nhdr)$/i],
    ['volume', 'MetaImage', '3D Slicer', /^(\s*\w+ = .*\n)*?\s*ObjectType = Image/, null],
    ['volume', 'MRtrix', 'mrconvert', 'mrtrix image', null],
    ['volume', 'ECAT', 'mri_convert', 'MATRIX7', null],
    ['volume', 'Bruker ParaVision', 'brkraw', null, /^(2dseq|fid|rawdata\.job\d+)$/],
    ['volume', 'BrainVoyager', 'BrainVoyager', null, /\.(vmr|v16|vtc|fmr|stc|vmp|msk|dmr)$/i],
    [
      'volume',
      'VTK',
      '3D Slicer',
      /^# vtk DataFile[^\n]*\n[^\n]*\n[^\n]*\n\s*DATASET STRUCTURED_POINTS/,
      null,
    ],
    ['volume', 'VTK', '3D Slicer', /<VTKFile type="ImageData"/, null],
    ['surface', 'VTK', 'wb_command', /^# vtk DataFile|<VTKFile /, null],
    ['surface', 'BrainVoyager', 'BrainVoyager', null, /\.(srf|mtc)$/i],
    ['surface', 'STL', 'mris_convert', null, /\.stl$/i],
    ['surface', 'PLY', 'mris_convert', /^ply\r?\n/, null],
    ['surface', 'OFF', 'mris_convert', /^OFF\s/, null],
    ['surface', 'MNI or Wavefront OBJ', 'mris_convert', null, /\.obj(\.gz)?$/i],
    ['surface', 'MZ3', 'Surfice', 'MZ', /\.mz3$/i],
    ['surface', 'AFNI NIML', 'ConvertDset', '<AFNI_dataset', null],
    ['surface', 'FreeSurfer ASCII', 'mris_convert', '#!ascii version of', null],
    ['surface', 'FreeSurfer patch', 'mris_convert', '\xff\xff\xff\xff', /patch|flat/i],
    ['surface', 'FreeSurfer paint', 'mri_surf2surf', '\0\0', /\.w$/i],
    ['streamlines', 'TrackVis', '', 'TRACK\0', null],
    ['streamlines', 'MRtrix', '', 'mrtrix tracks', null],
    ['streamlines', 'TRX', '', null, /\.trx$/i],
    ['transform', 'FreeSurfer', '', /^type\s+= \d|^MNI Transform File/, null],
    [
      'transform',
      'FreeSurfer',
      '',
      /^[^\n]+\n[\d.e+-]+\r?\n[\d.e+-]+\r?\n[\d.e+-]+\r?\n([-\d.e+]+ *){4}\r?\n/,
      /\.dat$/i,
    ],
    ['transform', 'FreeSurfer', '', null, /\.m3z$/i],
    ['transform', 'ITK', '', '#Insight Transform File', null],
    [
      'colours',
      'FreeSurfer',
      '',
      /^(?:#.*\r?\n|[ \t]*\r?\n)*[ \t]*\d+[ \t]+\S+(?:[ \t]+\d+){4}[ \t]*\r?$/m,
      /\.(ctab|lut)$|colou?rlut/i,
    ],
    ['packed', 'bzip2', '', 'BZh', null],
    ['packed', 'Zstandard', '', '\x28\xb5\x2f\xfd', null],
    ['packed', 'xz', '', '\xfd7zXZ', null],
    ['packed', '7-Zip', '', '7z\xbc\xaf', null],
    ['packed', 'RAR', '', 'Rar!', null],
    ['packed', 'ZIP', '', 'PK\x03\x04', null],
    ['packed', 'tar', '', /^[\s\S]{257}ustar/, null],
  ] as const
).map(([kind, format, program, begins, named]) => ({ kind, format, program, begins, named }));

/**
 * The refusal of a file in a format of the field that is not read, by its name: `file.foreign-volume`,
 * `file.foreign-surface`, `file.streamlines`, `file.transform`, `file.packed`, `file.colours`.
 * @returns null where it is none of those that are known
 */
export function foreignFile(path: string): UserError | null {
  const file = basename(path);
  const head = headOf(path);
  const found = formats.find(
    ({ begins, named }) => (named === null || named.test(file)) && (begins === null || fits(head, begins)),
  );
  if (found === undefined) return null;
  const { format, program } = found;
  switch (found.kind) {
    case 'volume':
      return foreignVolume(file, format, program);
    case 'surface':
      return new UserError(
        'file.foreign-surface',
        `${file} is in the ${format} format, which Gyrus does not read: convert it to GIFTI, for instance with ${program}.`,
        { file, format, program },
      );
    case 'streamlines':
      return new UserError(
        'file.streamlines',
        `${file} holds streamlines of white matter (${format}), which Gyrus does not use: give images, surfaces or recordings.`,
        { file, format },
      );
    case 'transform':
      return new UserError(
        'file.transform',
        `${file} is a transform between spaces (${format}), not data: apply it with the program that made it, and import the result.`,
        { file, format },
      );
    case 'colours':
      return new UserError(
        'file.colours',
        `${file} is a table of names and colours of regions, not data: open the image or annotation that it belongs to.`,
        { file },
      );
    case 'packed':
      return new UserError(
        'file.packed',
        `${file} is packed with ${format}, which Gyrus does not unpack: unpack it first.`,
        { file, format },
      );
  }
}

/** The refusal of a MINC 2 image, which is HDF5 and tells so by its root group `minc-2.0`, whatever its name. */
export function mincFile(path: string): UserError {
  return foreignVolume(basename(path), 'MINC', 'mnc2nii');
}

function foreignVolume(file: string, format: string, program: string): UserError {
  return new UserError(
    'file.foreign-volume',
    `${file} is in the ${format} format, which Gyrus does not read: convert it to NIfTI, for instance with ${program}.`,
    { file, format, program },
  );
}

function fits(head: string, begins: string | RegExp): boolean {
  return typeof begins === 'string' ? head.startsWith(begins) : begins.test(head);
}

/** The first bytes as Latin-1, unpacked where they are gzip; empty where there is no file to read. */
function headOf(path: string): string {
  if (!existsSync(path) || !statSync(path).isFile()) return '';
  const bytes = Buffer.alloc(HEAD);
  const handle = openSync(path, 'r');
  let head: Buffer;
  try {
    head = bytes.subarray(0, readSync(handle, bytes, 0, HEAD, 0));
  } finally {
    closeSync(handle);
  }
  if (head[0] !== 0x1f || head[1] !== 0x8b) return head.toString('latin1');
  try {
    return gunzipSync(head, { finishFlush: constants.Z_SYNC_FLUSH }).toString('latin1');
  } catch {
    return '';
  }
}
