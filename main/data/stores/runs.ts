import { z } from 'zod';
import type { Clock } from '../../core/clock.ts';
import { UserError } from '../../core/errors.ts';
import { newId } from '../../core/ids.ts';
import type { Sql } from '../sql.ts';

/** One run of a study: what was asked, with what seed and code, and what came out. */
export interface StudyRun {
  readonly id: string;
  /** "encoding", ... */
  readonly study: string;
  /** For people: "Narrative, all subjects". */
  readonly name: string;
  /** Study's parameters as JSON. */
  readonly params: unknown;
  readonly state: 'running' | 'complete' | 'failed';
  /** Hash of the split manifest (see SplitStore); null where the study has none. */
  readonly splitHash: string | null;
  readonly seed: number;
  readonly codeVersion: string;
  /** True when any input is simulated. */
  readonly simulated: boolean;
  /** What lists and reports show (JSON); null until complete. */
  readonly summary: unknown;
  readonly createdAt: number;
  readonly endedAt: number | null;
}
export type NewStudyRun = Pick<
  StudyRun,
  'study' | 'name' | 'params' | 'splitHash' | 'seed' | 'codeVersion' | 'simulated'
> & {
  /** Given where a resumed job must find its run again; made up otherwise. */
  readonly id?: string;
};

/** An array that a run made. */
export interface RunArray {
  readonly runId: string;
  /** Subject label, or "" for arrays of the whole run. */
  readonly subject: string;
  /** What it is, slash-separated: "r/use-lite/hidden_1", "p/use-lite", "ceiling". Unique per run and subject. */
  readonly role: string;
  readonly arrayId: string;
}

/** Study runs with their arrays and small JSON tables. */
export interface RunStore {
  create(run: NewStudyRun): StudyRun;
  /** Throws UserError('run.unknown'). */
  get(id: string): StudyRun;
  find(id: string): StudyRun | null;
  /** Newest first. */
  list(filter?: { readonly study?: string }): StudyRun[];
  rename(id: string, name: string): void;
  /** Ends the run: sets state, summary and end time. */
  finish(id: string, state: 'complete' | 'failed', summary: unknown): StudyRun;
  /** Removes the run with its tables and array links; the arrays themselves stay. */
  delete(id: string): void;
  /** Links an array to the run; the same subject and role again replaces the link. */
  putArray(link: RunArray): void;
  arrays(runId: string, filter?: { readonly subject?: string; readonly role?: string }): RunArray[];
  /** The linked array's id, or null. */
  arrayId(runId: string, subject: string, role: string): string | null;
  /** Keeps a JSON value under a name ("regions", "recovered"); the same name again replaces it. */
  putTable(runId: string, name: string, table: unknown): void;
  /** The JSON value, or null. */
  table(runId: string, name: string): unknown;
  tables(runId: string): string[];
}

const runRow = z
  .object({
    id: z.string(),
    study: z.string(),
    name: z.string(),
    params: z.string(),
    state: z.enum(['running', 'complete', 'failed']),
    split_hash: z.string().nullable(),
    seed: z.number(),
    code_version: z.string(),
    simulated: z.number(),
    summary: z.string(),
    created_at: z.number(),
    ended_at: z.number().nullable(),
  })
  .transform(
    (row): StudyRun => ({
      id: row.id,
      study: row.study,
      name: row.name,
      params: JSON.parse(row.params),
      state: row.state,
      splitHash: row.split_hash,
      seed: row.seed,
      codeVersion: row.code_version,
      simulated: row.simulated !== 0,
      summary: JSON.parse(row.summary),
      createdAt: row.created_at,
      endedAt: row.ended_at,
    }),
  );
const arrayRow = z
  .object({ run_id: z.string(), subject: z.string(), role: z.string(), array_id: z.string() })
  .transform(
    (row): RunArray => ({
      runId: row.run_id,
      subject: row.subject,
      role: row.role,
      arrayId: row.array_id,
    }),
  );
