import { z } from 'zod';
import { type ItemSet, type ItemText, itemSetSchema, itemTextSchema } from '../../contract/item-sets.ts';
import { UserError } from '../../core/errors.ts';
import { contentHash } from '../../core/hash.ts';
import type { Sql } from '../sql.ts';

/** Cognitive data item by item. `put` inserts or replaces by id. */
export interface ItemSetStore {
  put(set: ItemSet): void;
  /** Throws UserError('items.unknown'). */
  get(id: string): ItemSet;
  find(id: string): ItemSet | null;
  /** In the order in which they came. */
  list(): ItemSet[];
  /** Removes the row, and its texts where no other set reads them; the array stays. */
  delete(id: string): void;
  /** Keeps texts under the hash of what they say, each collection once. */
  putTexts(texts: readonly ItemText[]): string;
  /** Throws UserError('items.unknown-texts'). */
  texts(hash: string): ItemText[];
}

const rowSchema = z
  .object({
    id: z.string(),
    name: z.string(),
    language: z.string(),
    modality: z.string(),
    level: z.string(),
    subject: z.string(),
    texts_hash: z.string(),
    data_array_id: z.string(),
    layout: z.string(),
    simulated: z.number(),
    source_files: z.string(),
    notices: z.string(),
  })
  .transform(({ texts_hash, data_array_id, layout, simulated, source_files, notices, ...row }) =>
    itemSetSchema.parse({
      ...row,
      ...JSON.parse(layout),
      textsHash: texts_hash,
      dataArrayId: data_array_id,
      simulated: simulated !== 0,
      sourceFiles: JSON.parse(source_files),
      notices: JSON.parse(notices),
    }),
  );
const textsRow = z.object({ value: z.string() });

/** The store of item sets over an open file. */
export function createItemSetStore(sql: Sql): ItemSetStore {
  const find = (id: string): ItemSet | null => {
    const row = sql.get('SELECT * FROM item_sets WHERE id = ?', id);
    return row === undefined ? null : rowSchema.parse(row);
  };
  return {
    find,
    get(id) {
      const found = find(id);
      if (!found) throw new UserError('items.unknown', `There is no item set ${id} in this project.`, { id });
      return found;
    },
    put(set) {
      const { rows, units, sensors } = set;
      sql.transaction(() => {
        sql.run('DELETE FROM item_sets WHERE id = ?', set.id);
        sql.run(
          `INSERT INTO item_sets (id, name, language, modality, level, subject, texts_hash, data_array_id, layout,
           simulated, source_files, notices) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
          set.id,
          set.name,
          set.language,
          set.modality,
          set.level,
          set.subject,
          set.textsHash,
          set.dataArrayId,
          JSON.stringify({ rows, units, sensors }),
          set.simulated ? 1 : 0,
          JSON.stringify(set.sourceFiles),
          JSON.stringify(set.notices),
        );
      });
    },
    list: () => sql.all('SELECT * FROM item_sets ORDER BY seq').map((row) => rowSchema.parse(row)),
    delete(id) {
      sql.transaction(() => {
        sql.run('DELETE FROM item_sets WHERE id = ?', id);
        sql.run('DELETE FROM item_texts WHERE hash NOT IN (SELECT texts_hash FROM item_sets)');
      });
    },
    putTexts(texts) {
      const hash = contentHash([...texts]);
      sql.transaction(() =>
        sql.run(
          'INSERT INTO item_texts (hash, value) VALUES (?, ?) ON CONFLICT (hash) DO NOTHING',
          hash,
          JSON.stringify(texts),
        ),
      );
      return hash;
    },
    texts(hash) {
      const row = sql.get('SELECT value FROM item_texts WHERE hash = ?', hash);
      if (row === undefined)
        throw new UserError('items.unknown-texts', `There are no texts ${hash} in this project.`, { hash });
      return z.array(itemTextSchema).parse(JSON.parse(textsRow.parse(row).value));
    },
  };
}
