import { RESOURCES, type ResourceStore } from '../../core/resource-store.ts';
import { bareForm } from './word-form.ts';

/** What the bundled dictionary says of Chinese words, all taken in simplified characters. */
export interface ChineseWords {
  /** English meanings, commonest first; null where the dictionary does not list the word. */
  glosses(text: string): readonly string[] | null;
  /**
   * Zipf frequency: log10 of occurrences per thousand million words, with one added to every count (van Heuven et al.
   * 2014, doi 10.1080/17470218.2013.850521); counts are those of jieba's dictionary.
   */
  zipfFrequency(text: string): number;
  /** True for particles, prepositions, conjunctions, pronouns and classifiers, by the tags of jieba's dictionary. */
  isFunction(text: string): boolean;
  /** Characters, punctuation left out. */
  characterCount(text: string): number;
  /** All listed words, most frequent first. */
  readonly words: readonly string[];
}

const loaded = new WeakMap<ResourceStore, Promise<ChineseWords>>();

/** The bundled dictionary, kept after the first call. @throws UserError `resources.missing` */
export function loadChineseWords(resources: ResourceStore): Promise<ChineseWords> {
  const kept = loaded.get(resources);
  if (kept !== undefined) return kept;
  const opened = readChineseWords(resources);
  loaded.set(resources, opened);
  opened.catch(() => loaded.delete(resources));
  return opened;
}

async function readChineseWords(resources: ResourceStore): Promise<ChineseWords> {
  const { meta, arrays } = await resources.bundle(RESOURCES.chinese);
  const words = String(meta.words).split('\n');
  const glosses = String(meta.glosses).split('\n');
  const counts = arrays.count.values;
  const flags = arrays.isFunction.values;
  const rows = new Map(words.map((word, row) => [word, row]));
  const rowOf = (text: string) => rows.get(bareForm(text));
  const perThousandMillion = 1e9 / (Number(meta.totalCount) + words.length);
  return {
    words,
    glosses(text) {
      const row = rowOf(text);
      return row === undefined ? null : glosses[row].split('; ');
    },
    zipfFrequency(text) {
      const row = rowOf(text);
      return Math.log10(((row === undefined ? 0 : counts[row]) + 1) * perThousandMillion);
    },
    isFunction(text) {
      const row = rowOf(text);
      return row !== undefined && flags[row] === 1;
    },
    characterCount: (text) => [...bareForm(text)].filter((char) => /[\p{L}\p{N}]/u.test(char)).length,
  };
}
