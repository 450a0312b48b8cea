import { basename } from 'node:path';
import type { Notice } from '../../contract/errors.ts';
import type { MaskChoice } from '../../contract/importing.ts';
import { UserError } from '../../core/errors.ts';
import type { NiftiImage } from '../../formats/nifti/types.ts';
import { automaticMask } from './automatic-mask.ts';
import type { FirstVolumes } from './first-volumes.ts';
import { openImage } from './open-image.ts';

/** 1 for every voxel of the grid that one run offers, before dead voxels are taken out. */
export interface RunMask {
  readonly mask: Uint8Array;
  readonly notices: Notice[];
}

/**
 * One run's mask by the user's choice.
 * @param maskPath the run's own mask file, used by the choice "found"
 * @throws UserError `mask.shape`, `mask.empty`, `mask.automatic-empty`, and as `openImage` does for the mask file
 */
export async function runMask(
  image: NiftiImage,
  first: FirstVolumes,
  choice: MaskChoice,
  maskPath: string | null,
): Promise<RunMask> {
  if (choice.kind === 'all') return { mask: new Uint8Array(first.mean.length).fill(1), notices: [] };
  const path = choice.kind === 'file' ? choice.path : choice.kind === 'found' ? maskPath : null;
  if (path !== null) return fileMask(image, path);
  // What a file on a surface leaves out, such as the medial wall, is constant and goes with the dead voxels.
  if (image.surface !== undefined) return { mask: new Uint8Array(first.mean.length).fill(1), notices: [] };
  return { mask: automaticMask(first.mean, image.grid, basename(image.path)), notices: [] };
}

async function fileMask(image: NiftiImage, path: string): Promise<RunMask> {
  const file = basename(path);
  const given = await openImage(path);
  if (given.grid.some((size, axis) => size !== image.grid[axis])) {
    const params = {
      file,
      maskShape: given.grid.join('×'),
      image: basename(image.path),
      imageShape: image.grid.join('×'),
    };
    throw new UserError(
      'mask.shape',
      `The mask ${file} is ${params.maskShape} voxels, but ${params.image} is ${params.imageShape}: give a mask on the same grid.`,
      params,
    );
  }
  const notices: Notice[] = [];
  if (affineDistance(image, given) > 0.5 * Math.min(...image.voxelSize)) {
    notices.push({
      level: 'warning',
      code: 'mask.affine',
      message: `The mask ${file} has the same grid as ${basename(image.path)} but lies elsewhere in space: check that it belongs to it.`,
      params: { file, image: basename(image.path) },
    });
  }
  for await (const { data } of given.volumes({ count: 1 })) {
    const mask = new Uint8Array(data.length);
    for (let voxel = 0; voxel < data.length; voxel++) if (data[voxel] > 0) mask[voxel] = 1;
    if (mask.includes(1)) return { mask, notices };
  }
  throw new UserError('mask.empty', `The mask ${file} keeps no voxel: every value in it is 0.`, { file });
}

/** Largest distance in mm between where the two grids put their corners. */
function affineDistance(a: NiftiImage, b: NiftiImage): number {
  let largest = 0;
  for (const corner of [0, 1, 2, 3, 4, 5, 6, 7]) {
    const at = [0, 1, 2].map((axis) => ((corner >> axis) & 1 ? a.grid[axis] - 1 : 0));
    const difference = [0, 1, 2].map((row) => {
      const place = (affine: number[][]): number =>
        affine[row][0] * at[0] + affine[row][1] * at[1] + affine[row][2] * at[2] + affine[row][3];
      return place(a.affine) - place(b.affine);
    });
    largest = Math.max(largest, Math.hypot(...difference));
  }
  return largest;
}
