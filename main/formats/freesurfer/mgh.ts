import { basename } from 'node:path';
import type { Notice } from '../../contract/errors.ts';
import type { Affine } from '../../contract/recordings.ts';
import { UserError } from '../../core/errors.ts';
import { datatypeOf } from '../nifti/datatypes.ts';
import { streamedImage } from '../nifti/streamed-image.ts';
import type { NiftiHeader, NiftiImage } from '../nifti/types.ts';
import { blocksOf, fileSize, streamBytes } from '../source.ts';

/** MGH type code → NIfTI datatype code: uchar, int, float, short, unsigned short. */
const datatypeCodes: Record<number, number> = { 0: 2, 1: 8, 3: 16, 4: 4, 10: 512 };

export const MGH_HEADER = 284;

/** What an MGH file says beyond a volume image. */
export interface MghImage extends NiftiImage {
  readonly typeCode: number;
  /** Whether the file gives its own orientation; without it FreeSurfer's coronal default holds. */
  readonly hasOrientation: boolean;
  readonly delta: readonly [number, number, number];
  /** Voxel index to surface ("tkr") RAS, in which FreeSurfer surfaces lie. */
  readonly surfaceAffine: Affine;
}

/**
 * Opens a FreeSurfer volume (.mgh, .mgz), always big-endian; several frames are volumes. The affine puts c_ras at
 * voxel (ni/2, nj/2, nk/2), not at the middle between first and last (FreeSurfer wiki, MghFormat).
 * @throws UserError `file.*`, `mgh.not-mgh`, `mgh.unknown-type`
 */
export async function openMgh(path: string): Promise<MghImage> {
  const file = basename(path);
  await fileSize(path);
  const head = await firstBlock(path);
  if (!looksMgh(head)) {
    throw new UserError(
      'mgh.not-mgh',
      `${file} is not a FreeSurfer volume: its first bytes do not fit, whatever the name says; get it again.`,
      { file },
    );
  }
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  const [ni, nj, nk, frames, typeCode] = [4, 8, 12, 16, 20].map((at) => view.getInt32(at));
  const code = datatypeCodes[typeCode];
  if (code === undefined) {
    throw new UserError(
      'mgh.unknown-type',
      `${file} stores voxels of MGH type ${typeCode}, which is not a number a voxel: convert it with mri_convert.`,
      { file, type: typeCode },
    );
  }
  const hasOrientation = view.getInt16(28) > 0;
  const floats = (at: number, count: number): number[] =>
    Array.from({ length: count }, (_, n) => view.getFloat32(at + 4 * n));
  const delta = hasOrientation ? floats(30, 3) : [1, 1, 1];
  // Three columns of direction cosines, then the centre; the default is coronal slices.
  const cosines = hasOrientation ? floats(42, 9) : [-1, 0, 0, 0, 0, -1, 0, 1, 0];
  const centre = hasOrientation ? floats(78, 3) : [0, 0, 0];
  const grid = [ni, nj, nk];
  const affine = centredAffine(grid, delta, cosines, centre);
  const notices: Notice[] = hasOrientation
    ? []
    : [
        {
          level: 'warning',
          code: 'mgh.no-orientation',
          message: `${file} gives no orientation; FreeSurfer's default (coronal slices) is used.`,
          params: { file },
        },
      ];
  const image = streamedImage({
    path,
    dataPath: path,
    header: headerOf(grid, frames, code, delta, file),
    offset: MGH_HEADER,
    affine,
    affineSource: 'sform',
    repetitionTime: null,
    notices,
  });
  return {
    ...image,
    typeCode,
    hasOrientation,
    delta: [delta[0], delta[1], delta[2]],
    surfaceAffine: centredAffine(grid, delta, [-1, 0, 0, 0, 0, -1, 0, 1, 0], [0, 0, 0]),
  };
}

/** Whether bytes begin like an MGH volume: version 1, sensible sizes, a known type. */
export function looksMgh(head: Uint8Array): boolean {
  if (head.length < MGH_HEADER) return false;
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  const sizes = [4, 8, 12, 16].map((at) => view.getInt32(at));
  return (
    view.getInt32(0) === 1 &&
    sizes.every((size) => size > 0 && size < 1 << 24) &&
    view.getInt32(20) in { ...datatypeCodes, 2: 0, 5: 0, 6: 0 }
  );
}

/**
 * TR in the file's unit (milliseconds by custom) from the numbers after the voxels; null where the file ends before.
 */
export async function mghRepetitionTime(image: MghImage): Promise<number | null> {
  const voxels = image.grid[0] * image.grid[1] * image.grid[2];
  const start = MGH_HEADER + voxels * image.volumeCount * image.header.datatype.bytes;
  for await (const bytes of blocksOf(streamBytes(image.path, { start, reuse: true }), 4)) {
    return bytes.length === 4 ? new DataView(bytes.buffer, bytes.byteOffset).getFloat32(0) : null;
  }
  return null;
}

function centredAffine(grid: number[], delta: number[], cosines: number[], centre: number[]): Affine {
  const linear = [0, 1, 2].map((row) => [0, 1, 2].map((column) => cosines[3 * column + row] * delta[column]));
  return [
    ...linear.map((row, r) => [
      ...row,
      centre[r] - row.reduce((sum, value, axis) => sum + (value * grid[axis]) / 2, 0),
    ]),
    [0, 0, 0, 1],
  ];
}

function headerOf(grid: number[], frames: number, code: number, delta: number[], file: string): NiftiHeader {
  const shape = frames > 1 ? [...grid, frames] : grid;
  return {
    format: 'mgh',
    pair: false,
    littleEndian: false,
    dim: [shape.length, ...grid, frames, 1, 1, 1],
    shape,
    datatype: datatypeOf(code, file),
    pixdim: [1, ...delta, 0, 0, 0, 0],
    voxOffset: MGH_HEADER,
    slope: 1,
    intercept: 0,
    calMin: 0,
    calMax: 0,
    xyztUnits: 2,
    spaceUnit: 'mm',
    timeUnit: 'unknown',
    intentCode: 0,
    intentName: '',
    description: '',
    qformCode: 0,
    sformCode: 1,
    quaternion: [0, 0, 0, 0, 0, 0],
    srow: [],
    origin: [0, 0, 0],
    magic: '',
    extensions: [],
  };
}

async function firstBlock(path: string): Promise<Uint8Array> {
  for await (const block of blocksOf(streamBytes(path, { most: MGH_HEADER }), MGH_HEADER)) return block;
  return new Uint8Array(0);
}
