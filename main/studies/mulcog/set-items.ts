import type { Exclusions } from '../../analysis/similarity/held-out-similarity.ts';
import type { ItemSet, ItemText, ItemWord } from '../../contract/item-sets.ts';
import { bareForm } from '../../stimuli/spaces/word-form.ts';

/** Items of a set that enter the analysis, with who must not predict whom. */
export interface SetItems {
  /** Rows of the data, ascending. */
  readonly rows: Int32Array;
  /** One label per kept row: its story, sentence or, out of context, its word. */
  readonly groups: Int32Array;
  readonly exclusions: Exclusions;
  /** What each kept row is called: the word, or story and second. */
  readonly labels: readonly string[];
}

/** Number of a text's first word among the words of all texts. */
export function firstWords(texts: readonly ItemText[]): number[] {
  let at = 0;
  return texts.map(({ words }) => {
    const first = at;
    at += words.length;
    return first;
  });
}

/** For sets of one row a word: the row's word among the words of all texts. */
export function wordOfRow({ rows }: ItemSet, texts: readonly ItemText[]): Int32Array {
  if (rows.kind !== 'words') return new Int32Array();
  const first = firstWords(texts);
  return Int32Array.from(rows.word, (word, row) => first[rows.text[row]] + word);
}

/** Distinct whole numbers for distinct keys, by first appearance. */
function numbered(keys: readonly string[]): Int32Array {
  const known = new Map<string, number>();
  return Int32Array.from(keys, (key) => {
    const number = known.get(key) ?? known.size;
    known.set(key, number);
    return number;
  });
}

/**
 * Items of a set whose words every model knows. Words of one story or sentence must not predict each other, nor may
 * two occurrences of one word; volumes must not be predicted from their own story.
 * @param known one entry per word of all texts: 0 where some model lacks the word; volumes keep all rows
 */
export function itemsOf(set: ItemSet, texts: readonly ItemText[], known: Uint8Array): SetItems {
  if (set.rows.kind === 'samples') return volumesOf(set.rows, texts);
  const words = wordOfRow(set, texts);
  const rows = Int32Array.from(words.keys()).filter((row) => known[words[row]] === 1);
  const all = texts.flatMap((text) => text.words);
  const wordAt = (row: number): ItemWord => all[words[row]];
  const forms = numbered(Array.from(rows, (row) => bareForm(wordAt(row).text)));
  const { text } = set.rows;
  const groups = numbered(Array.from(rows, (row) => String(text[row])));
  const alone = set.level === 'word';
  return {
    rows,
    groups: alone ? forms : groups,
    exclusions: alone ? [forms] : [groups, forms],
    labels: Array.from(rows, (row) => wordAt(row).text),
  };
}

function volumesOf(
  { counts, interval, skipped }: Extract<ItemSet['rows'], { kind: 'samples' }>,
  texts: readonly ItemText[],
): SetItems {
  const groups: number[] = [];
  const labels: string[] = [];
  counts.forEach((count, text) => {
    for (let t = 0; t < count; t++) {
      groups.push(text);
      labels.push(`${texts[text].name}, ${((skipped + t) * interval).toFixed(1)} s`);
    }
  });
  const list = Int32Array.from(groups);
  return { rows: Int32Array.from(list.keys()), groups: list, exclusions: [list], labels };
}

/** Fold of every item: groups in their order, cut into `folds` runs of about equal numbers of groups. */
export function foldsOf(groups: Int32Array, folds: number): Int32Array {
  const distinct = [...new Set(groups)];
  const count = Math.min(folds, distinct.length);
  const foldOf = new Map(distinct.map((group, at) => [group, Math.floor((at * count) / distinct.length)]));
  return groups.map((group) => foldOf.get(group) ?? 0);
}
