import { afterAll, describe, expect, it } from 'vitest';
import {
  checkLanguage,
  checkWords,
  computeFeatures,
  featureKey,
} from '../../../main/stimuli/compute-features.ts';
import { DEFAULT_FEATURE_SETTINGS, type FeatureOptions } from '../../../main/stimuli/feature-space.ts';
import { createFeatureSpaces } from '../../../main/stimuli/feature-spaces.ts';
import { chineseVector } from '../../../main/stimuli/spaces/chinese-vectors.ts';
import { loadChineseWords } from '../../../main/stimuli/spaces/chinese-words.ts';
import { loadLexicon } from '../../../main/stimuli/spaces/lexicon.ts';
import { loadGlove } from '../../../main/stimuli/spaces/static-vectors.ts';
import { bundled, narrativeWords } from '../../bundled.ts';

const spaces = createFeatureSpaces(bundled);
afterAll(() => spaces.release());
const options = (change: Partial<FeatureOptions> = {}): FeatureOptions => ({
  settings: DEFAULT_FEATURE_SETTINGS,
  signal: new AbortController().signal,
  report: () => {},
  ...change,
});
const cosine = (a: Float32Array, b: Float32Array) => {
  const dot = (x: Float32Array, y: Float32Array) => x.reduce((sum, value, at) => sum + value * y[at], 0);
  return dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b));
};

describe('feature spaces', () => {
  it('give what their description promises', async () => {
    const words = await narrativeWords(40);
    for (const info of spaces.list()) {
      const features = await computeFeatures(spaces.get(info.id), words, options());
      expect(
        features.map(({ cols }) => cols),
        info.id,
      ).toEqual(info.dimensions);
      expect(
        features.every(({ rows, data }) => rows === 40 && data.every(Number.isFinite)),
        info.id,
      ).toBe(true);
    }
  });

  it('never let a word see later words', async () => {
    const words = await narrativeWords(30);
    const changed = words.map((word, index) => (index >= 20 ? { ...word, text: 'zebra' } : word));
    const [before, after] = [
      await computeFeatures(spaces.get('use-lite'), words, options()),
      await computeFeatures(spaces.get('use-lite'), changed, options()),
    ];
    before.forEach(({ cols, data }, layer) => {
      const difference = data
        .subarray(0, 20 * cols)
        .map((value, at) => Math.abs(value - after[layer].data[at]));
      expect(Math.max(...difference)).toBeLessThan(1e-4);
      expect(data[20 * cols] === after[layer].data[20 * cols]).toBe(false);
    });
  });

  it('heed the look-back window', async () => {
    const words = await narrativeWords(12);
    const alone = options({ settings: { ...DEFAULT_FEATURE_SETTINGS, lookBackWords: 0 } });
    const [, , none] = await computeFeatures(spaces.get('use-lite'), words, alone);
    const [, , context] = await computeFeatures(spaces.get('use-lite'), words, options());
    // The first word has nothing before it, the twelfth has.
    expect(cosine(none.data.subarray(0, 512), context.data.subarray(0, 512))).toBeGreaterThan(0.9999);
    expect(cosine(none.data.subarray(11 * 512), context.data.subarray(11 * 512))).toBeLessThan(0.99);
  });

  it('draw the untrained encoder from its seed', async () => {
    const words = await narrativeWords(3);
    const run = async (seed: number) => {
      const result = await computeFeatures(
        spaces.get('use-lite-untrained'),
        words,
        options({ settings: { lookBackWords: 2, seed } }),
      );
      return [...result[2].data.subarray(0, 8)];
    };
    const first = await run(1);
    expect(await run(2)).not.toEqual(first);
    expect(await run(1)).toEqual(first);
  });

  it('count words, and positions in run and sentence', async () => {
    const words = ['One', 'two.', 'Three', 'four', 'five.'].map((text, index) => ({
      text,
      onset: index,
      duration: 1,
    }));
    const [timing] = await computeFeatures(spaces.get('word-rate-position'), words, options());
    expect([...timing.data]).toEqual([1, 0, 0, 1, 0.25, 1, 1, 0.5, 0, 1, 0.75, 1, 1, 1, 2]);
    const [lengths] = await computeFeatures(spaces.get('sentence-length'), words, options());
    expect([...lengths.data]).toEqual([2, 2, 3, 3, 3]);
    const bare = [0, 1, 5, 6].map((onset) => ({ text: 'w', onset, duration: 0.9 }));
    const [position] = await computeFeatures(spaces.get('position'), bare, options());
    expect([1, 3, 5, 7].map((at) => position.data[at])).toEqual([0, 1, 0, 1]);
  });

  it('stop when cancelled', async () => {
    const stop = new AbortController();
    const words = await narrativeWords(200);
    const report = () => stop.abort();
    await expect(
      computeFeatures(spaces.get('use-lite'), words, options({ signal: stop.signal, report })),
    ).rejects.toThrow(/abort/i);
  });

  it('have one key for what gives equal values', async () => {
    const words = await narrativeWords(5);
    const other = { lookBackWords: 5, seed: 9 };
    const glove = spaces.get('glove');
    expect(await featureKey(glove, words, other)).toBe(
      await featureKey(glove, words, DEFAULT_FEATURE_SETTINGS),
    );
    const encoder = spaces.get('use-lite');
    expect(await featureKey(encoder, words, other)).not.toBe(
      await featureKey(encoder, words, DEFAULT_FEATURE_SETTINGS),
    );
    expect(await featureKey(encoder, words.slice(1), other)).not.toBe(
      await featureKey(encoder, words, other),
    );
  });

  it('refuse words of a language they do not know', () => {
    expect(() => checkLanguage(spaces.get('use-lite'), 'zh-Hans')).toThrow(/knows "en" only/);
    expect(() => checkLanguage(spaces.get('use-lite'), 'en-GB')).not.toThrow();
    expect(() => checkLanguage(spaces.get('word-rate'), 'zh')).not.toThrow();
  });

  it('refuse an unknown name and words off the clock', () => {
    expect(() => spaces.get('bert')).toThrow(/no feature space bert/);
    expect(() => checkWords([{ text: 'a', onset: Number.NaN, duration: 1 }])).toThrow(/no usable time/);
    const late = { text: 'a', onset: 2, duration: 1 };
    expect(() => checkWords([late, { ...late, onset: 1 }])).toThrow(/begins before/);
  });
});

