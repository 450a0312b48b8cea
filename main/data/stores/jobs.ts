import { z } from 'zod';
import { type ErrorInfo, errorInfoSchema } from '../../contract/errors.ts';
import {
  type Job,
  type JobProgress,
  type JobState,
  jobProgressSchema,
  jobStateSchema,
} from '../../contract/jobs.ts';
import type { Clock } from '../../core/clock.ts';
import { UserError } from '../../core/errors.ts';
import { canonicalJson } from '../../core/hash.ts';
import type { Sql } from '../sql.ts';

/** Durable job rows; the jobs room decides what they mean. Others read `list` and `get` at most. */
export interface JobStore {
  insert(job: NewJobRow): Job;
  /** Throws UserError('job.unknown'). */
  get(id: string): Job;
  find(id: string): Job | null;
  /** Newest first. */
  list(filter?: { readonly states?: readonly JobState[] }): Job[];
  /** Oldest queued job, or null. */
  nextQueued(): Job | null;
  /** Newest queued, running or interrupted job with this type and these very params. */
  findUnfinished(type: string, params: unknown): Job | null;
  /** Moves a job into a state; times, attempts and error follow from it. */
  setState(
    id: string,
    state: JobState,
    outcome?: { readonly result?: unknown; readonly error?: ErrorInfo | null },
  ): Job;
  setProgress(id: string, progress: JobProgress): void;
  /** Keeps the wish to stop, which the compute process sees even while it never yields. Cleared by `setState('queued')`. */
  requestCancel(id: string): void;
  isCancelRequested(id: string): boolean;
  cursor(id: string): unknown;
  setCursor(id: string, cursor: unknown): void;
  clearCursor(id: string): void;
  /** The newest succeeded job with this result key, so that the same work is not done twice. */
  findByResultKey(resultKey: string): Job | null;
  resultKey(id: string): string | null;
  delete(id: string): void;
}

export interface NewJobRow {
  readonly id: string;
  readonly type: string;
  readonly title: string;
  readonly params: unknown;
  readonly resultKey: string | null;
}

const json = (text: string | null): unknown => (text === null ? null : JSON.parse(text));
const jobRow = z
  .object({
    id: z.string(),
    type: z.string(),
    title: z.string(),
    state: jobStateSchema,
    params: z.string(),
    progress: z.string().nullable(),
    result: z.string().nullable(),
    error: z.string().nullable(),
    created_at: z.number(),
    started_at: z.number().nullable(),
    ended_at: z.number().nullable(),
    attempts: z.number(),
    cancel_requested: z.number(),
  })
  .transform(
    (row): Job => ({
      id: row.id,
      type: row.type,
      title: row.title,
      state: row.state,
      params: JSON.parse(row.params),
      progress: jobProgressSchema.nullable().parse(json(row.progress)),
      result: json(row.result),
      error: errorInfoSchema.nullable().parse(json(row.error)),
      createdAt: row.created_at,
      startedAt: row.started_at,
      endedAt: row.ended_at,
      attempts: row.attempts,
      cancelRequested: row.cancel_requested !== 0,
    }),
  );
const columns =
  'id, type, title, state, params, progress, result, error, created_at, started_at, ended_at, attempts, cancel_requested';
const cursorRow = z.object({ cursor: z.string().nullable() });
const keyRow = z.object({ result_key: z.string().nullable() });

/** The job store over an open file. */
export function createJobStore(sql: Sql, clock: Clock): JobStore {
  const one = (row: unknown): Job | null => (row === undefined ? null : jobRow.parse(row));
  const find = (id: string): Job | null => one(sql.get(`SELECT ${columns} FROM jobs WHERE id = ?`, id));
  const get = (id: string): Job => {
    const found = find(id);
    if (!found) throw new UserError('job.unknown', `There is no job ${id} in this project.`, { id });
    return found;
  };
  const update = (id: string, column: 'cursor' | 'progress', value: string | null): void => {
    sql.transaction(() => sql.run(`UPDATE jobs SET ${column} = ? WHERE id = ?`, value, id));
  };
  return {
    find,
    get,
    insert: (job) =>
      sql.transaction(() => {
        sql.run(
          `INSERT INTO jobs (id, type, title, state, params, result_key, created_at) VALUES (?, ?, ?, 'queued', ?, ?, ?)`,
          job.id,
          job.type,
          job.title,
          canonicalJson(job.params ?? null),
          job.resultKey,
          clock.now(),
        );
        return get(job.id);
      }),
    list(filter = {}) {
      const states = filter.states ?? jobStateSchema.options;
      const marks = states.map(() => '?').join(', ');
      const text = `SELECT ${columns} FROM jobs WHERE state IN (${marks}) ORDER BY seq DESC`;
      return sql.all(text, ...states).map((row) => jobRow.parse(row));
    },
    nextQueued: () => one(sql.get(`SELECT ${columns} FROM jobs WHERE state = 'queued' ORDER BY seq LIMIT 1`)),
    findUnfinished: (type, params) =>
      one(
        sql.get(
          `SELECT ${columns} FROM jobs WHERE type = ? AND params = ? AND state IN ('queued', 'running', 'interrupted')
           ORDER BY seq DESC LIMIT 1`,
          type,
          canonicalJson(params ?? null),
        ),
      ),
    requestCancel(id) {
      sql.transaction(() => sql.run('UPDATE jobs SET cancel_requested = 1 WHERE id = ?', get(id).id));
    },
    isCancelRequested: (id) =>
      sql.get('SELECT 1 AS found FROM jobs WHERE id = ? AND cancel_requested = 1', id) !== undefined,
    setState: (id, state, outcome = {}) =>
      sql.transaction(() => {
        const now = clock.now();
        const starts = state === 'running';
        const ends = !starts && state !== 'queued';
        sql.run(
          `UPDATE jobs SET state = ?, started_at = iif(?, ?, started_at), ended_at = iif(?, ?, NULL),
           attempts = attempts + ?, result = ?, error = ?, cancel_requested = iif(?, 0, cancel_requested)
           WHERE id = ?`,
          state,
          starts ? 1 : 0,
          now,
          ends ? 1 : 0,
          now,
          starts ? 1 : 0,
          outcome.result === undefined ? null : JSON.stringify(outcome.result),
          outcome.error ? JSON.stringify(outcome.error) : null,
          state === 'queued' ? 1 : 0,
          get(id).id,
        );
        return get(id);
      }),
    setProgress: (id, progress) => update(id, 'progress', JSON.stringify(progress)),
    cursor(id) {
      const row = sql.get('SELECT cursor FROM jobs WHERE id = ?', id);
      return row === undefined ? undefined : (json(cursorRow.parse(row).cursor) ?? undefined);
    },
    setCursor: (id, cursor) => update(id, 'cursor', JSON.stringify(cursor ?? null)),
    clearCursor: (id) => update(id, 'cursor', null),
    findByResultKey: (resultKey) =>
      one(
        sql.get(
          `SELECT ${columns} FROM jobs WHERE result_key = ? AND state = 'succeeded' ORDER BY seq DESC LIMIT 1`,
          resultKey,
        ),
      ),
    resultKey(id) {
      const row = sql.get('SELECT result_key FROM jobs WHERE id = ?', id);
      return row === undefined ? null : keyRow.parse(row).result_key;
    },
    delete(id) {
      sql.transaction(() => sql.run('DELETE FROM jobs WHERE id = ?', id));
    },
  };
}
