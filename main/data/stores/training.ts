import { zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import { z } from 'zod';
import {
  type CheckpointAudit,
  checkpointAuditSchema,
  type TrainingRun,
  type TrainingState,
  trainingRunSchema,
} from '../../contract/checkpoints.ts';
import type { ErrorInfo } from '../../contract/errors.ts';
import type { Clock } from '../../core/clock.ts';
import { UserError } from '../../core/errors.ts';
import { newId } from '../../core/ids.ts';
import { hashBytes } from '../arrays/chunk-rows.ts';
import { createMetricStore, type MetricStore } from '../checkpoints/metric-store.ts';
import { runRow } from '../checkpoints/run-row.ts';
import { dropUnused, tensorsOf } from '../checkpoints/tensor-rows.ts';
import type { Sql } from '../sql.ts';

/** What a new run is known by; it starts out waiting. */
export type NewTrainingRun = Omit<TrainingRun, 'id' | 'state' | 'error' | 'createdAt' | 'endedAt'> & {
  /** Given where a resumed job must find its run again; made up otherwise. */
  readonly id?: string;
};

/** Training runs with their files (tokenizer) and metrics. Their weights are in the checkpoint store. */
export interface TrainingStore {
  readonly metrics: MetricStore;
  create(run: NewTrainingRun): TrainingRun;
  /** Throws UserError('training.unknown'). */
  get(id: string): TrainingRun;
  find(id: string): TrainingRun | null;
  /** Newest first. */
  list(filter?: { readonly plan?: string }): TrainingRun[];
  setState(id: string, state: TrainingState, error?: ErrorInfo | null): TrainingRun;
  rename(id: string, name: string): void;
  /** Keeps a file under its name (tokenizer.json); equal files of many runs are kept once. */
  putFile(id: string, name: string, bytes: Uint8Array): void;
  /** Bytes of a kept file, or null. */
  file(id: string, name: string): Uint8Array | null;
  files(id: string): string[];
  /** Keeps an audit until the run's checkpoints change. */
  putAudit(audit: CheckpointAudit): void;
  audit(id: string): CheckpointAudit | null;
  /** Removes the run with checkpoints, metrics and every tensor that nothing else uses. */
  delete(id: string): void;
}

const parsed = (text: string | null): unknown => (text === null ? null : JSON.parse(text));
const rowSchema = z
  .object({
    id: z.string(),
    plan: z.string(),
    name: z.string(),
    origin: z.string(),
    state: z.string(),
    seed: z.number().nullable(),
    config: z.string(),
    settings: z.string(),
    provider: z.string().nullable(),
    code_version: z.string(),
    simulated: z.number(),
    tokens_per_step: z.number().nullable(),
    total_steps: z.number().nullable(),
    error: z.string().nullable(),
    created_at: z.number(),
    ended_at: z.number().nullable(),
  })
  .transform((row) =>
    trainingRunSchema.parse({
      id: row.id,
      plan: row.plan,
      name: row.name,
      origin: row.origin,
      state: row.state,
      seed: row.seed,
      config: JSON.parse(row.config),
      settings: JSON.parse(row.settings),
      provider: row.provider,
      codeVersion: row.code_version,
      simulated: row.simulated !== 0,
      tokensPerStep: row.tokens_per_step,
      totalSteps: row.total_steps,
      error: parsed(row.error),
      createdAt: row.created_at,
      endedAt: row.ended_at,
    }),
  );
const columns =
  'id, plan, name, origin, state, seed, config, settings, provider, code_version, simulated, tokens_per_step, total_steps, error, created_at, ended_at';
const auditRow = z.object({ audit: z.string().nullable() });
const bytesRow = z.object({ bytes: z.instanceof(Uint8Array) });
const nameRow = z.object({ name: z.string() });
const numberRow = z.object({ row: z.number() });

/** States in which a run is over, well or not. */
const ENDED: readonly TrainingState[] = ['complete', 'diverged', 'failed'];

/** The store of training runs over an open file. */
export function createTrainingStore(sql: Sql, clock: Clock): TrainingStore {
  const find = (id: string): TrainingRun | null => {
    const row = sql.get(`SELECT ${columns} FROM training_runs WHERE id = ?`, id);
    return row === undefined ? null : rowSchema.parse(row);
  };
  const get = (id: string): TrainingRun => {
    const found = find(id);
    if (found) return found;
    throw new UserError('training.unknown', `There is no training run ${id} in this project.`, { id });
  };
  return {
    metrics: createMetricStore(sql),
    find,
    get,
    create: (run) =>
      sql.transaction(() => {
        const id = run.id ?? newId();
        sql.run(
          `INSERT INTO training_runs (id, plan, name, origin, state, seed, config, settings, provider, code_version,
           simulated, tokens_per_step, total_steps, created_at) VALUES (?, ?, ?, ?, 'waiting', ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
          id,
          run.plan,
          run.name,
          run.origin,
          run.seed,
          JSON.stringify(run.config),
          JSON.stringify(run.settings ?? null),
          run.provider,
          run.codeVersion,
          run.simulated ? 1 : 0,
          run.tokensPerStep,
          run.totalSteps,
          clock.now(),
        );
        return get(id);
      }),
    list: ({ plan = null } = {}) =>
      sql
        .all(`SELECT ${columns} FROM training_runs WHERE ? IS NULL OR plan = ? ORDER BY row DESC`, plan, plan)
        .map((row) => rowSchema.parse(row)),
    setState: (id, state, error = null) =>
      sql.transaction(() => {
        sql.run(
          'UPDATE training_runs SET state = ?, error = ?, ended_at = ? WHERE row = ?',
          state,
          error === null ? null : JSON.stringify(error),
          ENDED.includes(state) ? clock.now() : null,
          runRow(sql, id),
        );
        return get(id);
      }),
    rename(id, name) {
      sql.transaction(() =>
        sql.run('UPDATE training_runs SET name = ? WHERE row = ?', name, runRow(sql, id)),
      );
    },
    putFile(id, name, bytes) {
      const hash = hashBytes(bytes);
      sql.transaction(() => {
        const packed = zstdCompressSync(bytes);
        sql.run('INSERT INTO kept_files (hash, bytes) VALUES (?, ?) ON CONFLICT DO NOTHING', hash, packed);
        sql.run(
          'INSERT OR REPLACE INTO run_files (run, name, hash) VALUES (?, ?, ?)',
          runRow(sql, id),
          name,
          hash,
        );
      });
    },
    file(id, name) {
      const row = sql.get(
        `SELECT bytes FROM run_files JOIN kept_files ON kept_files.hash = run_files.hash WHERE run = ? AND name = ?`,
        runRow(sql, id),
        name,
      );
      return row === undefined ? null : new Uint8Array(zstdDecompressSync(bytesRow.parse(row).bytes));
    },
    files: (id) =>
      sql
        .all('SELECT name FROM run_files WHERE run = ? ORDER BY name', runRow(sql, id))
        .map((row) => nameRow.parse(row).name),
    putAudit(audit) {
      sql.transaction(() =>
        sql.run(
          'UPDATE training_runs SET audit = ? WHERE row = ?',
          JSON.stringify(audit),
          runRow(sql, audit.runId),
        ),
      );
    },
    audit(id) {
      const row = sql.get('SELECT audit FROM training_runs WHERE id = ?', get(id).id);
      return checkpointAuditSchema.nullable().parse(parsed(auditRow.parse(row).audit));
    },
    delete(id) {
      sql.transaction(() => {
        const run = runRow(sql, id);
        const used = sql
          .all('SELECT row FROM checkpoints WHERE run = ?', run)
          .flatMap((row) => tensorsOf(sql, 'checkpoint', numberRow.parse(row).row));
        const tensors = new Set([...used, ...tensorsOf(sql, 'resume', run)]);
        sql.run('DELETE FROM training_runs WHERE row = ?', run);
        dropUnused(sql, tensors);
        sql.run('DELETE FROM kept_files WHERE hash NOT IN (SELECT hash FROM run_files)');
      });
    },
  };
}
