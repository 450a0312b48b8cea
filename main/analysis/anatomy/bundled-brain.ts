import { anatomyMetaSchema } from '../../contract/anatomy.ts';
import type { ResourceStore } from '../../core/resource-store.ts';
import { RESOURCES } from '../../core/resource-store.ts';
import { regionIndexAt } from './landmark-regions.ts';

/** The bundled T1 image of one brain (Colin27), 1 mm. Linear index i + ni·(j + nj·k); 0 outside the brain. */
export interface BundledAnatomy {
  readonly space: string;
  readonly shape: readonly [number, number, number];
  readonly affine: readonly (readonly number[])[];
  readonly t1: Uint8Array;
}

/** Grey matter of the bundled brain on a coarser grid. */
export interface GreyMatterGrid {
  readonly space: string;
  readonly shape: readonly [number, number, number];
  /** 4×4, voxel indices to RAS+ mm (voxel centres). */
  readonly affine: number[][];
  /** Linear index i + ni·(j + nj·k) of every grey-matter voxel, ascending. */
  readonly voxelIndex: Uint32Array;
  /** Index into REGIONS of each of these voxels. */
  readonly region: Uint8Array;
  /** Mean T1 value of every voxel of the grid, for an anatomical image beside the data. */
  readonly t1: Float32Array;
}

/**
 * T1 range of grey matter in the bundled image, between fluid and white matter: the valleys on both sides of the grey
 * peak of its histogram.
 */
const GREY_RANGE = [100, 188] as const;
/** Share of a coarse voxel that must be grey matter. */
const GREY_SHARE = 0.5;

/** Reads the bundled T1 image. @throws UserError `resources.missing` */
export async function loadAnatomy(resources: ResourceStore): Promise<BundledAnatomy> {
  const { meta, arrays } = await resources.bundle(RESOURCES.anatomy);
  const { space, shape, affine } = anatomyMetaSchema.parse(meta);
  const { values } = arrays.t1;
  if (!(values instanceof Uint8Array)) throw new Error('anatomy bundle: t1 is not uint8');
  return { space, shape, affine, t1: values };
}

/**
 * Voxels of edge `stepMm` (whole millimetres) of which at least half is grey matter by T1 value; the grid's centre is
 * the image's. Deterministic.
 */
export function greyMatterGrid(anatomy: BundledAnatomy, stepMm: number): GreyMatterGrid {
  const step = Math.max(1, Math.round(stepMm));
  const [ni, nj, nk] = anatomy.shape;
  const count = (size: number) => Math.floor(size / step);
  const shape: [number, number, number] = [count(ni), count(nj), count(nk)];
  const offset = [ni, nj, nk].map((size, axis) => Math.floor((size - shape[axis] * step) / 2));
  const total = shape[0] * shape[1] * shape[2];
  const t1 = new Float32Array(total);
  const grey = new Uint16Array(total);
  for (let k = 0; k < shape[2] * step; k++) {
    for (let j = 0; j < shape[1] * step; j++) {
      const fine = ni * (j + offset[1] + nj * (k + offset[2])) + offset[0];
      const coarse = shape[0] * (Math.floor(j / step) + shape[1] * Math.floor(k / step));
      for (let i = 0; i < shape[0] * step; i++) {
        const value = anatomy.t1[fine + i];
        const at = coarse + Math.floor(i / step);
        t1[at] += value;
        if (value >= GREY_RANGE[0] && value <= GREY_RANGE[1]) grey[at]++;
      }
    }
  }
  const cell = step ** 3;
  // The centre of a coarse voxel lies (step − 1) / 2 fine voxels past its first one.
  const affine = anatomy.affine.map((row) => [...row]);
  for (let axis = 0; axis < 3; axis++) {
    affine[axis][3] += offset.reduce(
      (sum, from, col) => sum + affine[axis][col] * (from + (step - 1) / 2),
      0,
    );
    for (let col = 0; col < 3; col++) affine[axis][col] *= step;
  }
  const kept: number[] = [];
  const region: number[] = [];
  for (let at = 0; at < total; at++) {
    t1[at] /= cell;
    if (grey[at] < GREY_SHARE * cell) continue;
    const i = at % shape[0];
    const j = Math.floor(at / shape[0]) % shape[1];
    const k = Math.floor(at / (shape[0] * shape[1]));
    const [x, y, z] = [0, 1, 2].map((axis) => {
      const row = affine[axis];
      return row[0] * i + row[1] * j + row[2] * k + row[3];
    });
    kept.push(at);
    region.push(regionIndexAt(x, y, z));
  }
  const voxelIndex = Uint32Array.from(kept);
  return { space: anatomy.space, shape, affine, voxelIndex, region: Uint8Array.from(region), t1 };
}
