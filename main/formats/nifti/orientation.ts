import type { Affine } from '../../contract/recordings.ts';

type Matrix3 = [number[], number[], number[]];

/** Voxel edge lengths in millimetres: the lengths of the affine's first three columns. */
export function voxelSizes(affine: Affine): [number, number, number] {
  const length = (column: number): number =>
    Math.hypot(affine[0][column], affine[1][column], affine[2][column]);
  return [length(0), length(1), length(2)];
}

/**
 * Three letters that say where i, j and k run to, such as "RAS" or "LAS": the closest anatomical axis of each
 * voxel axis, after removing shear by the polar decomposition (the rule of nibabel's `aff2axcodes`).
 */
export function axisCodes(affine: Affine): string {
  const sizes = voxelSizes(affine);
  const columns = [0, 1, 2].map((row) =>
    [0, 1, 2].map((column) => affine[row][column] / (sizes[column] || 1)),
  );
  const rotation = polarRotation(columns as Matrix3);
  const taken = new Set<number>();
  return [0, 1, 2]
    .map((column) => {
      let best = -1;
      for (let row = 0; row < 3; row++) {
        if (taken.has(row)) continue;
        if (best < 0 || Math.abs(rotation[row][column]) > Math.abs(rotation[best][column])) best = row;
      }
      taken.add(best);
      return ['LR', 'PA', 'IS'][best][rotation[best][column] < 0 ? 0 : 1];
    })
    .join('');
}

/** Nearest orthogonal matrix, by Newton's iteration X ← (X + X⁻ᵀ)/2 (Higham 1986). A singular one is returned as is. */
function polarRotation(start: Matrix3): Matrix3 {
  let x = start;
  for (let step = 0; step < 30; step++) {
    const inverse = inverseTranspose(x);
    if (inverse === null) return x;
    x = x.map((row, r) => row.map((value, c) => (value + inverse[r][c]) / 2)) as Matrix3;
  }
  return x;
}

function inverseTranspose(m: Matrix3): Matrix3 | null {
  const [[a, b, c], [d, e, f], [g, h, i]] = m;
  const cofactors: Matrix3 = [
    [e * i - f * h, f * g - d * i, d * h - e * g],
    [c * h - b * i, a * i - c * g, b * g - a * h],
    [b * f - c * e, c * d - a * f, a * e - b * d],
  ];
  const determinant = a * cofactors[0][0] + b * cofactors[0][1] + c * cofactors[0][2];
  if (!Number.isFinite(determinant) || Math.abs(determinant) < 1e-12) return null;
  return cofactors.map((row) => row.map((value) => value / determinant)) as Matrix3;
}
