import { z } from 'zod';
import { type Stimulus, stimulusSchema } from '../../contract/stimuli.ts';
import { UserError } from '../../core/errors.ts';
import type { Sql } from '../sql.ts';

/** Word sequences with their times. `put` inserts or replaces by id. */
export interface StimulusStore {
  put(stimulus: Stimulus): void;
  /** Throws UserError('stimulus.unknown'). */
  get(id: string): Stimulus;
  find(id: string): Stimulus | null;
  /** The stimulus with these very words and times, if it is known already. */
  findByHash(contentHash: string): Stimulus | null;
  list(): Stimulus[];
  delete(id: string): void;
}

const rowSchema = z
  .object({
    id: z.string(),
    name: z.string(),
    language: z.string(),
    words: z.string(),
    content_hash: z.string(),
  })
  .transform((row) =>
    stimulusSchema.parse({
      id: row.id,
      name: row.name,
      language: row.language,
      words: JSON.parse(row.words),
      contentHash: row.content_hash,
    }),
  );

/** The stimulus store over an open file. */
export function createStimulusStore(sql: Sql): StimulusStore {
  const one = (row: unknown): Stimulus | null => (row === undefined ? null : rowSchema.parse(row));
  const find = (id: string): Stimulus | null => one(sql.get('SELECT * FROM stimuli WHERE id = ?', id));
  return {
    find,
    findByHash: (hash) =>
      one(sql.get('SELECT * FROM stimuli WHERE content_hash = ? ORDER BY seq LIMIT 1', hash)),
    get(id) {
      const found = find(id);
      if (!found)
        throw new UserError('stimulus.unknown', `There is no stimulus ${id} in this project.`, { id });
      return found;
    },
    put(stimulus) {
      sql.transaction(() =>
        sql.run(
          `INSERT INTO stimuli (id, name, language, words, content_hash) VALUES (?, ?, ?, ?, ?)
           ON CONFLICT (id) DO UPDATE SET name = excluded.name, language = excluded.language,
           words = excluded.words, content_hash = excluded.content_hash`,
          stimulus.id,
          stimulus.name,
          stimulus.language,
          JSON.stringify(stimulus.words),
          stimulus.contentHash,
        ),
      );
    },
    list: () => sql.all('SELECT * FROM stimuli ORDER BY seq').map((row) => rowSchema.parse(row)),
    delete(id) {
      sql.transaction(() => sql.run('DELETE FROM stimuli WHERE id = ?', id));
    },
  };
}
