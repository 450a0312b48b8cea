import { stat } from 'node:fs/promises';
import { pressureFormat } from '../pressure/open-pressure.ts';
import { type FileKind, sniffFile } from '../sniff.ts';
import { unknownKind } from '../unknown-kind.ts';
import { inspectDicom } from './inspect-dicom.ts';
import { inspectMatlab, inspectMatlabHdf5 } from './inspect-eeglab.ts';
import { inspectEventText } from './inspect-event-text.ts';
import { inspectEyetracking } from './inspect-eyetracking.ts';
import { inspectFif } from './inspect-fif.ts';
import { inspectBrainVision, inspectCtf, inspectEdf, inspectKit, inspectXdf } from './inspect-meeg.ts';
import { inspectMgh } from './inspect-mgh.ts';
import { inspectNifti } from './inspect-nifti.ts';
import { inspectNpy } from './inspect-npy.ts';
import { inspectNpz } from './inspect-npz.ts';
import { inspectPressure } from './inspect-pressure.ts';
import {
  inspectFreeSurferAnnotation,
  inspectFreeSurferCurvature,
  inspectFreeSurferLabel,
  inspectFreeSurferSurface,
  inspectGifti,
} from './inspect-surfaces.ts';
import { inspectDelimited, inspectTsv, inspectWorkbook } from './inspect-table.ts';
import { inspectTextGrid } from './inspect-textgrid.ts';

type Inspector = (path: string, stats: boolean) => Promise<Record<string, unknown>>;

const inspectors: Partial<Record<FileKind, Inspector>> = {
  gifti: inspectGifti,
  mgh: inspectMgh,
  'freesurfer-surface': inspectFreeSurferSurface,
  'freesurfer-curvature': inspectFreeSurferCurvature,
  'freesurfer-annotation': inspectFreeSurferAnnotation,
  'freesurfer-label': inspectFreeSurferLabel,
  nifti: inspectNifti,
  textgrid: inspectTextGrid,
  npy: inspectNpy,
  npz: inspectNpz,
  dicom: inspectDicom,
  mat: inspectMatlab,
  fif: inspectFif,
  edf: inspectEdf,
  xdf: inspectXdf,
  ctf: inspectCtf,
  kit: inspectKit,
  brainvision: inspectBrainVision,
  'event-text': inspectEventText,
  hdf5: inspectMatlabHdf5,
  pressure: inspectPressure,
  eyetracking: inspectEyetracking,
  workbook: inspectWorkbook,
  table: inspectDelimited,
  tsv: inspectTsv,
};

/**
 * Says what a file is and holds, as JSON, without storing anything; `stats` reads all values too.
 * @throws UserError for every file that must be refused, `file.unknown-kind` among them
 */
export async function inspectFile(path: string, stats: boolean): Promise<Record<string, unknown>> {
  if ((await stat(path).catch(() => null))?.isDirectory() && (await pressureFormat(path)) !== null) {
    return inspectPressure(path, stats);
  }
  const inspect = inspectors[await sniffFile(path)];
  if (inspect === undefined) throw unknownKind(path);
  return inspect(path, stats);
}
