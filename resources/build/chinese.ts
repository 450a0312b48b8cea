import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { encodeBundle } from '../../main/contract/resource-bundle.ts';
import type { BuildStep } from './build-step.ts';

const DICTIONARY = 'chinese-lexicon';
const COUNTS = '@node-rs/jieba';

/** Most frequent words that are kept; the rest of the dictionary is names, idioms and rarities. */
const WORDS = 45_000;
const GLOSSES = 4;

/** Glosses that speak of the entry instead of its meaning. */
const REMARKS =
  /^(CL:|(old |archaic |erhua )?variant of|see |see also|also written|also pr\.|surname |abbr\. |abbr for|used in|same as|equivalent of|Taiwan pr)/i;

/** jieba's tags of closed-class words: particles, prepositions, conjunctions, pronouns, classifiers, interjections. */
const FUNCTION_TAGS = /^(u|p|c|r|q|y|e|o|h|k)/;

interface Counted {
  readonly count: number;
  readonly isFunction: boolean;
}

/** English meanings of a simplified word, remarks and brackets left out. */
function cleanGlosses(raw: string): string[] {
  return raw
    .split('/')
    .filter((gloss) => gloss !== '' && !REMARKS.test(gloss))
    .map((gloss) =>
      gloss
        .replaceAll(/\([^)]*\)|\[[^\]]*\]/g, ' ')
        .replaceAll(/[^\p{Script=Latin}' -]/gu, ' ')
        .replaceAll(/\s+/g, ' ')
        .trim()
        .toLowerCase(),
    )
    .filter((gloss) => gloss !== '');
}

/** CC-CEDICT's lines "traditional simplified [pinyin] /gloss/gloss/" by simplified word; words with several readings are joined. */
export async function readGlosses(folder: string): Promise<Map<string, string[]>> {
  const text = await readFile(join(folder, 'dictionary', 'cedict.js'), 'utf8');
  const glosses = new Map<string, string[]>();
  for (const line of text.split('\n')) {
    const entry = /^(\S+) (\S+) \[[^\]]*\] \/(.*)\/\s*$/.exec(line);
    if (entry === null) continue;
    const [, , simplified, raw] = entry;
    if (!/^\p{Script=Han}+$/u.test(simplified)) continue;
    const kept = [...(glosses.get(simplified) ?? []), ...cleanGlosses(raw)];
    if (kept.length > 0) glosses.set(simplified, kept.slice(0, GLOSSES));
  }
  return glosses;
}

/** Lines "word count tag" of the segmenter's dictionary. */
async function readCounts(folder: string): Promise<Map<string, Counted>> {
  const counts = new Map<string, Counted>();
  for (const line of (await readFile(join(folder, 'dict.txt'), 'utf8')).split('\n')) {
    const [word, count, tag] = line.trim().split(' ');
    if (Number(count) > 0)
      counts.set(word, { count: Number(count), isFunction: FUNCTION_TAGS.test(tag ?? '') });
  }
  return counts;
}

/** The segmenter, with its own dictionary; used at build time only. */
export async function loadSegmenter(folder: string): Promise<(text: string) => string[]> {
  const [{ Jieba }, { dict }]: [typeof import('@node-rs/jieba'), { dict: Uint8Array }] = await Promise.all([
    import('@node-rs/jieba'),
    import(pathToFileURL(join(folder, 'dict.js')).href),
  ]);
  const jieba = Jieba.withDict(dict);
  return (text) => jieba.cut(text, false);
}

/**
 * Chinese words with their English glosses (CC-CEDICT) and counts (jieba's dictionary). Vectors of Chinese words are
 * made of the glosses' GloVe vectors when they are asked for, so that nothing is kept twice.
 */
export const chineseStep: BuildStep = {
  name: 'Chinese words',
  packages: [DICTIONARY, COUNTS],
  async run({ packageFolder, write }) {
    const glosses = await readGlosses(packageFolder(DICTIONARY));
    const counts = await readCounts(packageFolder(COUNTS));
    const totalCount = [...counts.values()].reduce((sum, { count }) => sum + count, 0);
    const words = [...glosses.keys()]
      .filter((word) => counts.has(word))
      .sort((a, b) => countOf(b) - countOf(a) || (a < b ? -1 : 1))
      .slice(0, WORDS);
    function countOf(word: string): number {
      return counts.get(word)?.count ?? 0;
    }
    const bundle = encodeBundle({
      meta: {
        totalCount,
        words: words.join('\n'),
        glosses: words.map((word) => glosses.get(word)?.join('; ')).join('\n'),
      },
      arrays: {
        count: { shape: [words.length], values: Float32Array.from(words, countOf) },
        isFunction: {
          shape: [words.length],
          values: Uint8Array.from(words, (word) => (counts.get(word)?.isFunction ? 1 : 0)),
        },
      },
    });
    await write('words/chinese.bundle', bundle, {
      package: DICTIONARY,
      licence: 'CC-BY-SA-4.0 (CC-CEDICT); MIT (counts of jieba)',
      notice: `Glosses of ${words.length} frequent simplified words from CC-CEDICT (MDBG and contributors, cc-cedict.org), shortened; word counts and closed-class flags from the dictionary of jieba (@node-rs/jieba).`,
    });
  },
};
