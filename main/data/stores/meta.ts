import { z } from 'zod';
import { UserError } from '../../core/errors.ts';
import type { Sql } from '../sql.ts';

/** Key/value facts and settings of the project. Values are JSON. */
export interface MetaStore {
  /** The project's own id, given once when it was made. */
  readonly projectId: string;
  /** The project's name: the file's name at first, then whatever the user calls it. */
  name(): string;
  rename(name: string): void;
  /** Milliseconds since the Unix epoch. */
  createdAt(): number;
  get(key: string): unknown;
  set(key: string, value: unknown): void;
  delete(key: string): void;
}

const valueRow = z.object({ value: z.string() });

/** The store of the project's own facts over an open file. */
export function createMetaStore(sql: Sql): MetaStore {
  const get = (key: string): unknown => {
    const row = sql.get('SELECT value FROM meta WHERE key = ?', key);
    return row === undefined ? undefined : JSON.parse(valueRow.parse(row).value);
  };
  const set = (key: string, value: unknown): void => {
    sql.transaction(() =>
      sql.run('INSERT OR REPLACE INTO meta (key, value) VALUES (?, ?)', key, JSON.stringify(value ?? null)),
    );
  };
  return {
    projectId: z.string().parse(get('projectId')),
    name: () => z.string().parse(get('name')),
    rename: (name) => {
      if (name.trim() === '') throw new UserError('project.name-empty', 'A project needs a name.');
      set('name', name.trim());
    },
    createdAt: () => z.number().parse(get('createdAt')),
    get,
    set,
    delete: (key) => {
      sql.transaction(() => sql.run('DELETE FROM meta WHERE key = ?', key));
    },
  };
}
