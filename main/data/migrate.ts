import { existsSync, rmSync } from 'node:fs';
import { UserError } from '../core/errors.ts';
import type { Migration } from './migrations/migration.ts';
import type { Sql } from './sql.ts';

/** "GYRU" in SQLite's application_id tells a project from any other database. */
export const applicationId = 0x47595255;

/** Version of the newest step. */
export function latestVersion(steps: readonly Migration[]): number {
  return steps.reduce((latest, step) => Math.max(latest, step.version), 0);
}

/** Throws UserError('project.too-new') for a file that a newer Gyrus has written. */
export function refuseNewer(path: string, version: number, steps: readonly Migration[]): void {
  const latest = latestVersion(steps);
  if (version <= latest) return;
  throw new UserError(
    'project.too-new',
    `${path} was saved by a newer Gyrus (file version ${version}; this one knows ${latest}): update Gyrus to open it.`,
    { path, version, latest },
  );
}

/**
 * Brings the file to the newest version in one transaction, after keeping a copy beside it.
 *
 * @returns path of the copy, or null when nothing had to be done or the file was empty
 */
export function migrate(sql: Sql, path: string, steps: readonly Migration[]): string | null {
  const from = Number(sql.pragma('user_version'));
  const pending = steps.filter((step) => step.version > from).sort((a, b) => a.version - b.version);
  if (pending.length === 0) return null;
  const backup = from === 0 ? null : backUp(sql, path, from);
  sql.transaction(() => {
    for (const step of pending) {
      sql.exec(step.sql);
      sql.exec(`PRAGMA user_version = ${step.version}`);
    }
    sql.exec(`PRAGMA application_id = ${applicationId}`);
  });
  return backup;
}

/** A whole and consistent copy, write-ahead log included. A copy left by an attempt that failed is made anew. */
function backUp(sql: Sql, path: string, version: number): string {
  const copy = `${path}.v${version}.bak`;
  if (existsSync(copy)) rmSync(copy);
  sql.run('VACUUM INTO ?', copy);
  return copy;
}
