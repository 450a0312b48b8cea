import type { Migration } from './migration.ts';

/** Spaces whose places lie on the cortical surface, not on a grid. */
export const surfaceSpaces: Migration = {
  version: 50,
  name: 'surface spaces',
  sql: 'ALTER TABLE spaces ADD COLUMN surface TEXT;',
};
