import type { Notice } from '../../contract/errors.ts';
import type { Affine } from '../../contract/recordings.ts';
import type { NiftiHeader } from './types.ts';

/** Largest difference between sform and qform (mm, per matrix entry) that passes without remark. */
const AGREEMENT = 1e-3;

/** Squared length that quaternions may lack of 1 by rounding alone: three units in the last place of what is stored. */
const rounding = { float32: 3 * 2 ** -23, float64: 3 * 2 ** -52 } as const;

/** Millimetres per unit of space; an unknown unit is taken as millimetres, as every program does. */
const unitScale = { unknown: 1, mm: 1, m: 1000, um: 1e-3 } as const;

/**
 * Voxel-to-RAS affine of a header: sform where its code is positive, else qform where its code is positive, else
 * voxel sizes on the diagonal, x to the left, with the origin in the middle of the grid (or in the voxel that SPM wrote
 * into an Analyze header), as SPM and nibabel have it, and a warning that left and right are unknown.
 * A notice says which was used where sform and qform differ.
 */
export function chooseAffine(
  header: NiftiHeader,
  file: string,
): { affine: Affine; source: 'sform' | 'qform' | 'pixdim'; notices: Notice[] } {
  const scale = unitScale[header.spaceUnit];
  const notices: Notice[] = [];
  const usableSform = header.sformCode > 0 && header.srow.every(Number.isFinite) && !isFlat(header.srow);
  if (usableSform) {
    const affine = scaled(sformAffine(header), scale);
    if (header.qformCode > 0 && largestDifference(affine, scaled(qformAffine(header), scale)) > AGREEMENT) {
      notices.push({
        level: 'info',
        code: 'nifti.affines-differ',
        message: `${file} holds two orientations (sform and qform) that differ; the sform is used.`,
        params: { file },
      });
    }
    return { affine, source: 'sform', notices };
  }
  if (header.qformCode > 0) return { affine: scaled(qformAffine(header), scale), source: 'qform', notices };
  notices.push({
    level: 'warning',
    code: 'nifti.no-orientation',
    message:
      header.format === 'analyze'
        ? `${file} is an Analyze 7.5 image, which cannot store orientation: left and right are unknown.`
        : `${file} has no orientation (sform and qform codes are 0): left and right are unknown.`,
    params: { file },
  });
  return { affine: scaled(pixdimAffine(header), scale), source: 'pixdim', notices };
}

function sformAffine(header: NiftiHeader): Affine {
  const s = header.srow;
  return [s.slice(0, 4), s.slice(4, 8), s.slice(8, 12), [0, 0, 0, 1]];
}

/** nifti1.h, method 2: rotation from the quaternion, voxel sizes, qfac from pixdim[0] (0 counts as 1). */
export function qformAffine(header: NiftiHeader): Affine {
  const [b, c, d, x, y, z] = header.quaternion.map((value) => (Number.isFinite(value) ? value : 0));
  const squares = b * b + c * c + d * d;
  // Rounding takes the vector part of a half turn a hair to either side of length 1.
  const half = 1 - squares < rounding[header.format === 'nifti2' ? 'float64' : 'float32'];
  const shrink = half ? 1 / Math.sqrt(squares) : 1;
  const [p, q, r] = [b * shrink, c * shrink, d * shrink];
  const a = half ? 0 : Math.sqrt(1 - squares);
  const [di, dj, dk] = voxelEdges(header);
  const k = dk * (header.pixdim[0] < 0 ? -1 : 1);
  return [
    [(a * a + p * p - q * q - r * r) * di, 2 * (p * q - a * r) * dj, 2 * (p * r + a * q) * k, x],
    [2 * (p * q + a * r) * di, (a * a + q * q - p * p - r * r) * dj, 2 * (q * r - a * p) * k, y],
    [2 * (p * r - a * q) * di, 2 * (q * r + a * p) * dj, (a * a + r * r - p * p - q * q) * k, z],
    [0, 0, 0, 1],
  ];
}

function pixdimAffine(header: NiftiHeader): Affine {
  const sizes = [0, 1, 2].map((axis) => header.shape[axis] ?? 1);
  // Sizes of axes that the image does not have mean nothing.
  const [di, dj, dk] = voxelEdges(header).map((edge, axis) => (axis < header.shape.length ? edge : 1));
  // SPM counts voxels from 1; zeros, and places far off the grid, mean that nobody set it.
  const given =
    header.origin.some((place) => place !== 0) &&
    header.origin.every((place, axis) => place > -sizes[axis] && place < 2 * sizes[axis]);
  const [x, y, z] = sizes.map((size, axis) => (given ? header.origin[axis] - 1 : (size - 1) / 2));
  return [
    [-di, 0, 0, x * di],
    [0, dj, 0, -y * dj],
    [0, 0, dk, -z * dk],
    [0, 0, 0, 1],
  ];
}

/** Edge lengths along i, j, k in the header's unit; 0 or nonsense counts as 1. */
export function voxelEdges(header: NiftiHeader): [number, number, number] {
  const edge = (axis: number): number => {
    const size = Math.abs(header.pixdim[axis]);
    return Number.isFinite(size) && size > 0 ? size : 1;
  };
  return [edge(1), edge(2), edge(3)];
}

function scaled(affine: Affine, scale: number): Affine {
  return scale === 1 ? affine : affine.map((row, r) => (r < 3 ? row.map((value) => value * scale) : row));
}

function isFlat(srow: readonly number[]): boolean {
  return [0, 1, 2].some((column) => srow[column] === 0 && srow[4 + column] === 0 && srow[8 + column] === 0);
}

function largestDifference(a: Affine, b: Affine): number {
  let largest = 0;
  for (let row = 0; row < 3; row++) {
    for (let column = 0; column < 4; column++)
      largest = Math.max(largest, Math.abs(a[row][column] - b[row][column]));
  }
  return largest;
}
