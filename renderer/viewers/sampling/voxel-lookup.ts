import { type FlatAffine, flatten, invert, transform } from '../maths/affine.ts';
import type { Vec3, VolumeGrid } from '../types.ts';

/** A VolumeGrid made ready for sampling: from any grid cell to the kept voxel there. */
export interface VoxelLookup {
  readonly shape: readonly [number, number, number];
  readonly toMm: FlatAffine;
  readonly toVoxel: FlatAffine;
  /** Per grid cell (i + ni·(j + nj·k)) the position in voxelIndex, −1 where the voxel is outside the mask. */
  readonly positionOf: Int32Array;
  readonly voxelIndex: Uint32Array;
}

/**
 * Builds the lookup once per grid.
 * @throws RangeError where an index lies outside the grid or the affine is singular.
 */
export function buildVoxelLookup(grid: VolumeGrid): VoxelLookup {
  const [ni, nj, nk] = grid.shape;
  const positionOf = new Int32Array(ni * nj * nk).fill(-1);
  for (let position = 0; position < grid.voxelIndex.length; position++) {
    const cell = grid.voxelIndex[position];
    if (cell >= positionOf.length)
      throw new RangeError(`Voxel ${cell} lies outside a grid of ${positionOf.length} cells.`);
    positionOf[cell] = position;
  }
  const toMm = flatten(grid.affine);
  return { shape: grid.shape, toMm, toVoxel: invert(toMm), positionOf, voxelIndex: grid.voxelIndex };
}

/** Centre of a kept voxel in mm. */
export function voxelCentre(lookup: VoxelLookup, voxel: number): Vec3 {
  const [i, j, k] = voxelSubscripts(lookup, voxel);
  return transform(lookup.toMm, i, j, k);
}

/** Subscripts i, j, k (0-based) of a kept voxel. */
export function voxelSubscripts(lookup: VoxelLookup, voxel: number): [number, number, number] {
  const [ni, nj] = lookup.shape;
  const cell = lookup.voxelIndex[voxel];
  return [cell % ni, Math.floor(cell / ni) % nj, Math.floor(cell / (ni * nj))];
}

/** The kept voxel that contains a point, or null outside the mask. */
export function voxelAt(lookup: VoxelLookup, mm: Vec3): number | null {
  const [ni, nj, nk] = lookup.shape;
  const at = transform(lookup.toVoxel, mm[0], mm[1], mm[2]);
  const i = Math.round(at[0]);
  const j = Math.round(at[1]);
  const k = Math.round(at[2]);
  if (i < 0 || j < 0 || k < 0 || i >= ni || j >= nj || k >= nk) return null;
  const position = lookup.positionOf[i + ni * (j + nj * k)];
  return position < 0 ? null : position;
}
