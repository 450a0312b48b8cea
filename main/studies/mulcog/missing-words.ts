import type { ItemSet, ItemText } from '../../contract/item-sets.ts';
import { UserError } from '../../core/errors.ts';
import { wordOfRow } from './set-items.ts';

const LISTED = 12;

/** Words of a set's items (or, for volumes, words that count) that some model has no embedding for, each once. */
export function missingWords(set: ItemSet, texts: readonly ItemText[], usable: Uint8Array): string[] {
  const all = texts.flatMap(({ words }) => words);
  const asked =
    set.rows.kind === 'words'
      ? [...wordOfRow(set, texts)]
      : [...all.keys()].filter((word) => all[word].counts);
  return [...new Set(asked.filter((word) => usable[word] === 0).map((word) => all[word].text))];
}

/** "1 word", "3 words". */
export const counted = (words: number): string => `${words} ${words === 1 ? 'word' : 'words'}`;

/** @throws UserError `mulcog.missing-items` with the words, where there are any */
export function refuseMissing(kind: string, missing: readonly string[]): void {
  if (missing.length === 0) return;
  const more = missing.length > LISTED ? ` and ${missing.length - LISTED} more` : '';
  const words = `${missing.slice(0, LISTED).join(', ')}${more}`;
  throw new UserError(
    'mulcog.missing-items',
    `${kind}: some model has no embedding for ${counted(missing.length)} (${words}); choose to leave out items that some model lacks (--intersect on the command line), or choose other models.`,
    { kind, count: missing.length, words },
  );
}
