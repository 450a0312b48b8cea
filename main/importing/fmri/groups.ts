import type { PlannedRun } from '../../contract/importing.ts';
import type { Affine, SpaceSurface, VolumeSpace } from '../../contract/recordings.ts';
import { UserError } from '../../core/errors.ts';
import { newId } from '../../core/ids.ts';
import type { Project } from '../../data/project.ts';
import type { SurfaceLayout } from '../../formats/nifti/types.ts';
import type { Grid } from './morphology.ts';
import { openImage } from './open-image.ts';
import { requireSeries } from './probe-run.ts';
import type { VoxelSet } from './voxel-set.ts';

/** Where values lie. */
interface Place {
  readonly grid: Grid;
  readonly affine: Affine;
  readonly surface: SurfaceLayout | undefined;
}

export interface RunGroup {
  readonly key: string;
  readonly runs: readonly PlannedRun[];
}

/** Groups runs by subject and grid: each group gets one voxel set. Unreadable images are named instead. */
export async function groupRuns(
  runs: readonly PlannedRun[],
): Promise<{ groups: RunGroup[]; failed: Map<PlannedRun, UserError> }> {
  const groups: (Place & { key: string; subject: string; runs: PlannedRun[] })[] = [];
  const failed = new Map<PlannedRun, UserError>();
  for (const run of runs) {
    try {
      const image = await openImage(run.image);
      requireSeries(image);
      const home = groups.find(
        (group) =>
          group.subject === run.subject && sameGrid(group, image) && sameLayout(group.surface, image.surface),
      );
      if (home) home.runs.push(run);
      else {
        const key = `sub-${run.subject} grid ${groups.filter((group) => group.subject === run.subject).length + 1}`;
        const { grid, affine, surface } = image;
        groups.push({ key, grid, affine, surface, subject: run.subject, runs: [run] });
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
): { spaceId: string; arrayIds: string[]; isNew: boolean } {
  const grid = { grid: set.grid, affine: set.affine };
  for (const space of project.spaces.list()) {
    if (space.name !== name || space.voxelCount !== set.indices.length) continue;
    if (!sameGrid({ grid: space.shape, affine: space.affine }, grid)) continue;
    const known = project.arrays.readAs(space.voxelIndexArrayId, 'uint32').data;
    if (!sameLayout(layoutOf(project, space.surface), set.surface)) continue;
    if (known.every((index, n) => index === set.indices[n])) {
      return { spaceId: space.id, arrayIds: arraysOf(space), isNew: false };
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
    surface: set.surface && storeLayout(project, set.surface, name),
  };
  project.spaces.put(space);
  return { spaceId: space.id, arrayIds: arraysOf(space), isNew: true };
}

/** Every array that a space needs. */
export function arraysOf({ voxelIndexArrayId, surface }: VolumeSpace): string[] {
  if (surface === undefined) return [voxelIndexArrayId];
  const voxels = surface.voxels === undefined ? [] : [surface.voxels.arrayId];
  return [voxelIndexArrayId, surface.placesArrayId, ...voxels];
}

function storeLayout(project: Project, layout: SurfaceLayout, name: string): SpaceSurface {
  const { places, left, right, parts, voxels } = layout;
  const array = project.arrays.put(
    {
      name: `${name} places of vertices`,
      shape: [places.length],
      dtype: 'int32',
      axes: [{ name: 'vertex' }],
    },
    places,
  );
  const stored = { left, right, parts: [...parts], placesArrayId: array.id };
  if (voxels === undefined) return stored;
  const { shape, affine, pairs } = voxels;
  const { id } = project.arrays.put(
    {
      name: `${name} voxels of places`,
      shape: [pairs.length / 2, 2],
      dtype: 'int32',
      axes: [{ name: 'voxel' }, { name: 'place, index' }],
    },
    pairs,
  );
  return { ...stored, voxels: { shape: [...shape], affine, arrayId: id } };
}

function layoutOf(project: Project, surface: SpaceSurface | undefined): SurfaceLayout | undefined {
  if (surface === undefined) return undefined;
  const { voxels, placesArrayId } = surface;
  const int32 = (id: string) => project.arrays.readAs(id, 'int32').data;
  return {
    ...surface,
    places: int32(placesArrayId),
    voxels: voxels && { ...voxels, pairs: int32(voxels.arrayId) },
  };
}

function sameLayout(a: SurfaceLayout | undefined, b: SurfaceLayout | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  return (
    a.left === b.left &&
    sameNumbers(a.places, b.places) &&
    sameNumbers(a.voxels?.pairs ?? new Int32Array(0), b.voxels?.pairs ?? new Int32Array(0))
  );
}

const sameNumbers = (a: Int32Array, b: Int32Array) =>
  a.length === b.length && a.every((value, at) => value === b[at]);

/** Same size, and affines within a hundredth of a millimetre per entry. */
function sameGrid(a: { grid: Grid; affine: Affine }, b: { grid: Grid; affine: Affine }): boolean {
  return (
    a.grid.every((size, axis) => size === b.grid[axis]) &&
    a.affine.every((row, r) => row.every((value, c) => Math.abs(value - b.affine[r][c]) < 0.01))
  );
}
