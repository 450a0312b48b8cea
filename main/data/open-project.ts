import {
  accessSync,
  closeSync,
  constants,
  existsSync,
  openSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import { basename, dirname, extname, resolve } from 'node:path';
import { z } from 'zod';
import { type Clock, systemClock } from '../core/clock.ts';
import { UserError } from '../core/errors.ts';
import { newId } from '../core/ids.ts';
import type { Logger } from '../core/logger.ts';
import { createArrayStore } from './arrays/create-array-store.ts';
import { heartbeatMs, type Lease, type ProcessTable, systemProcesses, takeLease } from './lease.ts';
import { applicationId, latestVersion, migrate, refuseNewer } from './migrate.ts';
import type { Migration } from './migrations/migration.ts';
import { migrations } from './migrations/migrations.ts';
import type { Project } from './project.ts';
import { explainSqlError, openSql, type Sql } from './sql.ts';
import { createAlignmentStore } from './stores/alignments.ts';
import { createCheckpointStore } from './stores/checkpoints.ts';
import { createFeatureStore } from './stores/features.ts';
import { createItemSetStore } from './stores/item-sets.ts';
import { createJobStore } from './stores/jobs.ts';
import { createMetaStore } from './stores/meta.ts';
import { createProvenanceStore } from './stores/provenance.ts';
import { createRecordingStore } from './stores/recordings.ts';
import { createRunStore } from './stores/runs.ts';
import { createSpaceStore } from './stores/spaces.ts';
import { createSplitStore } from './stores/splits.ts';
import { createStimulusStore } from './stores/stimuli.ts';
import { createTrainingStore } from './stores/training.ts';

export interface OpenOptions {
  readonly logger: Logger;
  /**
   * `write` (default) takes the lease, so that no second window works on the file; `read` takes nothing and may look
   * at a project that is open elsewhere.
   */
  readonly access?: 'write' | 'read';
  /** Joins the lease of the owner: the compute process is a second connection of the same window. */
  readonly leaseToken?: string;
  readonly clock?: Clock;
  /** How long to wait for another connection's write to end; 5 s by default. */
  readonly busyTimeoutMs?: number;
  /** For tests: as if the disk were full when the file reaches this many pages. */
  readonly maxPages?: number;
  /** Statements over this many milliseconds are logged; 40 by default. */
  readonly slowMs?: number;
  /** For tests. */
  readonly processes?: ProcessTable;
  /** For tests. */
  readonly migrations?: readonly Migration[];
}

/**
 * Makes a new, empty project file and opens it. The file appears under its name only once it is whole.
 *
 * @throws UserError('project.exists' | 'project.no-folder'), or as `openProject`
 */
export function createProject(path: string, options: OpenOptions): Project {
  const target = resolve(path);
  if (existsSync(target)) {
    throw new UserError('project.exists', `${target} is there already: open it, or choose another name.`, {
      path: target,
    });
  }
  if (!existsSync(dirname(target))) {
    const folder = dirname(target);
    throw new UserError(
      'project.no-folder',
      `There is no folder ${folder}: make it first, or choose another place.`,
      {
        folder,
      },
    );
  }
  const draft = `${target}.${process.pid}.new`;
  try {
    const sql = openSql(draft, { readOnly: false, busyTimeoutMs: 5000, slowMs: 40, logger: options.logger });
    try {
      // Large pages: nearly all of a project is chunks of a megabyte, which SQLite keeps in chains of pages.
      sql.pragma('page_size = 16384');
      sql.pragma('journal_mode = WAL');
      migrate(sql, target, options.migrations ?? migrations);
      const meta = {
        projectId: newId(),
        name: basename(target, extname(target)),
        createdAt: (options.clock ?? systemClock).now(),
      };
      sql.transaction(() => {
        for (const [key, value] of Object.entries(meta)) {
          sql.run('INSERT INTO meta (key, value) VALUES (?, ?)', key, JSON.stringify(value));
        }
      });
      sql.pragma('wal_checkpoint(TRUNCATE)');
    } finally {
      sql.close();
    }
    renameSync(draft, target);
  } catch (thrown) {
    for (const suffix of ['', '-wal', '-shm']) rmSync(draft + suffix, { force: true });
    throw explainSqlError(target, thrown);
  }
  return openProject(target, options);
}

/**
 * Opens a project file.
 *
 * @throws UserError `project.missing`, `project.not-a-project`, `project.too-new`, `project.too-old` (read access
 *   only), `project.read-only`, `project.locked`, `project.in-use`, `project.lease-lost`, `project.damaged`
 */
export function openProject(path: string, options: OpenOptions): Project {
  const target = resolve(path);
  if (options.access === 'read') return assemble(target, openForReading(target, options), null, options);
  const sql = connect(target, options, false);
  let lease: Lease | null = null;
  try {
    const { clock = systemClock, processes = systemProcesses, leaseToken } = options;
    lease = takeLease(sql, target, clock, processes, leaseToken);
    const backup = migrate(sql, target, options.migrations ?? migrations);
    if (backup) options.logger.info('Project brought to the newest version', { path: target, backup });
    // A file at rest has no log beside it (see `leaveOneFile`); one in use has.
    sql.pragma('journal_mode = WAL');
    sql.guard(lease.check);
    return assemble(target, sql, lease, options);
  } catch (thrown) {
    lease?.release();
    sql.close();
    throw thrown;
  }
}

/**
 * A connection that looks and changes nothing; the file may be open elsewhere.
 *
 * @throws as `openProject` with read access
 */
export function openForReading(path: string, options: OpenOptions): Sql {
  const target = resolve(path);
  // A connection that may write tidies the write-ahead log away when it ends; one that may not leaves it behind.
  const sql = connect(target, options, !isWritable(target));
  try {
    sql.pragma('query_only = ON');
    refuseOlder(target, Number(sql.pragma('user_version')), options.migrations ?? migrations);
    return sql;
  } catch (thrown) {
    sql.close();
    throw thrown;
  }
}

function connect(path: string, options: OpenOptions, readOnly: boolean): Sql {
  refuseOtherFiles(path);
  const { busyTimeoutMs = 5000, slowMs = 40, logger } = options;
  const sql = openSql(path, { readOnly, busyTimeoutMs, slowMs, logger });
  try {
    refuseNewer(path, Number(sql.pragma('user_version')), options.migrations ?? migrations);
    prepareConnection(sql);
    if (options.maxPages !== undefined) sql.pragma(`max_page_count = ${options.maxPages}`);
    return sql;
  } catch (thrown) {
    sql.close();
    throw thrown;
  }
}

function prepareConnection(sql: Sql): void {
  sql.pragma('foreign_keys = ON');
  // With a write-ahead log, NORMAL never corrupts and survives a killed process whole; FULL would sync every chunk.
  sql.pragma('synchronous = NORMAL');
  sql.pragma('journal_size_limit = 67108864');
}

function assemble(path: string, sql: Sql, lease: Lease | null, options: OpenOptions): Project {
  const clock = options.clock ?? systemClock;
  const holds = lease !== null && options.leaseToken === undefined;
  const heartbeat = holds ? setInterval(() => beat(lease, options.logger), heartbeatMs) : undefined;
  heartbeat?.unref();
  let open = true;
  return {
    path,
    leaseToken: lease?.token ?? null,
    meta: createMetaStore(sql),
    arrays: createArrayStore(sql, clock),
    recordings: createRecordingStore(sql),
    alignments: createAlignmentStore(sql),
    spaces: createSpaceStore(sql),
    stimuli: createStimulusStore(sql),
    features: createFeatureStore(sql, clock),
    splits: createSplitStore(sql, clock),
    itemSets: createItemSetStore(sql),
    runs: createRunStore(sql, clock),
    training: createTrainingStore(sql, clock),
    checkpoints: createCheckpointStore(sql, clock),
    provenance: createProvenanceStore(sql, clock),
    jobs: createJobStore(sql, clock),
    transaction: (work) => sql.transaction(work),
    close() {
      if (!open) return;
      open = false;
      clearInterval(heartbeat);
      try {
        lease?.release();
        if (holds) leaveOneFile(sql, options.logger);
      } finally {
        sql.close();
      }
    },
  };
}

/**
 * Leaves a project at rest as one plain file, which can then be read from a folder or medium where nothing may be written:
 * there SQLite cannot open a file that wants a write-ahead log. While another connection is open the log stays.
 */
function leaveOneFile(sql: Sql, logger: Logger): void {
  try {
    sql.pragma('busy_timeout = 0');
    sql.pragma('journal_mode = DELETE');
  } catch (thrown) {
    logger.debug('The write-ahead log stays: the project is open elsewhere', { thrown });
  }
}

/** A beat that fails (the compute process is in a long write) is made up by the next one. */
function beat(lease: Lease, logger: Logger): void {
  try {
    lease.beat();
  } catch (thrown) {
    logger.warn('Lease not renewed', { thrown });
  }
}

const headerSchema = z.object({
  magic: z.literal('SQLite format 3\0'),
  application: z.literal(applicationId),
});

/** Looks at the file's first 100 bytes before SQLite touches it. */
function refuseOtherFiles(path: string): void {
  if (!existsSync(path)) {
    throw new UserError(
      'project.missing',
      `There is no project at ${path}: check the path, or make it with “gyrus new”.`,
      { path },
    );
  }
  const header = Buffer.alloc(100);
  if (statSync(path).isFile()) {
    let file: number;
    try {
      file = openSync(path, 'r');
    } catch (thrown) {
      throw explainSqlError(path, thrown);
    }
    readSync(file, header, 0, 100, 0);
    closeSync(file);
  }
  const seen = { magic: header.toString('latin1', 0, 16), application: header.readUInt32BE(68) };
  if (headerSchema.safeParse(seen).success) return;
  throw new UserError('project.not-a-project', `${path} is not a Gyrus project.`, { path });
}

function isWritable(path: string): boolean {
  try {
    accessSync(path, constants.W_OK);
    accessSync(dirname(path), constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

function refuseOlder(path: string, version: number, steps: readonly Migration[]): void {
  if (version >= latestVersion(steps)) return;
  throw new UserError(
    'project.too-old',
    `${path} was saved by an older Gyrus: open it once in the app (a copy is kept), then look again.`,
    { path, version },
  );
}
