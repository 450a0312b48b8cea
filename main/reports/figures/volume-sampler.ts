import type { Affine } from '../../contract/recordings.ts';

/** Values on the kept voxels of a volume grid. */
export interface VoxelMap {
  readonly shape: readonly [number, number, number];
  /** Voxel index to RAS+ millimetres. */
  readonly affine: Affine;
  /** Linear index i + ni·(j + nj·k) of every kept voxel. */
  readonly voxelIndex: Uint32Array;
  readonly values: Float32Array;
}

/** Inverse of an affine's upper 3 × 4 part. @throws Error where the grid has no volume */
export function invertAffine(a: Affine): Affine {
  const [[a0, a1, a2, tx], [b0, b1, b2, ty], [c0, c1, c2, tz]] = a;
  const cofactors = [
    [b1 * c2 - b2 * c1, a2 * c1 - a1 * c2, a1 * b2 - a2 * b1],
    [b2 * c0 - b0 * c2, a0 * c2 - a2 * c0, a2 * b0 - a0 * b2],
    [b0 * c1 - b1 * c0, a1 * c0 - a0 * c1, a0 * b1 - a1 * b0],
  ];
  const determinant = a0 * cofactors[0][0] + a1 * cofactors[1][0] + a2 * cofactors[2][0];
  if (determinant === 0) throw new Error('the affine cannot be inverted');
  const rows = cofactors.map((row) => row.map((value) => value / determinant));
  return [...rows.map((row) => [...row, -(row[0] * tx + row[1] * ty + row[2] * tz)]), [0, 0, 0, 1]];
}

/**
 * A function from millimetres to the value of the nearest voxel; NaN outside the grid and where no voxel was kept.
 * `reach` looks that many voxels further around when the nearest one was not kept (surface points lie at the rim).
 */
export function sampleVoxels(map: VoxelMap, reach = 0): (x: number, y: number, z: number) => number {
  const [ni, nj, nk] = map.shape;
  const dense = new Float32Array(ni * nj * nk).fill(Number.NaN);
  map.voxelIndex.forEach((at, voxel) => {
    dense[at] = map.values[voxel];
  });
  const [p, q, s] = invertAffine(map.affine);
  const at = (i: number, j: number, k: number): number =>
    i >= 0 && j >= 0 && k >= 0 && i < ni && j < nj && k < nk ? dense[i + ni * (j + nj * k)] : Number.NaN;
  const offsets = neighbours(reach);
  return (x, y, z) => {
    const i = Math.round(p[0] * x + p[1] * y + p[2] * z + p[3]);
    const j = Math.round(q[0] * x + q[1] * y + q[2] * z + q[3]);
    const k = Math.round(s[0] * x + s[1] * y + s[2] * z + s[3]);
    for (const [di, dj, dk] of offsets) {
      const value = at(i + di, j + dj, k + dk);
      if (!Number.isNaN(value)) return value;
    }
    return Number.NaN;
  };
}

/** Grid steps up to `reach` away, nearest first. */
function neighbours(reach: number): [number, number, number][] {
  const steps: [number, number, number][] = [];
  for (let i = -reach; i <= reach; i += 1)
    for (let j = -reach; j <= reach; j += 1)
      for (let k = -reach; k <= reach; k += 1) if (Math.hypot(i, j, k) <= reach) steps.push([i, j, k]);
  return steps.sort((a, b) => Math.hypot(...a) - Math.hypot(...b));
}
