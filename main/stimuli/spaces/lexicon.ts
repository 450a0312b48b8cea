import type { Bundle } from '../../contract/resource-bundle.ts';
import { RESOURCES, type ResourceStore } from '../../core/resource-store.ts';
import { bareForm, lookUp } from './word-form.ts';

/** Properties of words that dictionaries and norms give. All take a word as written in the text. */
export interface Lexicon {
  /**
   * Zipf frequency: log10 of occurrences per thousand million words, with one added to every count (van Heuven et al.
   * 2014, doi 10.1080/17470218.2013.850521). Words that SUBTLEX-US lacks have a count of 0.
   */
  zipfFrequency(text: string): number;
  /** Phonemes of the first pronunciation in the CMU dictionary; the number of letters where it is not listed. */
  phonemeCount(text: string): number;
  /** Mean VADER valence, −4 to 4; 0 (neutral) where it is not listed. */
  valence(text: string): number;
  /** Letters and digits. */
  letterCount(text: string): number;
}

function tableOf({ meta, arrays }: Bundle, wordsKey: string, array: string): Map<string, number> {
  const { values } = arrays[array];
  return new Map(
    String(meta[wordsKey])
      .split('\n')
      .map((word, row) => [word, values[row]]),
  );
}

/** The bundled tables. @throws UserError `resources.missing` */
export async function loadLexicon(resources: ResourceStore): Promise<Lexicon> {
  const bundle = await resources.bundle(RESOURCES.lexicon);
  const counts = tableOf(bundle, 'frequencyWords', 'frequency');
  const phonemes = tableOf(bundle, 'phonemeWords', 'phonemes');
  const valences = tableOf(bundle, 'valenceWords', 'valence');
  const perThousandMillion = 1e9 / (Number(bundle.meta.totalCount) + counts.size);
  const letterCount = (text: string) => bareForm(text).replaceAll(/[^\p{L}\p{N}]/gu, '').length;
  return {
    zipfFrequency: (text) =>
      Math.log10(((lookUp(text, (form) => counts.get(form)) ?? 0) + 1) * perThousandMillion),
    phonemeCount: (text) => lookUp(text, (form) => phonemes.get(form)) ?? letterCount(text),
    valence: (text) => lookUp(text, (form) => valences.get(form)) ?? 0,
    letterCount,
  };
}
