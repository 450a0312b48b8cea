import { z } from 'zod';
import type { MetricInfo } from '../../contract/checkpoints.ts';
import { bytesOf } from '../arrays/codec.ts';
import type { Sql } from '../sql.ts';
import { runRow } from './run-row.ts';

/** One metric of one run: steps ascending, one value each. */
export interface MetricSeries {
  readonly runId: string;
  readonly name: string;
  readonly steps: Uint32Array<ArrayBuffer>;
  readonly values: Float64Array<ArrayBuffer>;
}

/** Which series are meant; all where left out. */
export interface MetricFilter {
  readonly runIds?: readonly string[];
  readonly names?: readonly string[];
  /** Points outside of this closed range of steps are left out. */
  readonly fromStep?: number;
  readonly toStep?: number;
}

/** Numbers over the course of training, packed: a thousand points a row, so that whole series are read at once. */
export interface MetricStore {
  /**
   * Adds points to a run, in any order of names; steps of one metric must go upwards.
   * @throws Error where a step is not beyond the last one kept
   */
  append(runId: string, step: number, values: Readonly<Record<string, number>>): void;
  /** Several steps at once: one write per thousand points. */
  appendSeries(runId: string, name: string, steps: ArrayLike<number>, values: ArrayLike<number>): void;
  /** Removes points beyond a step: what a resumed run will tell anew. */
  truncate(runId: string, lastStep: number): void;
  /** What there is, without values. */
  list(filter?: Pick<MetricFilter, 'runIds' | 'names'>): MetricInfo[];
  /** Whole series, one at a time, by run and name. */
  series(filter?: MetricFilter): Generator<MetricSeries>;
}

/** Points of one block: 12 KiB of steps and values. */
const BLOCK = 1024;

const infoRow = z
  .object({
    id: z.string(),
    metric: z.string(),
    points: z.number(),
    first: z.number(),
    last: z.number(),
  })
  .transform(
    (row): MetricInfo => ({
      runId: row.id,
      name: row.metric,
      points: row.points,
      firstStep: row.first,
      lastStep: row.last,
    }),
  );
const blockRow = z.object({
  first_step: z.number(),
  last_step: z.number(),
  steps: z.instanceof(Uint8Array),
  metric_values: z.instanceof(Uint8Array),
});
const seriesRow = z.object({
  id: z.string(),
  metric: z.string(),
  steps: z.instanceof(Uint8Array),
  metric_values: z.instanceof(Uint8Array),
});
const nameRow = z.object({ metric: z.string() });

