import { firstTables } from './010-first-tables.ts';
import { checkpoints } from './020-checkpoints.ts';
import { itemSets } from './030-item-sets.ts';
import { alignments } from './040-alignments.ts';
import { surfaceSpaces } from './050-surface-spaces.ts';
import type { Migration } from './migration.ts';

/** All steps, oldest first. */
export const migrations: readonly Migration[] = [
  firstTables,
  checkpoints,
  itemSets,
  alignments,
  surfaceSpaces,
];
