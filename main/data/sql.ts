import BetterSqlite3 from 'better-sqlite3';
import { UserError } from '../core/errors.ts';
import type { Logger } from '../core/logger.ts';

/** What SQLite takes and gives in STRICT tables. */
export type SqlValue = string | number | bigint | Uint8Array | null;

/**
 * A thin hand on one SQLite connection: cached prepared statements, refusals in plain words, one place for
 * transactions, and a log line for every statement over 40 ms. Rows come out as unknown and are parsed by their store.
 */
export interface Sql {
  run(text: string, ...params: SqlValue[]): { changes: number; lastInsertRowid: number | bigint };
  get(text: string, ...params: SqlValue[]): unknown;
  all(text: string, ...params: SqlValue[]): unknown[];
  /** Several statements at once, no parameters: migrations and pragmas. */
  exec(text: string): void;
  /** First column of the first row of `PRAGMA name`. */
  pragma(text: string): unknown;
  /** Runs `work` in a transaction (immediate), or in a savepoint of the one that is open. All or nothing. */
  transaction<T>(work: () => T): T;
  /** Called at the start of every outermost transaction; throws to refuse it. */
  guard(check: () => void): void;
  close(): void;
}

export interface SqlOptions {
  readonly readOnly: boolean;
  /** How long to wait for another connection's write to end. */
  readonly busyTimeoutMs: number;
  /** Statements that take longer are logged. */
  readonly slowMs: number;
  readonly logger: Logger;
}

/** Opens one connection. The file must exist unless `readOnly` is false. */
export function openSql(path: string, options: SqlOptions): Sql {
  const db = explained(
    path,
    () => new BetterSqlite3(path, { readonly: options.readOnly, timeout: options.busyTimeoutMs }),
  );
  const statements = new Map<string, BetterSqlite3.Statement<SqlValue[]>>();
  let depth = 0;
  let check = () => {};

  function timed<T>(text: string, work: () => T): T {
    const start = performance.now();
    try {
      return explained(path, work);
    } finally {
      const ms = performance.now() - start;
      if (ms > options.slowMs)
        options.logger.debug('Slow statement', { ms: Math.round(ms), sql: text.slice(0, 200) });
    }
  }

  function prepare(text: string): BetterSqlite3.Statement<SqlValue[]> {
    let statement = statements.get(text);
    if (!statement) {
      statement = explained(path, () => db.prepare<SqlValue[]>(text));
      statements.set(text, statement);
    }
    return statement;
  }

  function begin(): void {
    db.exec(depth === 0 ? 'BEGIN IMMEDIATE' : `SAVEPOINT level_${depth}`);
    depth++;
  }

  function commit(): void {
    db.exec(depth === 1 ? 'COMMIT' : `RELEASE level_${depth - 1}`);
    depth--;
  }

  /** A full disk makes SQLite roll the whole transaction back by itself; then there is nothing left to undo. */
  function rollback(level: number): void {
    depth = level;
    if (!db.inTransaction) return;
    db.exec(level === 0 ? 'ROLLBACK' : `ROLLBACK TO level_${level}; RELEASE level_${level}`);
  }

  /** Once SQLite has ended a transaction by itself, whoever goes on regardless must not write outside of it. */
  function assertStillInside(): void {
    if (depth > 0 && !db.inTransaction) throw new Error('The transaction was already rolled back');
  }

  return {
    run: (text, ...params) => {
      assertStillInside();
      return timed(text, () => prepare(text).run(...params));
    },
    get: (text, ...params) => timed(text, () => prepare(text).get(...params)),
    all: (text, ...params) => timed(text, () => prepare(text).all(...params)),
    exec: (text) => void timed(text, () => db.exec(text)),
    pragma: (text) => timed(text, () => db.pragma(text, { simple: true })),
    transaction(work) {
      const level = depth;
      explained(path, begin);
      try {
        if (level === 0) check();
        const result = work();
        if (result instanceof Promise) throw new Error('A transaction must be synchronous');
        timed('COMMIT', commit);
        return result;
      } catch (thrown) {
        rollback(level);
        throw thrown;
      }
    },
    guard(next) {
      check = next;
    },
    close: () => void db.close(),
  };
}

/** Turns what SQLite says into a refusal where the user can do something about it. */
export function explainSqlError(path: string, thrown: unknown): unknown {
  const code = thrown instanceof Error && 'code' in thrown ? String(thrown.code) : '';
  const params = { path };
  if (code === 'SQLITE_FULL' || code === 'ENOSPC') {
    return new UserError(
      'project.disk-full',
      `There is no space left on the disk that holds ${path}: the last step was not saved, everything before it was. Free some space and resume.`,
      params,
    );
  }
  if (code.startsWith('SQLITE_READONLY') || code === 'EROFS' || code === 'EACCES' || code === 'EPERM') {
    return new UserError(
      'project.read-only',
      `${path} is read-only, so nothing can be saved: change its permissions or copy it to a folder you can write to.`,
      params,
    );
  }
  if (code.startsWith('SQLITE_BUSY') || code.startsWith('SQLITE_LOCKED')) {
    return new UserError(
      'project.locked',
      `${path} is locked by another program: close it there and try again.`,
      params,
    );
  }
  if (code.startsWith('SQLITE_NOTADB')) {
    return new UserError('project.not-a-project', `${path} is not a Gyrus project.`, params);
  }
  if (code.startsWith('SQLITE_CORRUPT')) {
    return new UserError(
      'project.damaged',
      `${path} is damaged: run “gyrus verify” on it to see what is lost, or go back to a copy.`,
      params,
    );
  }
  if (code.startsWith('SQLITE_CANTOPEN')) {
    return new UserError(
      'project.cannot-open',
      `${path} cannot be opened: check that its folder exists and is writable.`,
      params,
    );
  }
  if (code.startsWith('SQLITE_IOERR')) {
    return new UserError(
      'project.disk-error',
      `The disk failed while Gyrus used ${path} (${code}): check the disk or the network drive, then open the project again.`,
      { path, detail: code },
    );
  }
  return thrown;
}

function explained<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (thrown) {
    throw explainSqlError(path, thrown);
  }
}
