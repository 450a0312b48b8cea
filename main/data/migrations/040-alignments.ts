import type { Migration } from './migration.ts';

/** How each recording's clock relates to its stimulus. */
export const alignments: Migration = {
  version: 40,
  name: 'alignments',
  sql: `
CREATE TABLE alignments (
  recording_id TEXT PRIMARY KEY REFERENCES recordings (id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;
`,
};
