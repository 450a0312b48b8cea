import { randomUUID } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { hostname } from 'node:os';
import { z } from 'zod';
import type { Clock } from '../core/clock.ts';
import { UserError } from '../core/errors.ts';
import type { Sql } from './sql.ts';

/** Who holds a project. One row; the holder's compute process shows the same token. */
const leaseSchema = z.object({
  token: z.string(),
  pid: z.number(),
  host: z.string(),
  process_start: z.string(),
  /** Which file the row was written in: a copy of an open project is open nowhere. */
  file_id: z.string(),
  heartbeat_at: z.number(),
});
type LeaseRow = z.infer<typeof leaseSchema>;

/** What is known of a process that may hold a lease; injected in tests. */
export interface ProcessTable {
  readonly pid: number;
  readonly host: string;
  /** Start of the process as the system tells it, so that a reused pid is seen as another one; "" when unknown. */
  startOf(pid: number): string;
  isAlive(pid: number): boolean;
}

export const systemProcesses: ProcessTable = {
  pid: process.pid,
  host: hostname(),
  startOf: (pid) => {
    try {
      // Field 22 is the start time in clock ticks since boot; the name in brackets may itself hold spaces.
      const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
      const ticks = text.slice(text.lastIndexOf(')') + 2).split(' ')[19];
      return `${readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()}:${ticks}`;
    } catch {
      return ''; // no /proc on this system, or the process has just ended
    }
  },
  isAlive: (pid) => {
    try {
      process.kill(pid, 0);
      return true;
    } catch (thrown) {
      return thrown instanceof Error && 'code' in thrown && thrown.code === 'EPERM';
    }
  },
};

export const heartbeatMs = 10_000;
/** A holder that was silent for this long, and that cannot be asked, is taken for dead. */
const silentMs = 120_000;

export interface Lease {
  readonly token: string;
  /** Throws UserError('project.lease-lost') when another window has taken the project over. Call inside a transaction. */
  check(): void;
  /** Called every `heartbeatMs` by the holder. */
  beat(): void;
  release(): void;
}

/**
 * Takes the project for this process, or joins it with the holder's token.
 *
 * @throws UserError('project.in-use') when a living process holds it
 */
export function takeLease(
  sql: Sql,
  path: string,
  clock: Clock,
  processes: ProcessTable,
  joinToken?: string,
): Lease {
  const token = joinToken ?? randomUUID();
  const fileId = String(statSync(path, { bigint: true }).ino);
  const row = (): LeaseRow | null => {
    const found = sql.get(
      'SELECT token, pid, host, process_start, file_id, heartbeat_at FROM lease WHERE id = 1',
    );
    return found === undefined ? null : leaseSchema.parse(found);
  };
  const check = (): void => {
    if (row()?.token === token) return;
    throw new UserError(
      'project.lease-lost',
      `${path} has been taken over by another Gyrus window: nothing more is saved from here.`,
      { path },
    );
  };
  const own = (): void => {
    sql.run(
      `INSERT OR REPLACE INTO lease (id, token, pid, host, process_start, file_id, heartbeat_at) VALUES (1, ?, ?, ?, ?, ?, ?)`,
      token,
      processes.pid,
      processes.host,
      processes.startOf(processes.pid),
      fileId,
      clock.now(),
    );
  };
  sql.transaction(() => {
    if (joinToken !== undefined) return check();
    const holder = row();
    if (holder && holder.file_id === fileId && isHeld(holder, clock.now(), processes))
      throw inUse(path, holder);
    own();
  });
  return {
    token,
    check,
    beat: () =>
      void sql.run('UPDATE lease SET heartbeat_at = ? WHERE id = 1 AND token = ?', clock.now(), token),
    release: () => {
      if (joinToken === undefined) sql.run('DELETE FROM lease WHERE id = 1 AND token = ?', token);
    },
  };
}

/** On this machine the system knows whether the holder lives; elsewhere only its heartbeat tells. */
function isHeld(holder: LeaseRow, now: number, processes: ProcessTable): boolean {
  const silent = now - holder.heartbeat_at > silentMs;
  if (holder.host !== processes.host) return !silent;
  if (!processes.isAlive(holder.pid)) return false;
  const start = processes.startOf(holder.pid);
  if (start === '' || holder.process_start === '') return !silent;
  return start === holder.process_start;
}

function inUse(path: string, holder: LeaseRow): UserError {
  return new UserError(
    'project.in-use',
    `${path} is open in another Gyrus window (process ${holder.pid} on ${holder.host}): close it there first.`,
    { path, pid: holder.pid, host: holder.host },
  );
}
