import { basename } from 'node:path';
import { UserError } from '../../core/errors.ts';
import { readWhole } from '../source.ts';
import { damaged, magic, magicOf } from './surface.ts';

export interface FreeSurferCurvature {
  /** One value a vertex: curvature, thickness (mm), sulcal depth, area (mm²) - the file does not say which. */
  readonly values: Float32Array;
  readonly triangleCount: number;
}

/**
 * Reads per-vertex values (lh.curv, lh.thickness, lh.sulc, lh.area): the new format, and the old one of 16-bit
 * hundredths.
 * @throws UserError `file.*`, `freesurfer.not-curvature`, `freesurfer.damaged`
 */
export async function readFreeSurferCurvature(path: string): Promise<FreeSurferCurvature> {
  return parseFreeSurferCurvature(await readWhole(path), basename(path));
}

/** As `readFreeSurferCurvature`, from bytes. */
export function parseFreeSurferCurvature(bytes: Uint8Array, file: string): FreeSurferCurvature {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (magicOf(bytes) !== magic.quad) return oldCurvature(bytes, view, file);
  if (bytes.length < 15) throw damaged(file);
  const [vertexCount, triangleCount, perVertex] = [view.getInt32(3), view.getInt32(7), view.getInt32(11)];
  if (vertexCount < 0 || perVertex !== 1 || bytes.length < 15 + 4 * vertexCount) throw damaged(file);
  const values = new Float32Array(new Uint8Array(bytes.subarray(15, 15 + 4 * vertexCount)).buffer);
  Buffer.from(values.buffer).swap32();
  return { values, triangleCount };
}

function oldCurvature(bytes: Uint8Array, view: DataView, file: string): FreeSurferCurvature {
  const count = magicOf(bytes);
  if (bytes.length < 6 || bytes.length !== 6 + 2 * count) {
    throw new UserError('freesurfer.not-curvature', `${file} does not hold one value a vertex.`, { file });
  }
  const values = Float32Array.from({ length: count }, (_, n) => view.getInt16(6 + 2 * n) / 100);
  return { values, triangleCount: (bytes[3] << 16) | (bytes[4] << 8) | bytes[5] };
}