/** The store of metrics over an open file. */
export function createMetricStore(sql: Sql): MetricStore {
  function write(run: number, name: string, steps: Uint32Array, values: Float64Array): void {
    sql.run(
      `INSERT OR REPLACE INTO metric_blocks (run, metric, first_step, last_step, count, steps, metric_values)
       VALUES (?, ?, ?, ?, ?, ?, ?)`,
      run,
      name,
      steps[0],
      steps[steps.length - 1],
      steps.length,
      bytesOf(steps),
      bytesOf(values),
    );
  }

  function lastBlock(run: number, name: string) {
    const row = sql.get(
      `SELECT first_step, last_step, steps, metric_values FROM metric_blocks WHERE run = ? AND metric = ?
       ORDER BY first_step DESC LIMIT 1`,
      run,
      name,
    );
    if (row === undefined) return null;
    const block = blockRow.parse(row);
    return { last: block.last_step, steps: uint32Of(block.steps), values: float64Of(block.metric_values) };
  }

  function add(
    run: number,
    name: string,
    steps: Uint32Array<ArrayBuffer>,
    values: Float64Array<ArrayBuffer>,
  ): void {
    if (steps.length === 0) return;
    const last = lastBlock(run, name);
    if (last !== null && steps[0] <= last.last) {
      throw new Error(`${name} was told for step ${last.last} already, and is told again for ${steps[0]}`);
    }
    const open = last !== null && last.steps.length < BLOCK ? last : null;
    const allSteps = open === null ? steps : joinSteps([open.steps, steps]);
    const allValues = open === null ? values : joinValues([open.values, values]);
    for (let at = 0; at < allSteps.length; at += BLOCK) {
      write(run, name, allSteps.slice(at, at + BLOCK), allValues.slice(at, at + BLOCK));
    }
  }

  return {
    append: (runId, step, values) =>
      sql.transaction(() => {
        const run = runRow(sql, runId);
        for (const [name, value] of Object.entries(values)) {
          add(run, name, Uint32Array.of(step), Float64Array.of(value));
        }
      }),
    appendSeries: (runId, name, steps, values) =>
      sql.transaction(() => {
        if (steps.length !== values.length)
          throw new Error(`${steps.length} steps for ${values.length} values`);
        add(runRow(sql, runId), name, Uint32Array.from(steps), Float64Array.from(values));
      }),
    truncate: (runId, lastStep) =>
      sql.transaction(() => {
        const run = runRow(sql, runId);
        sql.run('DELETE FROM metric_blocks WHERE run = ? AND first_step > ?', run, lastStep);
        const cut = sql.all(
          'SELECT metric FROM metric_blocks WHERE run = ? AND last_step > ?',
          run,
          lastStep,
        );
        for (const row of cut) {
          const { metric } = nameRow.parse(row);
          const block = lastBlock(run, metric);
          const kept = block?.steps.findLastIndex((step) => step <= lastStep) ?? -1;
          if (block !== null)
            write(run, metric, block.steps.slice(0, kept + 1), block.values.slice(0, kept + 1));
        }
      }),
    list(filter = {}) {
      const [where, params] = condition(filter);
      return sql
        .all(
          `SELECT id, metric, sum(count) AS points, min(first_step) AS first, max(last_step) AS last
           FROM metric_blocks JOIN training_runs ON training_runs.row = run WHERE ${where}
           GROUP BY run, metric ORDER BY run, metric`,
          ...params,
        )
        .map((row) => infoRow.parse(row));
    },
    *series(filter = {}) {
      const [where, params] = condition(filter);
      const rows = sql
        .all(
          `SELECT id, metric, steps, metric_values FROM metric_blocks JOIN training_runs ON training_runs.row = run
           WHERE ${where} AND last_step >= ? AND first_step <= ? ORDER BY run, metric, first_step`,
          ...params,
          filter.fromStep ?? 0,
          filter.toStep ?? Number.MAX_SAFE_INTEGER,
        )
        .map((row) => seriesRow.parse(row));
      for (let start = 0; start < rows.length; ) {
        const { id: runId, metric: name } = rows[start];
        let stop = start + 1;
        while (stop < rows.length && rows[stop].id === runId && rows[stop].metric === name) stop++;
        const blocks = rows.slice(start, stop);
        const steps = joinSteps(blocks.map((block) => uint32Of(block.steps)));
        const values = joinValues(blocks.map((block) => float64Of(block.metric_values)));
        const from = steps.findIndex((step) => step >= (filter.fromStep ?? 0));
        const to = steps.findLastIndex((step) => step <= (filter.toStep ?? Number.MAX_SAFE_INTEGER)) + 1;
        if (from >= 0 && to > from) {
          yield { runId, name, steps: steps.subarray(from, to), values: values.subarray(from, to) };
        }
        start = stop;
      }
    },
  };
}

function joinSteps(parts: readonly Uint32Array<ArrayBuffer>[]): Uint32Array<ArrayBuffer> {
  return parts.length === 1 ? parts[0] : joinInto(parts, (length) => new Uint32Array(length));
}

function joinValues(parts: readonly Float64Array<ArrayBuffer>[]): Float64Array<ArrayBuffer> {
  return parts.length === 1 ? parts[0] : joinInto(parts, (length) => new Float64Array(length));
}

/** One array after the other; spreading them as arguments would overflow the stack for long series. */
function joinInto<T extends Uint32Array | Float64Array>(parts: readonly T[], make: (length: number) => T): T {
  const whole = make(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** SQL condition on runs and names with its parameters. */
function condition({ runIds, names }: MetricFilter): readonly [string, readonly (string | null)[]] {
  const [ids, metrics] = [runIds, names].map((list) => (list === undefined ? null : JSON.stringify(list)));
  return [
    '(? IS NULL OR id IN (SELECT value FROM json_each(?))) AND (? IS NULL OR metric IN (SELECT value FROM json_each(?)))',
    [ids, ids, metrics, metrics],
  ];
}

// SQLite's buffers may begin anywhere; typed arrays must not.
const uint32Of = (bytes: Uint8Array): Uint32Array<ArrayBuffer> =>
  new Uint32Array(new Uint8Array(bytes).buffer);
const float64Of = (bytes: Uint8Array): Float64Array<ArrayBuffer> =>
  new Float64Array(new Uint8Array(bytes).buffer);