it('word vectors keep meaning', async () => {
  const vectors = await loadGlove(bundled);
  const of = (word: string) => vectors.vector(word) ?? new Float32Array(100);
  const mixed = of('king').map((value, at) => value - of('man')[at] + of('woman')[at]);
  expect(cosine(mixed, of('queen'))).toBeGreaterThan(0.75);
  expect(vectors.vector('zzzzzz')).toBeUndefined();
});

it('the lexicon knows words in any dress', async () => {
  const lexicon = await loadLexicon(bundled);
  expect(lexicon.phonemeCount('Brain,')).toBe(4);
  expect(lexicon.valence('"Good!"')).toBeCloseTo(1.9, 5);
  expect(lexicon.valence('table')).toBe(0);
  // 1,501,908 occurrences in about 50 million words.
  expect(lexicon.zipfFrequency('the')).toBeCloseTo(7.48, 1);
  expect(lexicon.zipfFrequency('zzzzzz')).toBeCloseTo(1.3, 1);
  expect(lexicon.zipfFrequency("whale's")).toBe(lexicon.zipfFrequency('whale'));
  expect(lexicon.letterCount("don't")).toBe(4);
});

describe('Chinese words by their glosses', () => {
  it('lie near words of like meaning', async () => {
    const [dictionary, vectors] = [await loadChineseWords(bundled), await loadGlove(bundled)];
    const of = (word: string) => chineseVector(dictionary, vectors, word) ?? new Float32Array(100);
    expect(cosine(of('国王'), of('王子'))).toBeGreaterThan(0.8);
    expect(cosine(of('国王'), of('音乐'))).toBeLessThan(0.6);
    expect(dictionary.isFunction('的')).toBe(true);
    expect(dictionary.isFunction('音乐')).toBe(false);
    expect(dictionary.zipfFrequency('的')).toBeGreaterThan(dictionary.zipfFrequency('国王'));
    expect(chineseVector(dictionary, vectors, '没有这个词吧')).toBeUndefined();
  });

  it('pass through the encoder as English, in their order', async () => {
    const words = ['音乐', '的', '国王'].map((text, onset) => ({ text, onset, duration: 1 }));
    const english = ['music', 'of', 'king'].map((text, onset) => ({ text, onset, duration: 1 }));
    const glossed = await computeFeatures(spaces.get('use-lite-gloss'), words, options());
    const direct = await computeFeatures(spaces.get('use-lite'), english, options());
    glossed.forEach(({ data }, layer) => {
      expect(cosine(data, direct[layer].data)).toBeGreaterThan(0.99999);
    });
  });
});
