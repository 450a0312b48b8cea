import { stat } from 'node:fs/promises';
import { pressureFormat } from '../pressure/open-pressure.ts';
import { type FileKind, sniffFile, unknownKind } from '../sniff.ts';
import { inspectDicom } from './inspect-dicom.ts';
import { inspectEventText } from './inspect-event-text.ts';
import { inspectEyetracking } from './inspect-eyetracking.ts';
import { inspectFif } from './inspect-fif.ts';
import { inspectHdf5 } from './inspect-hdf5.ts';
import { inspectMat } from './inspect-mat.ts';
import { inspectBrainVision, inspectEdf } from './inspect-meeg.ts';
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
  mat: inspectMat,
  fif: inspectFif,
  edf: inspectEdf,
  brainvision: inspectBrainVision,
  'event-text': inspectEventText,
  hdf5: inspectHdf5,
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
