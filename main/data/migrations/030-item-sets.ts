import type { Migration } from './migration.ts';

/** Cognitive data item by item, and the texts that sets of several subjects share. */
export const itemSets: Migration = {
  version: 30,
  name: 'item sets',
  sql: `
CREATE TABLE item_texts (
  hash TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT;

CREATE TABLE item_sets (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  language TEXT NOT NULL,
  modality TEXT NOT NULL,
  level TEXT NOT NULL,
  subject TEXT NOT NULL,
  texts_hash TEXT NOT NULL REFERENCES item_texts (hash) DEFERRABLE INITIALLY DEFERRED,
  data_array_id TEXT NOT NULL REFERENCES arrays (id) DEFERRABLE INITIALLY DEFERRED,
  layout TEXT NOT NULL,
  simulated INTEGER NOT NULL,
  source_files TEXT NOT NULL,
  notices TEXT NOT NULL
) STRICT;
CREATE INDEX item_sets_by_array ON item_sets (data_array_id);
CREATE INDEX item_sets_by_texts ON item_sets (texts_hash);
`,
};
