import { z } from 'zod';
import { type VolumeSpace, volumeSpaceSchema } from '../../contract/recordings.ts';
import { UserError } from '../../core/errors.ts';
import type { Sql } from '../sql.ts';

/** Volume grids with the voxels kept of them. `put` inserts or replaces by id. */
export interface SpaceStore {
  put(space: VolumeSpace): void;
  /** Throws UserError('space.unknown'). */
  get(id: string): VolumeSpace;
  find(id: string): VolumeSpace | null;
  list(): VolumeSpace[];
  delete(id: string): void;
}

const rowSchema = z
  .object({
    id: z.string(),
    name: z.string(),
    shape: z.string(),
    affine: z.string(),
    voxel_index_array_id: z.string(),
    voxel_count: z.number(),
    surface: z.string().nullable(),
  })
  .transform((row) =>
    volumeSpaceSchema.parse({
      id: row.id,
      name: row.name,
      shape: JSON.parse(row.shape),
      affine: JSON.parse(row.affine),
      voxelIndexArrayId: row.voxel_index_array_id,
      voxelCount: row.voxel_count,
      surface: row.surface === null ? undefined : JSON.parse(row.surface),
    }),
  );

/** The store of volume spaces over an open file. */
export function createSpaceStore(sql: Sql): SpaceStore {
  const find = (id: string): VolumeSpace | null => {
    const row = sql.get('SELECT * FROM spaces WHERE id = ?', id);
    return row === undefined ? null : rowSchema.parse(row);
  };
  return {
    find,
    get(id) {
      const found = find(id);
      if (!found)
        throw new UserError('space.unknown', `There is no volume space ${id} in this project.`, { id });
      return found;
    },
    put(space) {
      sql.transaction(() =>
        sql.run(
          `INSERT INTO spaces (id, name, shape, affine, voxel_index_array_id, voxel_count, surface)
           VALUES (?, ?, ?, ?, ?, ?, ?)
           ON CONFLICT (id) DO UPDATE SET name = excluded.name, shape = excluded.shape, affine = excluded.affine,
           voxel_index_array_id = excluded.voxel_index_array_id, voxel_count = excluded.voxel_count,
           surface = excluded.surface`,
          space.id,
          space.name,
          JSON.stringify(space.shape),
          JSON.stringify(space.affine),
          space.voxelIndexArrayId,
          space.voxelCount,
          space.surface === undefined ? null : JSON.stringify(space.surface),
        ),
      );
    },
    list: () => sql.all('SELECT * FROM spaces ORDER BY seq').map((row) => rowSchema.parse(row)),
    delete(id) {
      sql.transaction(() => sql.run('DELETE FROM spaces WHERE id = ?', id));
    },
  };
}
