import { z } from 'zod';
import type { ItemText, ItemWord } from '../../../contract/item-sets.ts';
import { RESOURCES, type ResourceStore } from '../../../core/resource-store.ts';
import { loadChineseWords } from '../../../stimuli/spaces/chinese-words.ts';
import { loadGlove } from '../../../stimuli/spaces/static-vectors.ts';
import { permutation } from '../../../tensor/random/sampling.ts';
import type { Random } from '../../../tensor/random/xoshiro.ts';

export type SampleLanguage = 'en' | 'zh';

/** Stories that the parallel text is cut into, at the same articles in both languages. */
const STORIES = 10;
/** Seconds of silence before a story: the published word times count from the first volume. */
const SILENCE = 10.65;
/** Sentences for reading, and how many words they may have. */
const SENTENCES = 60;
const SENTENCE_WORDS = [6, 24] as const;

const parallelSchema = z.record(z.string(), z.array(z.array(z.array(z.string()))));

/** Paragraphs of words, article by article. */
async function readArticles(resources: ResourceStore): Promise<Record<SampleLanguage, string[][][]>> {
  const text = new TextDecoder().decode(await resources.read(RESOURCES.parallel));
  const { en, zh } = parallelSchema.parse(JSON.parse(text));
  return { en, zh };
}

const isWord = (text: string): boolean => /[\p{L}\p{N}]/u.test(text);

/** Story number of every article: consecutive articles until a tenth of the English words is reached. */
function storyOfArticle(articles: readonly (readonly string[][])[]): number[] {
  const sizes = articles.map((paragraphs) => paragraphs.reduce((sum, words) => sum + words.length, 0));
  const total = sizes.reduce((a, b) => a + b, 0);
  let before = 0;
  return sizes.map((size) => {
    const middle = before + size / 2;
    before += size;
    return Math.min(STORIES - 1, Math.floor((STORIES * middle) / total));
  });
}

/** Words with the seconds at which they end: read aloud at an ordinary pace, a pause at punctuation. Made up. */
function timed(words: readonly string[], language: SampleLanguage, random: Random): ItemWord[] {
  let clock = SILENCE;
  return words.map((text): ItemWord => {
    const letters = [...text].length;
    const length = language === 'en' ? 0.12 + 0.05 * letters : 0.1 + 0.16 * letters;
    clock += isWord(text) ? length * (0.85 + 0.3 * random.uniform()) : 0.3;
    return { text, end: Number(clock.toFixed(3)), counts: isWord(text) };
  });
}

/** The stories of both languages, sentence by sentence in their order, with made-up word times. */
export async function sampleStories(
  resources: ResourceStore,
  random: Record<SampleLanguage, Random>,
): Promise<Record<SampleLanguage, ItemText[]>> {
  const articles = await readArticles(resources);
  const story = storyOfArticle(articles.en);
  const of = (language: SampleLanguage): ItemText[] => {
    const numbers = [...new Set(story)];
    return numbers.map((number, index) => {
      const words = articles[language].filter((_, at) => story[at] === number).flat(2);
      return { name: `story ${index + 1}`, words: timed(words, language, random[language]) };
    });
  };
  return { en: of('en'), zh: of('zh') };
}

/** Sentences of middling length from the same text, for reading. */
export async function sampleSentences(
  resources: ResourceStore,
  language: SampleLanguage,
): Promise<ItemText[]> {
  const articles = await readArticles(resources);
  const sentences: string[][] = [];
  for (const paragraph of articles[language].flat()) {
    let sentence: string[] = [];
    for (const word of paragraph) {
      if (isWord(word)) sentence.push(word);
      if (/[.;。；!?]/.test(word)) {
        sentences.push(sentence);
        sentence = [];
      }
    }
    sentences.push(sentence);
  }
  const [least, most] = SENTENCE_WORDS;
  return sentences
    .filter(({ length }) => length >= least && length <= most)
    .slice(0, SENTENCES)
    .map((words, at) => ({
      name: `sentence ${at + 1}`,
      words: words.map((text) => ({ text, end: null, counts: true })),
    }));
}

/** Frequent Chinese words whose first gloss is one English word, and these English words: two lists of translations. */
export async function sampleWords(
  resources: ResourceStore,
  count: number,
  random: Random,
): Promise<Record<SampleLanguage, string[]>> {
  const [dictionary, glove] = [await loadChineseWords(resources), await loadGlove(resources)];
  const pairs = new Map<string, string>();
  for (const word of dictionary.words) {
    if (pairs.size === 4 * count) break;
    const gloss = dictionary.glosses(word)?.[0].replace(/^to /, '') ?? '';
    const fits = [...word].length === 2 && !dictionary.isFunction(word) && /^[a-z]{3,12}$/.test(gloss);
    if (fits && !pairs.has(gloss) && glove.vector(gloss) !== undefined) pairs.set(gloss, word);
  }
  const all = [...pairs];
  const chosen = [...permutation(random, all.length).subarray(0, count)].sort((a, b) => a - b);
  return { en: chosen.map((at) => all[at][0]), zh: chosen.map((at) => all[at][1]) };
}
