import type { NiftiImage } from '../../formats/nifti/types.ts';

/** How many volumes from the start are looked at for pictures, masks and dead voxels. */
export const LOOKED_AT = 20;

/** What the first volumes of a run show of every voxel of its grid. */
export interface FirstVolumes {
  readonly count: number;
  /** Mean over the finite values of those volumes; 0 where there are none. */
  readonly mean: Float32Array;
  /** 1 where a value is NaN or infinite in any of them. */
  readonly nonFinite: Uint8Array;
  /** 1 where all of them hold the same value (never set for a single volume). */
  readonly constant: Uint8Array;
}

/** Streams the first volumes (at most 20) of an image; a gzip file is unpacked no further. */
export async function readFirstVolumes(image: NiftiImage, signal?: AbortSignal): Promise<FirstVolumes> {
  const voxels = image.grid[0] * image.grid[1] * image.grid[2];
  const mean = new Float32Array(voxels);
  const first = new Float32Array(voxels);
  const finite = new Uint8Array(voxels);
  const nonFinite = new Uint8Array(voxels);
  const constant = new Uint8Array(voxels).fill(1);
  let count = 0;
  for await (const { data } of image.volumes({
    count: LOOKED_AT,
    reuse: true,
    ...(signal ? { signal } : {}),
  })) {
    if (count === 0) first.set(data);
    for (let voxel = 0; voxel < voxels; voxel++) {
      const value = data[voxel];
      if (value !== first[voxel]) constant[voxel] = 0;
      // value − value is 0 for finite values only.
      if (value - value === 0) {
        mean[voxel] += value;
        finite[voxel] += 1;
      } else nonFinite[voxel] = 1;
    }
    count += 1;
  }
  for (let voxel = 0; voxel < voxels; voxel++) {
    if (finite[voxel] > 0) mean[voxel] /= finite[voxel];
    if (nonFinite[voxel] === 1) constant[voxel] = 0;
  }
  if (count < 2) constant.fill(0);
  return { count, mean, nonFinite, constant };
}
