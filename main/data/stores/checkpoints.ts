import { z } from 'zod';
import { type Checkpoint, checkpointSchema, type TensorEntry } from '../../contract/checkpoints.ts';
import type { Clock } from '../../core/clock.ts';
import { UserError } from '../../core/errors.ts';
import { newId } from '../../core/ids.ts';
import { checkpointRow, runRow } from '../checkpoints/run-row.ts';
import {
  dropUnused,
  linkTensors,
  listTensors,
  type NamedTensor,
  readTensor,
  tensorsOf,
} from '../checkpoints/tensor-rows.ts';
import type { Sql } from '../sql.ts';

/** A checkpoint to be kept. Tensors that were kept before (frozen ones, say) cost a row and no bytes. */
export interface NewCheckpoint {
  readonly runId: string;
  readonly step: number;
  readonly tokens: number | null;
  readonly source?: string | null;
  readonly tensors: Iterable<NamedTensor>;
}

/** Values of one tensor, row-major. */
export interface TensorValues {
  readonly shape: readonly number[];
  readonly values: Float32Array<ArrayBuffer>;
}

/** All from which a cut-off run goes on bit for bit: weights and optimizer state after a step. */
export interface ResumePoint {
  readonly step: number;
  readonly tensors: readonly TensorEntry[];
}

/**
 * Checkpoints and their tensors, each kept once under the hash of its shape and values, compressed. All calls are
 * synchronous; `read` of a tensor decodes it.
 */
export interface CheckpointStore {
  /** Keeps a checkpoint. Throws UserError('checkpoint.step-taken') where the run has one at this step. */
  put(checkpoint: NewCheckpoint): Checkpoint;
  /** Throws UserError('checkpoint.unknown'). */
  get(id: string): Checkpoint;
  find(id: string): Checkpoint | null;
  /** By step. */
  list(runId: string): Checkpoint[];
  /** Names, shapes, hashes and norms of a checkpoint's tensors, by name. */
  tensors(id: string): TensorEntry[];
  /** Throws UserError('checkpoint.no-tensor'). */
  read(id: string, name: string): TensorValues;
  /** Removes a checkpoint and the tensors that nothing else uses. */
  delete(id: string): void;
  /** Compressed bytes that the tensors of all checkpoints and resume points take, each counted once. */
  storedBytes(): number;
  /** Keeps the state from which a run goes on, in place of the one before. */
  putResumePoint(runId: string, step: number, tensors: Iterable<NamedTensor>): void;
  /** What there is to go on from, or null. */
  resumePoint(runId: string): ResumePoint | null;
  /** Throws UserError('checkpoint.no-tensor'). */
  readResume(runId: string, name: string): TensorValues;
  /** Removes it: a finished run needs none. */
  dropResumePoint(runId: string): void;
}

const rowSchema = z
  .object({
    id: z.string(),
    run_id: z.string(),
    step: z.number(),
    tokens: z.number().nullable(),
    source: z.string().nullable(),
    created_at: z.number(),
    tensors: z.number(),
    parameters: z.number(),
  })
  .transform((row) =>
    checkpointSchema.parse({
      id: row.id,
      runId: row.run_id,
      step: row.step,
      tokens: row.tokens,
      source: row.source,
      createdAt: row.created_at,
      tensors: row.tensors,
      parameters: row.parameters,
    }),
  );
const stepRow = z.object({ step: z.number() });
const sizeRow = z.object({ bytes: z.number().nullable() });

const select = `SELECT checkpoints.id, training_runs.id AS run_id, step, tokens, source, checkpoints.created_at,
  tensors, parameters FROM checkpoints JOIN training_runs ON training_runs.row = run`;

/** The checkpoint store over an open file. */
export function createCheckpointStore(sql: Sql, clock: Clock): CheckpointStore {
  const find = (id: string): Checkpoint | null => {
    const row = sql.get(`${select} WHERE checkpoints.id = ?`, id);
    return row === undefined ? null : rowSchema.parse(row);
  };
  const get = (id: string): Checkpoint => {
    const found = find(id);
    if (found) return found;
    throw new UserError('checkpoint.unknown', `There is no checkpoint ${id} in this project.`, { id });
  };
  const insist = (values: TensorValues | null, name: string): TensorValues => {
    if (values) return values;
    throw new UserError('checkpoint.no-tensor', `This checkpoint has no tensor named ${name}.`, { name });
  };
  const forgetAudit = (run: number): void =>
    void sql.run('UPDATE training_runs SET audit = NULL WHERE row = ?', run);
  const dropResume = (run: number): void => {
    const tensors = tensorsOf(sql, 'resume', run);
    sql.run('DELETE FROM resume_points WHERE run = ?', run);
    dropUnused(sql, tensors);
  };
  return {
    find,
    get,
    put: ({ runId, step, tokens, source = null, tensors }) =>
      sql.transaction(() => {
        const run = runRow(sql, runId);
        if (sql.get('SELECT row FROM checkpoints WHERE run = ? AND step = ?', run, step) !== undefined) {
          throw new UserError('checkpoint.step-taken', `This run has a checkpoint at step ${step} already.`, {
            step,
          });
        }
        const id = newId();
        const { lastInsertRowid } = sql.run(
          `INSERT INTO checkpoints (id, run, step, tokens, source, tensors, parameters, created_at)
           VALUES (?, ?, ?, ?, ?, 0, 0, ?)`,
          id,
          run,
          step,
          tokens,
          source,
          clock.now(),
        );
        const row = Number(lastInsertRowid);
        const { count, elements } = linkTensors(sql, 'checkpoint', row, tensors);
        sql.run('UPDATE checkpoints SET tensors = ?, parameters = ? WHERE row = ?', count, elements, row);
        forgetAudit(run);
        return get(id);
      }),
    list: (runId) =>
      sql.all(`${select} WHERE run = ? ORDER BY step`, runRow(sql, runId)).map((row) => rowSchema.parse(row)),
    tensors: (id) => listTensors(sql, 'checkpoint', checkpointRow(sql, id)),
    read: (id, name) => insist(readTensor(sql, 'checkpoint', checkpointRow(sql, id), name), name),
    delete(id) {
      sql.transaction(() => {
        const row = checkpointRow(sql, id);
        const tensors = tensorsOf(sql, 'checkpoint', row);
        forgetAudit(runRow(sql, get(id).runId));
        sql.run('DELETE FROM checkpoints WHERE row = ?', row);
        dropUnused(sql, tensors);
      });
    },
    storedBytes: () =>
      sizeRow.parse(sql.get('SELECT sum(length(bytes)) AS bytes FROM tensor_parts')).bytes ?? 0,
    putResumePoint(runId, step, tensors) {
      sql.transaction(() => {
        const run = runRow(sql, runId);
        const before = tensorsOf(sql, 'resume', run);
        sql.run('DELETE FROM resume_points WHERE run = ?', run);
        sql.run('INSERT INTO resume_points (run, step) VALUES (?, ?)', run, step);
        linkTensors(sql, 'resume', run, tensors);
        dropUnused(sql, before);
      });
    },
    resumePoint(runId) {
      const run = runRow(sql, runId);
      const row = sql.get('SELECT step FROM resume_points WHERE run = ?', run);
      if (row === undefined) return null;
      return { step: stepRow.parse(row).step, tensors: listTensors(sql, 'resume', run) };
    },
    readResume: (runId, name) => insist(readTensor(sql, 'resume', runRow(sql, runId), name), name),
    dropResumePoint(runId) {
      sql.transaction(() => dropResume(runRow(sql, runId)));
    },
  };
}
