import type { AffineMatrix, Vec3 } from '../types.ts';

/** Row-major 3×4 part of an affine, flat, for use in loops. */
export type FlatAffine = Float64Array;

/** The upper three rows of a 4×4 affine, flat (12 numbers). */
export function flatten(affine: AffineMatrix): FlatAffine {
  const flat = new Float64Array(12);
  for (let row = 0; row < 3; row++)
    for (let column = 0; column < 4; column++) flat[row * 4 + column] = affine[row][column];
  return flat;
}

/** A · (x y z 1). */
export function transform(a: FlatAffine, x: number, y: number, z: number): [number, number, number] {
  return [
    a[0] * x + a[1] * y + a[2] * z + a[3],
    a[4] * x + a[5] * y + a[6] * z + a[7],
    a[8] * x + a[9] * y + a[10] * z + a[11],
  ];
}

/** Determinant of the 3×3 part; negative for grids stored right to left (radiological storage). */
export function determinant(a: FlatAffine): number {
  return (
    a[0] * (a[5] * a[10] - a[6] * a[9]) -
    a[1] * (a[4] * a[10] - a[6] * a[8]) +
    a[2] * (a[4] * a[9] - a[5] * a[8])
  );
}

/**
 * Inverse of an affine: RAS+ mm to voxel indices. Cofactor formula.
 * @throws RangeError where the 3×3 part is singular, since such a grid has no place in space.
 */
export function invert(a: FlatAffine): FlatAffine {
  const d = determinant(a);
  if (!Number.isFinite(d) || Math.abs(d) < 1e-12) throw new RangeError('The affine is singular.');
  const m = new Float64Array(12);
  m[0] = (a[5] * a[10] - a[6] * a[9]) / d;
  m[1] = (a[2] * a[9] - a[1] * a[10]) / d;
  m[2] = (a[1] * a[6] - a[2] * a[5]) / d;
  m[4] = (a[6] * a[8] - a[4] * a[10]) / d;
  m[5] = (a[0] * a[10] - a[2] * a[8]) / d;
  m[6] = (a[2] * a[4] - a[0] * a[6]) / d;
  m[8] = (a[4] * a[9] - a[5] * a[8]) / d;
  m[9] = (a[1] * a[8] - a[0] * a[9]) / d;
  m[10] = (a[0] * a[5] - a[1] * a[4]) / d;
  for (let row = 0; row < 3; row++) {
    const r = row * 4;
    m[r + 3] = -(m[r] * a[3] + m[r + 1] * a[7] + m[r + 2] * a[11]);
  }
  return m;
}

/** Voxel edge lengths in mm along i, j, k: the column norms of the 3×3 part. */
export function voxelSizes(a: FlatAffine): [number, number, number] {
  return [Math.hypot(a[0], a[4], a[8]), Math.hypot(a[1], a[5], a[9]), Math.hypot(a[2], a[6], a[10])];
}

/** Smallest box in RAS+ mm around the voxels of a grid, outer voxel faces included, whatever its obliquity. */
export function gridBounds(
  a: FlatAffine,
  shape: readonly [number, number, number],
): { low: Vec3; high: Vec3 } {
  const low: [number, number, number] = [Infinity, Infinity, Infinity];
  const high: [number, number, number] = [-Infinity, -Infinity, -Infinity];
  for (let corner = 0; corner < 8; corner++) {
    const mm = transform(
      a,
      corner & 1 ? shape[0] - 0.5 : -0.5,
      corner & 2 ? shape[1] - 0.5 : -0.5,
      corner & 4 ? shape[2] - 0.5 : -0.5,
    );
    for (let axis = 0; axis < 3; axis++) {
      low[axis] = Math.min(low[axis], mm[axis]);
      high[axis] = Math.max(high[axis], mm[axis]);
    }
  }
  return { low, high };
}
