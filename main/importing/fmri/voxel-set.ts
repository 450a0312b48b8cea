import { basename } from 'node:path';
import type { Notice } from '../../contract/errors.ts';
import type { MaskChoice, PlannedRun } from '../../contract/importing.ts';
import type { Affine } from '../../contract/recordings.ts';
import { UserError } from '../../core/errors.ts';
import type { SurfaceLayout } from '../../formats/nifti/types.ts';
import { readFirstVolumes } from './first-volumes.ts';
import type { Grid } from './morphology.ts';
import { openImage } from './open-image.ts';
import { runMask } from './run-mask.ts';

/** The voxels that all runs of one subject on one grid share. */
export interface VoxelSet {
  readonly grid: Grid;
  readonly affine: Affine;
  /** Where the places lie on the cortex; left out for volumes. */
  readonly surface?: SurfaceLayout | undefined;
  /** Linear indices i + ni·(j + nj·k), ascending. */
  readonly indices: Uint32Array<ArrayBuffer>;
  readonly notices: readonly Notice[];
  /** Runs that could not be looked at, with the reason; they take no part. */
  readonly failed: readonly { readonly image: string; readonly error: UserError }[];
}

/**
 * The common voxels of some runs: those inside every run's mask, less those that are constant, NaN or infinite in
 * the first 20 volumes of any run (such voxels carry nothing and would spoil every fit; they are counted and the
 * first few named).
 * @throws UserError `mask.no-common-voxels` where nothing is left
 */
export async function commonVoxels(
  runs: readonly PlannedRun[],
  choice: MaskChoice,
  signal: AbortSignal,
  onRun: (index: number) => void,
): Promise<VoxelSet> {
  const notices: Notice[] = [];
  const failed: { image: string; error: UserError }[] = [];
  let common: Uint8Array | null = null;
  let place: { grid: Grid; affine: Affine; surface: SurfaceLayout | undefined } | null = null;
  const dead = { constant: 0, nonFinite: 0, named: [] as string[] };
  for (const [index, run] of runs.entries()) {
    onRun(index);
    try {
      const image = await openImage(run.image);
      const first = await readFirstVolumes(image, signal);
      const { mask, notices: found } = await runMask(image, first, choice, run.maskPath);
      notices.push(...found);
      place ??= { grid: image.grid, affine: image.affine, surface: image.surface };
      common ??= new Uint8Array(mask.length).fill(1);
      for (let voxel = 0; voxel < mask.length; voxel++) {
        if (common[voxel] === 0) continue;
        if (mask[voxel] === 0) common[voxel] = 0;
        else if (first.constant[voxel] || first.nonFinite[voxel]) {
          common[voxel] = 0;
          dead[first.constant[voxel] ? 'constant' : 'nonFinite'] += 1;
          if (dead.named.length < 5) dead.named.push(voxelName(voxel, image.grid));
        }
      }
    } catch (cause) {
      if (!(cause instanceof UserError)) throw cause;
      failed.push({ image: run.image, error: cause });
    }
  }
  if (common === null || place === null)
    return { grid: [0, 0, 0], affine: [], indices: new Uint32Array(0), notices, failed };
  if (dead.constant + dead.nonFinite > 0) notices.push(deadNotice(dead, basename(runs[0].image)));
  const indices = indicesOf(common);
  if (indices.length === 0) {
    throw new UserError(
      'mask.no-common-voxels',
      `No voxel is inside the masks of all runs of sub-${runs[0].subject}: give one mask file for all.`,
      { subject: runs[0].subject },
    );
  }
  return { ...place, indices, notices, failed };
}

function deadNotice(dead: { constant: number; nonFinite: number; named: string[] }, file: string): Notice {
  const named = dead.named.join('; ');
  return {
    level: 'warning',
    code: 'import.dead-voxels',
    message: `${dead.constant} constant and ${dead.nonFinite} NaN or infinite voxels inside the mask were left out (i, j, k: ${named}${dead.constant + dead.nonFinite > dead.named.length ? '; …' : ''}).`,
    params: { file, constant: dead.constant, nonFinite: dead.nonFinite, named },
  };
}

/** "12, 3, 40": a voxel's indices i, j, k. */
export function voxelName(voxel: number, [ni, nj]: Grid): string {
  return `${voxel % ni}, ${Math.floor(voxel / ni) % nj}, ${Math.floor(voxel / (ni * nj))}`;
}

function indicesOf(mask: Uint8Array): Uint32Array<ArrayBuffer> {
  let count = 0;
  for (const inside of mask) count += inside;
  const indices = new Uint32Array(count);
  let at = 0;
  for (let voxel = 0; voxel < mask.length; voxel++) if (mask[voxel] === 1) indices[at++] = voxel;
  return indices;
}
