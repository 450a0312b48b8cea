import type { PlannedRun } from '../../contract/importing.ts';
import type { Affine, VolumeSpace } from '../../contract/recordings.ts';
import { UserError } from '../../core/errors.ts';
import { newId } from '../../core/ids.ts';
import type { Project } from '../../data/project.ts';
import type { Grid } from './morphology.ts';
import { openImage } from './open-image.ts';
import { requireSeries } from './probe-run.ts';
import type { VoxelSet } from './voxel-set.ts';

export interface RunGroup {
  readonly key: string;
  readonly runs: readonly PlannedRun[];
}

/** Groups runs by subject and grid: each group gets one voxel set. Unreadable images are named instead. */
export async function groupRuns(
  runs: readonly PlannedRun[],
): Promise<{ groups: RunGroup[]; failed: Map<PlannedRun, UserError> }> {
  const groups: { key: string; grid: Grid; affine: Affine; subject: string; runs: PlannedRun[] }[] = [];
  const failed = new Map<PlannedRun, UserError>();
  for (const run of runs) {
    try {
      const image = await openImage(run.image);
      requireSeries(image);
      const home = groups.find(
        (group) =>
          group.subject === run.subject && sameGrid(group, { grid: image.grid, affine: image.affine }),
      );
      if (home) home.runs.push(run);
      else {
        const key = `sub-${run.subject} grid ${groups.filter((group) => group.subject === run.subject).length + 1}`;
        groups.push({ key, grid: image.grid, affine: image.affine, subject: run.subject, runs: [run] });
      }
    } catch (cause) {
      if (!(cause instanceof UserError)) throw cause;
      failed.set(run, cause);
    }
  }
  return { groups, failed };
}

/** Keeps a voxel set as a space, or finds the one that the project has already. Call inside a transaction. */
export function storeVoxelSet(
  project: Project,
  set: VoxelSet,
  name: string,
): { spaceId: string; arrayId: string; isNew: boolean } {
  const grid = { grid: set.grid, affine: set.affine };
  for (const space of project.spaces.list()) {
    if (space.name !== name || space.voxelCount !== set.indices.length) continue;
    if (!sameGrid({ grid: space.shape, affine: space.affine }, grid)) continue;
    const known = project.arrays.readAs(space.voxelIndexArrayId, 'uint32').data;
    if (known.every((index, n) => index === set.indices[n])) {
      return { spaceId: space.id, arrayId: space.voxelIndexArrayId, isNew: false };
    }
  }
  const array = project.arrays.put(
    { name: `${name} voxels`, shape: [set.indices.length], dtype: 'uint32', axes: [{ name: 'voxel' }] },
    set.indices,
  );
  const space: VolumeSpace = {
    id: newId(),
    name,
    shape: [...set.grid],
    affine: set.affine,
    voxelIndexArrayId: array.id,
    voxelCount: set.indices.length,
  };
  project.spaces.put(space);
  return { spaceId: space.id, arrayId: array.id, isNew: true };
}

/** Same size, and affines within a hundredth of a millimetre per entry. */
function sameGrid(a: { grid: Grid; affine: Affine }, b: { grid: Grid; affine: Affine }): boolean {
  return (
    a.grid.every((size, axis) => size === b.grid[axis]) &&
    a.affine.every((row, r) => row.every((value, c) => Math.abs(value - b.affine[r][c]) < 0.01))
  );
}