const arrayIdRow = z.object({ array_id: z.string() });
const valueRow = z.object({ value: z.string() });
const nameRow = z.object({ name: z.string() });

/** The store of study runs over an open file. */
export function createRunStore(sql: Sql, clock: Clock): RunStore {
  const find = (id: string): StudyRun | null => {
    const row = sql.get('SELECT * FROM runs WHERE id = ?', id);
    return row === undefined ? null : runRow.parse(row);
  };
  const get = (id: string): StudyRun => {
    const found = find(id);
    if (!found) throw new UserError('run.unknown', `There is no study run ${id} in this project.`, { id });
    return found;
  };
  return {
    find,
    get,
    create(run) {
      const id = run.id ?? newId();
      return sql.transaction(() => {
        sql.run(
          `INSERT INTO runs (id, study, name, params, state, split_hash, seed, code_version, simulated, summary, created_at)
           VALUES (?, ?, ?, ?, 'running', ?, ?, ?, ?, 'null', ?)`,
          id,
          run.study,
          run.name,
          JSON.stringify(run.params ?? null),
          run.splitHash,
          run.seed,
          run.codeVersion,
          run.simulated ? 1 : 0,
          clock.now(),
        );
        return get(id);
      });
    },
    list: (filter = {}) =>
      sql
        .all(
          'SELECT * FROM runs WHERE ? IS NULL OR study = ? ORDER BY seq DESC',
          filter.study ?? null,
          filter.study ?? null,
        )
        .map((row) => runRow.parse(row)),
    rename(id, name) {
      sql.transaction(() => sql.run('UPDATE runs SET name = ? WHERE id = ?', name, get(id).id));
    },
    finish: (id, state, summary) =>
      sql.transaction(() => {
        sql.run(
          'UPDATE runs SET state = ?, summary = ?, ended_at = ? WHERE id = ?',
          state,
          JSON.stringify(summary ?? null),
          clock.now(),
          get(id).id,
        );
        return get(id);
      }),
    delete(id) {
      sql.transaction(() => sql.run('DELETE FROM runs WHERE id = ?', id));
    },
    putArray(link) {
      sql.transaction(() =>
        sql.run(
          'INSERT OR REPLACE INTO run_arrays (run_id, subject, role, array_id) VALUES (?, ?, ?, ?)',
          link.runId,
          link.subject,
          link.role,
          link.arrayId,
        ),
      );
    },
    arrays: (runId, filter = {}) =>
      sql
        .all(
          `SELECT * FROM run_arrays WHERE run_id = ? AND (? IS NULL OR subject = ?) AND (? IS NULL OR role = ?)
           ORDER BY subject, role`,
          runId,
          filter.subject ?? null,
          filter.subject ?? null,
          filter.role ?? null,
          filter.role ?? null,
        )
        .map((row) => arrayRow.parse(row)),
    arrayId(runId, subject, role) {
      const text = 'SELECT array_id FROM run_arrays WHERE run_id = ? AND subject = ? AND role = ?';
      const row = sql.get(text, runId, subject, role);
      return row === undefined ? null : arrayIdRow.parse(row).array_id;
    },
    putTable(runId, name, table) {
      const text = 'INSERT OR REPLACE INTO run_tables (run_id, name, value) VALUES (?, ?, ?)';
      sql.transaction(() => sql.run(text, runId, name, JSON.stringify(table ?? null)));
    },
    table(runId, name) {
      const row = sql.get('SELECT value FROM run_tables WHERE run_id = ? AND name = ?', runId, name);
      return row === undefined ? null : JSON.parse(valueRow.parse(row).value);
    },
    tables: (runId) =>
      sql
        .all('SELECT name FROM run_tables WHERE run_id = ? ORDER BY name', runId)
        .map((row) => nameRow.parse(row).name),
  };
}
