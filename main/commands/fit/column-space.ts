import { basename, join } from 'node:path';
import type { Command } from 'commander';
import type { Neighbourhoods } from '../../analysis/rsa/searchlight.ts';
import { UserError } from '../../core/errors.ts';
import { choose } from './choose.ts';

/** Options of commands whose columns lie in space. */
export interface SpaceFlags {
  mask?: string;
  surface?: string[];
  voxelOrder: string;
}

/** How columns lie in space, for `--help`. */
export const spaceHelp = `
Columns lie in space by one of
  --mask M.nii[.gz]: one column per voxel that is not 0 and not NaN, in the order of data[mask > 0] in NumPy and nilearn
      (k runs fastest, then j, then i); --voxel-order x where i runs fastest, as in the file.
  --surface S [T]: one column per vertex, of a GIFTI or FreeSurfer surface; of two hemispheres the left one first.`;

/** Adds the options that say where columns lie. */
export function addSpaceOptions(command: Command): Command {
  return command
    .option('--mask <file>', 'volume whose voxels that are not 0 are the columns (.nii, .nii.gz)')
    .option('--surface <files...>', 'surface whose vertices are the columns (GIFTI or FreeSurfer)')
    .option('--voxel-order <axis>', 'z as NumPy and nilearn take masked voxels, x as the file has them', 'z');
}

/** Where every column of an array lies. */
export interface ColumnSpace {
  readonly columns: number;
  /** "62,480 voxels of mask.nii", for sentences. */
  readonly name: string;
  /** Columns around every column within so many mm; of a surface along its edges. */
  neighbourhoods(radius: number, least: number): Promise<Neighbourhoods>;
  /** Neighbours of every column; connectivity counts in volumes only. */
  edges(connectivity: 6 | 18 | 26): Promise<readonly Int32Array[]>;
  /** Millimetres of a column. */
  position(column: number): readonly [number, number, number];
  /** Writes NAME.nii.gz where columns are voxels (NaN outside of the mask); nothing for surfaces. */
  writeMap(folder: string, name: string, values: ArrayLike<number>): Promise<void>;
}

/** @throws UserError `space.one`, `space.empty-mask`, `fit.choice` and what reading the files throws */
export async function readSpace(flags: SpaceFlags): Promise<ColumnSpace> {
  const { mask, surface } = flags;
  if (mask !== undefined && surface === undefined) {
    return volumeSpace(mask, choose(flags.voxelOrder, ['z', 'x'] as const, 'voxel-order'));
  }
  if (surface !== undefined && mask === undefined) return surfaceSpace(surface);
  throw new UserError(
    'space.one',
    'Give either --mask (a volume) or --surface, so that it is known which columns are neighbours.',
  );
}

async function volumeSpace(path: string, order: 'z' | 'x'): Promise<ColumnSpace> {
  const [{ openNifti }, { writeNifti }, { volumeNeighbourhoods }, { volumeEdges }] = await Promise.all([
    import('../../formats/nifti/open.ts'),
    import('../../formats/nifti/write.ts'),
    import('../../analysis/rsa/searchlight.ts'),
    import('../../analysis/significance/cluster-test.ts'),
  ]);
  const image = await openNifti(path);
  const { affine, grid } = image;
  const [ni, nj, nk] = grid;
  const { value } = await image.volumes({ start: 0, count: 1 }).next();
  const inside = (index: number): boolean => {
    const voxel: number = value?.data[index] ?? 0;
    return voxel !== 0 && !Number.isNaN(voxel);
  };
  const found: number[] = [];
  if (order === 'x') {
    for (let index = 0; index < ni * nj * nk; index++) if (inside(index)) found.push(index);
  } else {
    for (let i = 0; i < ni; i++)
      for (let j = 0; j < nj; j++)
        for (let k = 0; k < nk; k++) {
          const index = i + ni * (j + nj * k);
          if (inside(index)) found.push(index);
        }
  }
  const file = basename(path);
  if (found.length === 0) {
    throw new UserError('space.empty-mask', `${file} is 0 everywhere; a mask must hold some voxels.`, {
      file,
    });
  }
  const voxels = Int32Array.from(found);
  const shape = { shape: grid, voxels, size: image.voxelSize };
  return {
    columns: voxels.length,
    name: `${voxels.length} voxels of ${file}`,
    neighbourhoods: async (radius, least) => volumeNeighbourhoods(shape, radius, least),
    edges: async (connectivity) => volumeEdges(shape, connectivity),
    position(column) {
      const [i, j] = [voxels[column] % ni, Math.floor(voxels[column] / ni) % nj];
      const k = Math.floor(voxels[column] / (ni * nj));
      const along = ([a, b, c, shift]: readonly number[]): number => a * i + b * j + c * k + shift;
      return [along(affine[0]), along(affine[1]), along(affine[2])];
    },
    async writeMap(folder, name, values) {
      const volume = new Float32Array(ni * nj * nk).fill(Number.NaN);
      voxels.forEach((index, column) => {
        volume[index] = values[column];
      });
      const options = { grid, volumeCount: 1, affine, dtype: 'float32' } as const;
      await writeNifti(join(folder, `${name}.nii.gz`), options, [volume]);
    },
  };
}

async function surfaceSpace(paths: readonly string[]): Promise<ColumnSpace> {
  const [{ readSurfaceFile }, { joinHemispheres }, { meshEdges, surfaceNeighbourhoods }] = await Promise.all([
    import('../../formats/surface/read-surface.ts'),
    import('../../importing/surfaces/join-hemispheres.ts'),
    import('../../analysis/rsa/searchlight.ts'),
  ]);
  const { positions, indices } = joinHemispheres(await Promise.all(paths.map(readSurfaceFile)));
  const mesh = { positions, triangles: indices };
  const columns = positions.length / 3;
  return {
    columns,
    name: `${columns} vertices of ${paths.map((path) => basename(path)).join(' and ')}`,
    neighbourhoods: async (radius, least) => surfaceNeighbourhoods(mesh, radius, least),
    edges: async () => meshEdges(mesh),
    position: (column) => [positions[3 * column], positions[3 * column + 1], positions[3 * column + 2]],
    async writeMap() {
      // A surface map is its .npy: one number per vertex.
    },
  };
}

/** @throws UserError `space.columns` unless an array has one column per place */
export function checkColumns(path: string, cols: number, space: ColumnSpace): void {
  if (cols === space.columns) return;
  const file = basename(path);
  throw new UserError(
    'space.columns',
    `${file} has ${cols} columns, but there are ${space.name}; columns and places must be the same.`,
    { file, columns: cols, places: space.columns },
  );
}
