import { regionFinder } from '../../analysis/anatomy/landmark-regions.ts';
import type { VolumeSpace } from '../../contract/recordings.ts';

/** A named set of a subject's voxels, by their place on the voxel axis. */
export interface VoxelRegion {
  readonly region: string;
  readonly voxels: Int32Array;
}

/** Name of the set of all voxels; it comes first in every table. */
export const WHOLE_MASK = 'all voxels';

/** Regions with fewer voxels than this say nothing and are left out. */
const LEAST_VOXELS = 8;

/**
 * All voxels, then the landmark regions that hold enough of them; only all voxels where the space is unknown. On
 * surfaces, the file's own parts: hemispheres and structures, or parcels.
 */
export function voxelRegions(space: VolumeSpace, voxelIndex: Uint32Array): VoxelRegion[] {
  const whole = { region: WHOLE_MASK, voxels: Int32Array.from(voxelIndex, (_, voxel) => voxel) };
  if (space.surface !== undefined) {
    const parts = space.surface.parts.map(({ name, start, count }) => ({
      region: name,
      voxels: whole.voxels.filter((voxel) => voxelIndex[voxel] >= start && voxelIndex[voxel] < start + count),
    }));
    return [whole, ...parts.filter(({ voxels }) => voxels.length > 0)];
  }
  const find = regionFinder(space.name);
  if (find === null) return [whole];
  const members = new Map<string, number[]>();
  const [ni, nj] = space.shape;
  voxelIndex.forEach((at, voxel) => {
    const ijk = [at % ni, Math.floor(at / ni) % nj, Math.floor(at / (ni * nj))];
    const [x, y, z] = space.affine.map((row) => row[0] * ijk[0] + row[1] * ijk[1] + row[2] * ijk[2] + row[3]);
    const { name } = find(x, y, z);
    const list = members.get(name);
    if (list === undefined) members.set(name, [voxel]);
    else list.push(voxel);
  });
  const named = [...members]
    .filter(([, voxels]) => voxels.length >= LEAST_VOXELS)
    .map(([region, voxels]) => ({ region, voxels: Int32Array.from(voxels) }))
    .sort((a, b) => (a.region < b.region ? -1 : 1));
  return [whole, ...named];
}
