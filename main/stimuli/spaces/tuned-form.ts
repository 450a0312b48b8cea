import { contentHash } from '../../core/hash.ts';
import { RESOURCES, type ResourceStore } from '../../core/resource-store.ts';
import { zeros } from '../../tensor/matrix.ts';
import type { FeatureSpace } from '../feature-space.ts';
import { loadChineseWords } from './chinese-words.ts';
import { loadLexicon } from './lexicon.ts';

/** Centres of the tuning curves; their width (standard deviation) is their distance. */
const LENGTHS = { en: range(1, 12, 1), zh: range(1, 5, 0.5) };
const ZIPFS = range(1, 7.5, 0.5);

function range(from: number, to: number, step: number): number[] {
  return Array.from({ length: Math.round((to - from) / step) + 1 }, (_, at) => from + at * step);
}

/** Response of units tuned to `centres` (evenly spaced): a Gaussian of the distance, its width one spacing. */
export function tuningCurves(value: number, centres: readonly number[]): number[] {
  const width = centres[1] - centres[0];
  return centres.map((centre) => Math.exp(-((value - centre) ** 2) / (2 * width ** 2)));
}

/**
 * Length and frequency as populations of tuned units, so that words alike in form have similar vectors: what a
 * similarity analysis needs, where two plain numbers would correlate at ±1. Knows nothing of meaning.
 */
export function tunedFormSpace(resources: ResourceStore, language: 'en' | 'zh'): FeatureSpace {
  const lengths = LENGTHS[language];
  const columns = lengths.length + ZIPFS.length;
  const resource = language === 'en' ? RESOURCES.lexicon : RESOURCES.chinese;
  return {
    info: {
      id: language === 'en' ? 'length-frequency' : 'length-frequency-zh',
      name: 'Length and frequency, tuned',
      kind: 'control',
      layers: ['value'],
      dimensions: [columns],
      source:
        language === 'en'
          ? 'letters; SUBTLEX-US (Brysbaert, New 2009), ISC'
          : "characters; counts of jieba's dictionary, MIT",
    },
    pooling: 'mean',
    uses: [],
    language,
    fingerprint: async () => contentHash(await resources.read(resource)),
    async compute(words) {
      const measure = await formMeasures(resources, language);
      const features = zeros(words.length, columns);
      words.forEach(({ text }, row) => {
        const { length, zipf } = measure(text);
        if (length === 0) return;
        features.data.set([...tuningCurves(length, lengths), ...tuningCurves(zipf, ZIPFS)], row * columns);
      });
      return [features];
    },
    async release() {},
  };
}

async function formMeasures(
  resources: ResourceStore,
  language: 'en' | 'zh',
): Promise<(text: string) => { readonly length: number; readonly zipf: number }> {
  if (language === 'zh') {
    const words = await loadChineseWords(resources);
    return (text) => ({ length: words.characterCount(text), zipf: words.zipfFrequency(text) });
  }
  const lexicon = await loadLexicon(resources);
  return (text) => ({ length: lexicon.letterCount(text), zipf: lexicon.zipfFrequency(text) });
}
