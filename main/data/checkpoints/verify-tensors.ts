import { setImmediate as nextTurn } from 'node:timers/promises';
import { z } from 'zod';
import { elementCount } from '../arrays/chunk-grid.ts';
import { type Finding, fault, note } from '../finding.ts';
import type { Sql } from '../sql.ts';
import { hashTensor } from './pack-tensor.ts';
import { unpackTensor } from './tensor-rows.ts';

const tensorRow = z.object({ row: z.number(), hash: z.instanceof(Uint8Array), shape: z.string() });
const userRow = z.object({ name: z.string(), step: z.number(), run: z.string() });
const blockRow = z.object({
  run: z.string(),
  metric: z.string(),
  first_step: z.number(),
  last_step: z.number(),
  count: z.number(),
  steps: z.instanceof(Uint8Array),
  bytes: z.number(),
});

/** Unpacks and hashes every tensor again. `seen` hears the decoded bytes of each. */
export async function checkTensors(
  sql: Sql,
  signal: AbortSignal,
  seen: (bytes: number, done: number, total: number) => void,
): Promise<Finding[]> {
  const findings: Finding[] = [];
  const rows = sql
    .all('SELECT row, hash, shape FROM tensors ORDER BY row')
    .map((row) => tensorRow.parse(row));
  for (const [at, { row, hash, shape: text }] of rows.entries()) {
    await nextTurn();
    signal.throwIfAborted();
    const shape = z.array(z.number()).parse(JSON.parse(text));
    const values = unpackOrNull(sql, row, elementCount(shape));
    const label = describe(sql, row);
    if (values === null) findings.push(fault('tensor', `${label} cannot be unpacked.`));
    else if (Buffer.compare(hashTensor(shape, values), hash) !== 0) {
      findings.push(fault('tensor', `${label} is not what was kept: its hash differs.`));
    }
    if (label === unused) findings.push(note('tensor', 'A tensor is kept that no checkpoint uses.'));
    seen(values?.byteLength ?? 0, at + 1, rows.length);
  }
  return findings;
}

/** Whether every block of metrics holds the points that its row tells of, upwards. */
export function checkMetrics(sql: Sql): Finding[] {
  return sql
    .all(
      `SELECT training_runs.name AS run, metric, first_step, last_step, count, steps, length(metric_values) AS bytes
       FROM metric_blocks JOIN training_runs ON training_runs.row = run`,
    )
    .map((row) => blockRow.parse(row))
    .filter((block) => !isWhole(block))
    .map(({ run, metric }) =>
      fault('metric', `The metric ${metric} of ${run} is damaged: its points are not those it tells of.`),
    );
}

function isWhole({
  first_step,
  last_step,
  count,
  steps: bytes,
  bytes: valueBytes,
}: z.infer<typeof blockRow>) {
  if (bytes.length !== 4 * count || valueBytes !== 8 * count || count === 0) return false;
  const steps = new Uint32Array(new Uint8Array(bytes).buffer);
  const upwards = steps.every((step, at) => at === 0 || step > steps[at - 1]);
  return upwards && steps[0] === first_step && steps[count - 1] === last_step;
}

function unpackOrNull(sql: Sql, row: number, length: number): Float32Array | null {
  try {
    return unpackTensor(sql, row, length);
  } catch {
    return null;
  }
}

const unused = 'A tensor that nothing uses';

function describe(sql: Sql, tensor: number): string {
  const row = sql.get(
    `SELECT checkpoint_tensors.name, step, training_runs.name AS run FROM checkpoint_tensors
     JOIN checkpoints ON checkpoints.row = checkpoint JOIN training_runs ON training_runs.row = run
     WHERE tensor = ?
     UNION ALL SELECT resume_tensors.name, step, training_runs.name FROM resume_tensors
     JOIN resume_points ON resume_points.run = resume_tensors.run
     JOIN training_runs ON training_runs.row = resume_points.run WHERE tensor = ? LIMIT 1`,
    tensor,
    tensor,
  );
  if (row === undefined) return unused;
  const { name, step, run } = userRow.parse(row);
  return `The tensor ${name} of step ${step} of ${run}`;
}
