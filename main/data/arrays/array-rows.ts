import { z } from 'zod';
import { type ArrayInfo, arrayInfoSchema } from '../../contract/arrays.ts';
import type { Clock } from '../../core/clock.ts';
import type { Sql } from '../sql.ts';

/** An array's row number (key of its chunks) beside what is told of it. */
export interface ArrayRow {
  readonly row: number;
  readonly info: ArrayInfo;
}

const rowSchema = z
  .object({
    row: z.number(),
    id: z.string(),
    name: z.string(),
    shape: z.string(),
    chunk_shape: z.string(),
    dtype: z.string(),
    unit: z.string(),
    axes: z.string(),
    attributes: z.string(),
    content_hash: z.string().nullable(),
  })
  .transform(
    (row): ArrayRow => ({
      row: row.row,
      info: arrayInfoSchema.parse({
        id: row.id,
        name: row.name,
        shape: JSON.parse(row.shape),
        chunkShape: JSON.parse(row.chunk_shape),
        dtype: row.dtype,
        unit: row.unit,
        axes: JSON.parse(row.axes),
        contentHash: row.content_hash,
        attributes: JSON.parse(row.attributes),
      }),
    }),
  );

/** The row of an array, null when there is none. */
export function findArrayRow(sql: Sql, id: string): ArrayRow | null {
  const row = sql.get('SELECT * FROM arrays WHERE id = ?', id);
  return row === undefined ? null : rowSchema.parse(row);
}

/** All rows, oldest first. */
export function listArrayRows(sql: Sql): ArrayRow[] {
  return sql.all('SELECT * FROM arrays ORDER BY row').map((row) => rowSchema.parse(row));
}

/** Adds the row of a new array that is still empty. */
export function insertArrayRow(sql: Sql, clock: Clock, info: ArrayInfo): void {
  sql.run(
    `INSERT INTO arrays (id, name, shape, chunk_shape, dtype, unit, axes, attributes, created_at)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    info.id,
    info.name,
    JSON.stringify(info.shape),
    JSON.stringify(info.chunkShape),
    info.dtype,
    info.unit,
    JSON.stringify(info.axes),
    JSON.stringify(info.attributes),
    clock.now(),
  );
}

const userRow = z.object({ what: z.string(), id: z.string() });

/** The first thing that points to an array, in words, or null when nothing does. */
export function userOfArray(sql: Sql, id: string): string | null {
  const row = sql.get(
    `SELECT 'recording' AS what, id FROM recordings WHERE data_array_id = ? OR confounds_array_id = ?
     UNION ALL SELECT 'volume space', id FROM spaces WHERE voxel_index_array_id = ?
     UNION ALL SELECT 'feature set', key FROM feature_layers WHERE array_id = ?
     UNION ALL SELECT 'item set', id FROM item_sets WHERE data_array_id = ?
     UNION ALL SELECT 'study run', run_id FROM run_arrays WHERE array_id = ? LIMIT 1`,
    id,
    id,
    id,
    id,
    id,
    id,
  );
  if (row === undefined) return null;
  const user = userRow.parse(row);
  return `${user.what} ${user.id}`;
}
