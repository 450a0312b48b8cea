import { z } from 'zod';
import type { Clock } from '../../core/clock.ts';
import { UserError } from '../../core/errors.ts';
import type { Sql } from '../sql.ts';

/** Split manifests (which samples train, which score), kept once under their hash and shared by all studies. */
export interface SplitStore {
  /** Keeps the manifest (JSON) under its hash; one that is there already is left as it is. */
  put(hash: string, manifest: object): void;
  /** The manifest as JSON; the caller parses it. Throws UserError('split.unknown'). */
  get(hash: string): unknown;
  list(): { readonly hash: string; readonly createdAt: number }[];
}

const manifestRow = z.object({ manifest: z.string() });
const listRow = z
  .object({ hash: z.string(), created_at: z.number() })
  .transform((row) => ({ hash: row.hash, createdAt: row.created_at }));

/** The store of split manifests over an open file. */
export function createSplitStore(sql: Sql, clock: Clock): SplitStore {
  return {
    put(hash, manifest) {
      sql.transaction(() =>
        sql.run(
          'INSERT INTO splits (hash, manifest, created_at) VALUES (?, ?, ?) ON CONFLICT (hash) DO NOTHING',
          hash,
          JSON.stringify(manifest),
          clock.now(),
        ),
      );
    },
    get(hash) {
      const row = sql.get('SELECT manifest FROM splits WHERE hash = ?', hash);
      if (row === undefined)
        throw new UserError('split.unknown', `There is no split ${hash} in this project.`, { hash });
      return JSON.parse(manifestRow.parse(row).manifest);
    },
    list: () => sql.all('SELECT hash, created_at FROM splits ORDER BY seq').map((row) => listRow.parse(row)),
  };
}
