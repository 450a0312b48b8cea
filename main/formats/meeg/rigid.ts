import type { Transform } from './recording.ts';

export type Point = readonly [number, number, number];

/**
 * The transform to head coordinates by three landmarks: x through both ears to the right, y through the nasion, the
 * origin where they meet at a right angle (Neuromag's definition).
 */
export function headFrame(nasion: Point, left: Point, right: Point): Transform {
  const x = unit(minus(right, left));
  const along = dot(minus(nasion, left), x);
  const origin: Point = [left[0] + along * x[0], left[1] + along * x[1], left[2] + along * x[2]];
  const y = unit(minus(nasion, origin));
  const z = cross(x, y);
  return [...[x, y, z].map((axis) => [...axis, -dot(axis, origin)]), [0, 0, 0, 1]];
}

/** The transform that does `first`, then `second`. */
export function chained(first: Transform, second: Transform): Transform {
  return second.map((row) =>
    [0, 1, 2, 3].map((column) => row.reduce((sum, value, k) => sum + value * first[k][column], 0)),
  );
}

/** Inverse of a rotation with translation. */
export function inverseRigid(matrix: Transform): Transform {
  const rows = [0, 1, 2].map((row) => {
    const rotation = [0, 1, 2].map((column) => matrix[column][row]);
    return [...rotation, -rotation.reduce((sum, value, k) => sum + value * matrix[k][3], 0)];
  });
  return [...rows, [0, 0, 0, 1]];
}

/** A point moved by a transform. */
export function transformed(matrix: Transform, [x, y, z]: Point): Point {
  const row = (index: number): number =>
    matrix[index][0] * x + matrix[index][1] * y + matrix[index][2] * z + matrix[index][3];
  return [row(0), row(1), row(2)];
}

/**
 * The rotation and translation that bring points closest to others in the sense of least squares: the rotation is the
 * eigenvector of Horn's symmetric 4 × 4 matrix with the largest eigenvalue, as a quaternion (Horn 1987).
 */
export function fitRigid(from: readonly Point[], to: readonly Point[]): Transform {
  const [centreFrom, centreTo] = [mean(from), mean(to)];
  const s = [0, 1, 2].map((a) =>
    [0, 1, 2].map((b) =>
      from.reduce((sum, point, index) => sum + (point[a] - centreFrom[a]) * (to[index][b] - centreTo[b]), 0),
    ),
  );
  const horn = [
    [s[0][0] + s[1][1] + s[2][2], s[1][2] - s[2][1], s[2][0] - s[0][2], s[0][1] - s[1][0]],
    [s[1][2] - s[2][1], s[0][0] - s[1][1] - s[2][2], s[0][1] + s[1][0], s[2][0] + s[0][2]],
    [s[2][0] - s[0][2], s[0][1] + s[1][0], s[1][1] - s[0][0] - s[2][2], s[1][2] + s[2][1]],
    [s[0][1] - s[1][0], s[2][0] + s[0][2], s[1][2] + s[2][1], s[2][2] - s[0][0] - s[1][1]],
  ];
  const [w, x, y, z] = largestEigenvector(horn);
  const rotation = [
    [1 - 2 * (y * y + z * z), 2 * (x * y - w * z), 2 * (x * z + w * y)],
    [2 * (x * y + w * z), 1 - 2 * (x * x + z * z), 2 * (y * z - w * x)],
    [2 * (x * z - w * y), 2 * (y * z + w * x), 1 - 2 * (x * x + y * y)],
  ];
  return [
    ...rotation.map((row, axis) => [
      ...row,
      centreTo[axis] - row.reduce((sum, value, k) => sum + value * centreFrom[k], 0),
    ]),
    [0, 0, 0, 1],
  ];
}

/** Eigenvector of the largest eigenvalue of a symmetric matrix, by Jacobi rotations. */
function largestEigenvector(matrix: readonly (readonly number[])[]): number[] {
  const a = matrix.map((row) => [...row]);
  const n = a.length;
  const vectors: number[][] = a.map((_, i) => a.map((_unused, j) => (i === j ? 1 : 0)));
  for (let sweep = 0; sweep < 50; sweep++) {
    let off = 0;
    for (let p = 0; p < n; p++) {
      for (let q = p + 1; q < n; q++) {
        off += a[p][q] ** 2;
        if (a[p][q] === 0) continue;
        const theta = (a[q][q] - a[p][p]) / (2 * a[p][q]);
        const t = (theta < 0 ? -1 : 1) / (Math.abs(theta) + Math.sqrt(theta * theta + 1));
        const c = 1 / Math.sqrt(t * t + 1);
        const s = t * c;
        for (let k = 0; k < n; k++)
          [a[k][p], a[k][q]] = [c * a[k][p] - s * a[k][q], s * a[k][p] + c * a[k][q]];
        for (let k = 0; k < n; k++)
          [a[p][k], a[q][k]] = [c * a[p][k] - s * a[q][k], s * a[p][k] + c * a[q][k]];
        for (const row of vectors) [row[p], row[q]] = [c * row[p] - s * row[q], s * row[p] + c * row[q]];
      }
    }
    if (off === 0) break;
  }
  const largest = a.reduce((best, _, index) => (a[index][index] > a[best][best] ? index : best), 0);
  return vectors.map((row) => row[largest]);
}

function mean(points: readonly Point[]): Point {
  const sum = (axis: number): number =>
    points.reduce((total, point) => total + point[axis], 0) / points.length;
  return [sum(0), sum(1), sum(2)];
}

function minus(a: Point, b: Point): Point {
  return [a[0] - b[0], a[1] - b[1], a[2] - b[2]];
}

function dot(a: Point, b: Point): number {
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

function cross(a: Point, b: Point): Point {
  return [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]];
}

function unit(a: Point): Point {
  const norm = Math.hypot(...a);
  return [a[0] / norm, a[1] / norm, a[2] / norm];
}
