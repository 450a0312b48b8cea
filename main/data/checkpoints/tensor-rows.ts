import { z } from 'zod';
import type { TensorEntry } from '../../contract/checkpoints.ts';
import { elementCount } from '../arrays/chunk-grid.ts';
import type { Sql } from '../sql.ts';
import { hashTensor, normOf, PART_LENGTH, packPart, unpackPart } from './pack-tensor.ts';

/** A tensor with its values, row-major. */
export interface NamedTensor {
  readonly name: string;
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

/** Which table ties tensors to their owner: checkpoints, or the state from which a run goes on. */
export type TensorOwner = 'checkpoint' | 'resume';

const links = {
  checkpoint: { table: 'checkpoint_tensors', owner: 'checkpoint' },
  resume: { table: 'resume_tensors', owner: 'run' },
} as const;

const keyRow = z.object({ row: z.number() });
const bytesRow = z.object({ bytes: z.instanceof(Uint8Array) });
const entryRow = z
  .object({
    name: z.string(),
    shape: z.string(),
    hash: z.instanceof(Uint8Array),
    norm: z.number().nullable(),
  })
  .transform(
    (row): TensorEntry => ({
      name: row.name,
      shape: z.array(z.number()).parse(JSON.parse(row.shape)),
      hash: Buffer.from(row.hash).toString('hex'),
      norm: row.norm,
    }),
  );
const tensorRow = z.object({ row: z.number(), shape: z.string() });

/** Row of a tensor, written now unless one with the same shape and bits is there. */
function keepTensor(sql: Sql, shape: readonly number[], values: Float32Array): number {
  if (values.length !== elementCount(shape)) throw new Error(`${values.length} values for shape [${shape}]`);
  const hash = hashTensor(shape, values);
  const known = sql.get('SELECT row FROM tensors WHERE hash = ?', hash);
  if (known !== undefined) return keyRow.parse(known).row;
  const norm = normOf(values);
  const { lastInsertRowid } = sql.run(
    'INSERT INTO tensors (hash, shape, norm) VALUES (?, ?, ?)',
    hash,
    JSON.stringify(shape),
    Number.isFinite(norm) ? norm : null,
  );
  const row = Number(lastInsertRowid);
  for (let start = 0, position = 0; start < values.length; start += PART_LENGTH, position++) {
    const part = packPart(values.subarray(start, start + PART_LENGTH));
    sql.run('INSERT INTO tensor_parts (tensor, position, bytes) VALUES (?, ?, ?)', row, position, part);
  }
  return row;
}

/** Ties tensors to their owner under their names, and tells how many they were and of how many elements. */
export function linkTensors(
  sql: Sql,
  kind: TensorOwner,
  owner: number,
  tensors: Iterable<NamedTensor>,
): { readonly count: number; readonly elements: number } {
  const { table, owner: column } = links[kind];
  let [count, elements] = [0, 0];
  for (const { name, shape, values } of tensors) {
    const tensor = keepTensor(sql, shape, values);
    sql.run(`INSERT INTO ${table} (${column}, name, tensor) VALUES (?, ?, ?)`, owner, name, tensor);
    count++;
    elements += values.length;
  }
  return { count, elements };
}

/** Tensors of an owner in the order of their names. */
export function listTensors(sql: Sql, kind: TensorOwner, owner: number): TensorEntry[] {
  const { table, owner: column } = links[kind];
  return sql
    .all(
      `SELECT name, shape, hash, norm FROM ${table} JOIN tensors ON tensors.row = tensor
       WHERE ${column} = ? ORDER BY name`,
      owner,
    )
    .map((row) => entryRow.parse(row));
}

/** Values of a tensor by its owner and name, or null where there is none of that name. */
export function readTensor(
  sql: Sql,
  kind: TensorOwner,
  owner: number,
  name: string,
): { readonly shape: readonly number[]; readonly values: Float32Array<ArrayBuffer> } | null {
  const { table, owner: column } = links[kind];
  const found = sql.get(
    `SELECT tensors.row, shape FROM ${table} JOIN tensors ON tensors.row = tensor
     WHERE ${column} = ? AND name = ?`,
    owner,
    name,
  );
  if (found === undefined) return null;
  const { row, shape: text } = tensorRow.parse(found);
  const shape = z.array(z.number()).parse(JSON.parse(text));
  return { shape, values: unpackTensor(sql, row, elementCount(shape)) };
}

/** @throws Error where a part is missing or cannot be unpacked */
export function unpackTensor(sql: Sql, row: number, length: number): Float32Array<ArrayBuffer> {
  const values = new Float32Array(length);
  for (let start = 0, position = 0; start < length; start += PART_LENGTH, position++) {
    const part = sql.get('SELECT bytes FROM tensor_parts WHERE tensor = ? AND position = ?', row, position);
    if (part === undefined) throw new Error(`Part ${position} of tensor ${row} is missing`);
    unpackPart(bytesRow.parse(part).bytes, values.subarray(start, Math.min(length, start + PART_LENGTH)));
  }
  return values;
}

/** Rows of an owner's tensors. */
export function tensorsOf(sql: Sql, kind: TensorOwner, owner: number): number[] {
  const { table, owner: column } = links[kind];
  return sql
    .all(`SELECT tensor AS row FROM ${table} WHERE ${column} = ?`, owner)
    .map((row) => keyRow.parse(row).row);
}

/** Removes those of the tensors that no checkpoint and no resume point uses any more. */
export function dropUnused(sql: Sql, tensors: Iterable<number>): void {
  for (const row of tensors) {
    sql.run(
      `DELETE FROM tensors WHERE row = ? AND NOT EXISTS (SELECT 1 FROM checkpoint_tensors WHERE tensor = tensors.row)
       AND NOT EXISTS (SELECT 1 FROM resume_tensors WHERE tensor = tensors.row)`,
      row,
    );
  }
}
