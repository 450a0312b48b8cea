import { setImmediate as nextTurn } from 'node:timers/promises';
import { z } from 'zod';
import { UserError } from '../core/errors.ts';
import type { ReportProgress } from '../core/progress.ts';
import { type ArrayRow, listArrayRows, userOfArray } from './arrays/array-rows.ts';
import { chunkGrid, elementCount } from './arrays/chunk-grid.ts';
import { createChunkRows, hashBytes, hashOfChunks } from './arrays/chunk-rows.ts';
import { bytesOf } from './arrays/codec.ts';
import { checkMetrics, checkTensors } from './checkpoints/verify-tensors.ts';
import { type Finding, fault, note } from './finding.ts';
import { type OpenOptions, openForReading } from './open-project.ts';
import type { Sql } from './sql.ts';

export interface Verification {
  readonly path: string;
  /** True when there is no finding of level error. */
  readonly clean: boolean;
  readonly findings: readonly Finding[];
  /** What was looked at. */
  readonly arrays: number;
  readonly chunks: number;
  readonly tensors: number;
  /** Decoded bytes that were hashed again. */
  readonly bytes: number;
}

/**
 * Checks a project file from the pages of the database up to the hash of every chunk: SQLite's own integrity,
 * foreign keys, arrays and tensors against their hashes, links of provenance, rows against the arrays they describe. Lets other
 * work of the process go on between chunks.
 *
 * @throws UserError as `openProject` with read access; damage inside the file is a finding, not an exception
 */
export async function verifyProject(
  path: string,
  options: OpenOptions,
  signal: AbortSignal,
  report: ReportProgress,
): Promise<Verification> {
  const findings: Finding[] = [];
  const tally = { arrays: 0, chunks: 0, tensors: 0, bytes: 0 };
  const attempt = async (check: () => void | Promise<void>): Promise<void> => {
    try {
      await check();
    } catch (thrown) {
      if (!(thrown instanceof UserError) || thrown.code !== 'project.damaged') throw thrown;
      findings.push(fault('damaged', 'Parts of the database file cannot be read.'));
    }
  };
  await attempt(async () => {
    const sql = openForReading(path, options);
    try {
      // One snapshot for all checks, whatever another window writes meanwhile. The connection's end is its end.
      sql.exec('BEGIN');
      await attempt(() => void findings.push(...checkDatabase(sql)));
      await attempt(async () => {
        const rows = listArrayRows(sql);
        for (const [at, row] of rows.entries()) {
          await attempt(async () => void findings.push(...(await checkArray(sql, row, tally, signal))));
          report({ phase: 'verify', done: at + 1, total: rows.length, unit: 'arrays' });
        }
      });
      await attempt(async () => {
        const found = await checkTensors(sql, signal, (bytes, done, total) => {
          tally.tensors = done;
          tally.bytes += bytes;
          report({ phase: 'verify', done, total, unit: 'tensors' });
        });
        findings.push(...found, ...checkMetrics(sql));
      });
      await attempt(() => void findings.push(...checkLinks(sql)));
      await attempt(() => void findings.push(...checkJobs(sql)));
    } finally {
      sql.close();
    }
  });
  return { path, clean: findings.every((finding) => finding.level !== 'error'), findings, ...tally };
}

const integrityRow = z.object({ integrity_check: z.string() });
const foreignRow = z.object({ table: z.string(), rowid: z.number().nullable(), parent: z.string() });

function checkDatabase(sql: Sql): Finding[] {
  const integrity = sql
    .all('PRAGMA integrity_check(20)')
    .map((row) => integrityRow.parse(row).integrity_check)
    .filter((line) => line !== 'ok')
    .map((line) => fault('database', `The database file is damaged: ${line}.`));
  const foreign = sql.all('PRAGMA foreign_key_check').map((row) => {
    const { table, rowid, parent } = foreignRow.parse(row);
    return fault(
      'dangling',
      `Row ${rowid ?? '?'} of ${table} points to something in ${parent} that is not there.`,
    );
  });
  return [...integrity, ...foreign];
}

