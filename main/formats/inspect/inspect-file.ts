import { stat } from 'node:fs/promises';
import { isSlpFolder } from '../pressure/slp.ts';
import { type FileKind, sniffFile } from '../sniff.ts';
import { unknownKind } from '../unknown-kind.ts';

type Inspector = (path: string, stats: boolean) => Promise<Record<string, unknown>>;

/** Readers are loaded when a file needs them: all of them together would take more memory than most files do. */
const inspectors: Partial<Record<FileKind, () => Promise<Inspector>>> = {
  gifti: async () => (await import('./inspect-surfaces.ts')).inspectGifti,
  mgh: async () => (await import('./inspect-mgh.ts')).inspectMgh,
  'freesurfer-surface': async () => (await import('./inspect-surfaces.ts')).inspectFreeSurferSurface,
  'freesurfer-curvature': async () => (await import('./inspect-surfaces.ts')).inspectFreeSurferCurvature,
  'freesurfer-annotation': async () => (await import('./inspect-surfaces.ts')).inspectFreeSurferAnnotation,
  'freesurfer-label': async () => (await import('./inspect-surfaces.ts')).inspectFreeSurferLabel,
  nifti: async () => (await import('./inspect-nifti.ts')).inspectNifti,
  textgrid: async () => (await import('./inspect-textgrid.ts')).inspectTextGrid,
  npy: async () => (await import('./inspect-npy.ts')).inspectNpy,
  npz: async () => (await import('./inspect-npz.ts')).inspectNpz,
  dicom: async () => (await import('./inspect-dicom.ts')).inspectDicom,
  mat: async () => (await import('./inspect-eeglab.ts')).inspectMatlab,
  fif: async () => (await import('./inspect-fif.ts')).inspectFif,
  edf: async () => (await import('./inspect-meeg.ts')).inspectEdf,
  xdf: async () => (await import('./inspect-meeg.ts')).inspectXdf,
  ctf: async () => (await import('./inspect-meeg.ts')).inspectCtf,
  kit: async () => (await import('./inspect-meeg.ts')).inspectKit,
  brainvision: async () => (await import('./inspect-meeg.ts')).inspectBrainVision,
  'event-text': async () => (await import('./inspect-event-text.ts')).inspectEventText,
  digitised: async () => (await import('./inspect-digitised.ts')).inspectDigitised,
  hdf5: async () => (await import('./inspect-eeglab.ts')).inspectMatlabHdf5,
  pressure: async () => (await import('./inspect-pressure.ts')).inspectPressure,
  eyetracking: async () => (await import('./inspect-eyetracking.ts')).inspectEyetracking,
  workbook: async () => (await import('./inspect-table.ts')).inspectWorkbook,
  table: async () => (await import('./inspect-table.ts')).inspectDelimited,
  tsv: async () => (await import('./inspect-table.ts')).inspectTsv,
};

/**
 * Says what a file is and holds, as JSON, without storing anything; `stats` reads all values too.
 * @throws UserError for every file that must be refused, `file.unknown-kind` among them
 */
export async function inspectFile(path: string, stats: boolean): Promise<Record<string, unknown>> {
  if ((await stat(path).catch(() => null))?.isDirectory() && (await isSlpFolder(path))) {
    return (await load('pressure', path))(path, stats);
  }
  return (await load(await sniffFile(path), path))(path, stats);
}

async function load(kind: FileKind, path: string): Promise<Inspector> {
  const loader = inspectors[kind];
  if (loader === undefined) throw unknownKind(path);
  return loader();
}
