import { basename } from 'node:path';
import { UserError } from '../../core/errors.ts';
import { readFreeSurferCurvature } from '../freesurfer/curvature.ts';
import { readFreeSurferSurface } from '../freesurfer/surface.ts';
import { readGifti } from '../gifti/gifti.ts';
import { sniffFile } from '../sniff.ts';

/** A surface's geometry, one value per vertex, or both, from whatever format. */
export interface SurfaceFile {
  readonly path: string;
  /** vertex × 3 in the file's RAS millimetres; FreeSurfer's c_ras is added where the file keeps it. */
  readonly positions: Float32Array | null;
  /** triangle × 3. */
  readonly indices: Uint32Array | null;
  /** One number a vertex: curvature, thickness, ... */
  readonly values: Float32Array | null;
}

/**
 * Reads a GIFTI or FreeSurfer surface or per-vertex file, told by content.
 * @throws UserError as the readers do; `surface.not-surface` where it is another kind of file
 */
export async function readSurfaceFile(path: string): Promise<SurfaceFile> {
  const kind = await sniffFile(path);
  if (kind === 'freesurfer-surface') {
    const { coordinates, triangles, centre } = await readFreeSurferSurface(path);
    if (centre) for (let n = 0; n < coordinates.length; n++) coordinates[n] += centre[n % 3];
    return { path, positions: coordinates, indices: Uint32Array.from(triangles), values: null };
  }
  if (kind === 'freesurfer-curvature') {
    return { path, positions: null, indices: null, values: (await readFreeSurferCurvature(path)).values };
  }
  if (kind === 'gifti') return giftiSurface(path);
  const file = basename(path);
  throw new UserError(
    'surface.not-surface',
    `${file} is neither a GIFTI nor a FreeSurfer surface: give files such as lh.pial, lh.curv or .surf.gii.`,
    { file },
  );
}

async function giftiSurface(path: string): Promise<SurfaceFile> {
  const file = basename(path);
  const { arrays } = await readGifti(path);
  const points = arrays.find(({ intent }) => intent === 'NIFTI_INTENT_POINTSET');
  const faces = arrays.find(({ intent }) => intent === 'NIFTI_INTENT_TRIANGLE');
  const map = arrays.find(({ intent }) => !/POINTSET|TRIANGLE|LABEL/.test(intent));
  if ((points === undefined) !== (faces === undefined)) {
    throw new UserError(
      'surface.no-triangles',
      `${file} has ${points ? 'points without triangles' : 'triangles without points'}.`,
      { file },
    );
  }
  const vertices = (points?.values.length ?? 0) / 3;
  if (faces?.values.some((vertex) => vertex < 0 || vertex >= vertices)) {
    throw new UserError(
      'surface.bad-triangles',
      `${file} has triangles of vertices that it does not hold: get the file again.`,
      { file },
    );
  }
  return {
    path,
    positions: points ? Float32Array.from(points.values) : null,
    indices: faces ? Uint32Array.from(faces.values) : null,
    values: map && !points ? Float32Array.from(map.values) : null,
  };
}