async function checkArray(
  sql: Sql,
  { row, info }: ArrayRow,
  tally: { arrays: number; chunks: number; bytes: number },
  signal: AbortSignal,
): Promise<Finding[]> {
  const label = `The array “${info.name}” (${info.id})`;
  const chunks = createChunkRows(sql);
  const grid = chunkGrid(info.shape, info.chunkShape);
  const length = elementCount(info.chunkShape);
  const findings: Finding[] = [];
  const hashes = chunks.hashes(row);
  for (const { position, hash } of hashes) {
    await nextTurn();
    signal.throwIfAborted();
    const values = decodeOrNull(() => chunks.read(row, position, info.dtype, length));
    if (values === null)
      findings.push(fault('chunk', `${label} has a chunk (${position}) that cannot be unpacked.`));
    else if (!same(hashBytes(bytesOf(values)), hash)) {
      findings.push(
        fault('chunk', `${label} has a chunk (${position}) whose values are not those that were written.`),
      );
    }
    tally.chunks++;
    tally.bytes += values?.byteLength ?? 0;
  }
  tally.arrays++;
  if (hashes.some(({ position }) => position >= grid.total)) {
    findings.push(fault('chunk', `${label} has chunks outside of its shape.`));
  }
  return [
    ...findings,
    ...checkSeal(
      sql,
      info,
      label,
      grid.total,
      hashes.map(({ hash }) => hash),
    ),
  ];
}

function checkSeal(
  sql: Sql,
  info: ArrayRow['info'],
  label: string,
  total: number,
  hashes: readonly Uint8Array[],
): Finding[] {
  if (info.contentHash === null) {
    const user = userOfArray(sql, info.id);
    const unfinished = `${label} was never finished (${hashes.length} of ${total} chunks)`;
    return user === null
      ? [note('unfinished', `${unfinished}; nothing uses it.`)]
      : [fault('unfinished', `${unfinished}, and ${user} uses it.`)];
  }
  if (hashes.length < total)
    return [fault('missing', `${label} lacks ${total - hashes.length} of its ${total} chunks.`)];
  if (hashOfChunks(info.dtype, info.shape, info.chunkShape, hashes) === info.contentHash) return [];
  return [fault('hash', `${label} is not what was sealed: its content hash differs.`)];
}

const linkRow = z.object({
  kind: z.string(),
  entity_id: z.string(),
  label: z.string(),
  activity: z.string(),
});
const recordingRow = z.object({
  id: z.string(),
  sample_count: z.number(),
  shape: z.string(),
  voxel_count: z.number().nullable(),
});

/** Tables of what provenance may speak of, with the column of its id. */
const entityTables = {
  array: ['arrays', 'id'],
  recording: ['recordings', 'id'],
  stimulus: ['stimuli', 'id'],
  space: ['spaces', 'id'],
  features: ['feature_sets', 'key'],
  run: ['runs', 'id'],
  items: ['item_sets', 'id'],
} as const;

function checkLinks(sql: Sql): Finding[] {
  const gone = Object.entries(entityTables).flatMap(([kind, [table, column]]) =>
    sql
      .all(
        `SELECT DISTINCT links.kind, entity_id, label, activities.kind AS activity FROM activity_links AS links
         JOIN activities ON activities.id = activity_id
         WHERE links.kind = ? AND NOT EXISTS (SELECT 1 FROM ${table} WHERE ${column} = entity_id)`,
        kind,
      )
      .map((row) => linkRow.parse(row)),
  );
  const history = gone.map(({ kind, entity_id, label, activity }) =>
    note(
      'history',
      `The history (${activity}) tells of the ${kind} “${label}” (${entity_id}), which has been deleted since.`,
    ),
  );
  const shapes = sql
    .all(
      `SELECT recordings.id, sample_count, arrays.shape, voxel_count FROM recordings
       JOIN arrays ON arrays.id = data_array_id LEFT JOIN spaces ON spaces.id = space_id`,
    )
    .map((row) => recordingRow.parse(row))
    .flatMap(({ id, sample_count, shape, voxel_count }) => {
      const [samples, columns] = z.array(z.number()).parse(JSON.parse(shape));
      const fits = samples === sample_count && (voxel_count === null || voxel_count === columns);
      return fits
        ? []
        : [
            fault(
              'shape',
              `The recording ${id} and its data disagree on how many samples and voxels there are.`,
            ),
          ];
    });
  return [...history, ...shapes];
}

const jobRow = z.object({ id: z.string(), title: z.string(), state: z.string() });

function checkJobs(sql: Sql): Finding[] {
  return sql
    .all(`SELECT id, title, state FROM jobs WHERE state IN ('running', 'interrupted') ORDER BY seq`)
    .map((row) => {
      const { id, title, state } = jobRow.parse(row);
      const what = state === 'running' ? 'is running, or was cut off' : 'was interrupted';
      return note(
        'job',
        `The job “${title}” (${id}) ${what}: it goes on when the project is opened for work.`,
      );
    });
}

function decodeOrNull<T>(decode: () => T): T | null {
  try {
    return decode();
  } catch {
    return null;
  }
}

const same = (a: Uint8Array, b: Uint8Array): boolean => Buffer.compare(a, b) === 0;
