import { contentHash } from '../../core/hash.ts';
import { RESOURCES, type ResourceStore } from '../../core/resource-store.ts';
import { zeros } from '../../tensor/matrix.ts';
import type { FeatureSpace } from '../feature-space.ts';
import { type ChineseWords, loadChineseWords } from './chinese-words.ts';
import { loadGlove, type WordVectors } from './static-vectors.ts';

/** Words of a gloss that carry grammar instead of meaning; used only where a gloss has nothing else. */
const EMPTY = new Set(
  'a an the to of in on at for with by from and or be is are as it its that this one ones oneself sb sth etc'.split(
    ' ',
  ),
);

/**
 * Vector of a Chinese word: mean of its glosses' GloVe vectors, the k-th gloss weighted 1/k; a gloss is the mean of its
 * content words. Undefined where no gloss has a known word.
 */
export function chineseVector(
  words: Pick<ChineseWords, 'glosses'>,
  vectors: WordVectors,
  text: string,
): Float32Array | undefined {
  const sum = new Float32Array(vectors.dimensions);
  let weight = 0;
  (words.glosses(text) ?? []).forEach((gloss, rank) => {
    const forms = gloss.split(/[ -]/);
    const content = forms.filter((form) => !EMPTY.has(form));
    const found = (content.length > 0 ? content : forms)
      .map((form) => vectors.vector(form))
      .filter((vector) => vector !== undefined);
    if (found.length === 0) return;
    const share = 1 / (rank + 1);
    weight += share;
    for (const vector of found)
      for (let col = 0; col < sum.length; col++) sum[col] += (share * vector[col]) / found.length;
  });
  return weight === 0 ? undefined : sum.map((value) => value / weight);
}

/** One vector a Chinese word, made of English ones; zeros where the dictionary does not list the word. */
export function chineseVectorSpace(resources: ResourceStore): FeatureSpace {
  let loaded: Promise<[ChineseWords, WordVectors]> | null = null;
  return {
    info: {
      id: 'gloss-vectors',
      name: 'Chinese word vectors from English glosses',
      kind: 'static',
      layers: ['vector'],
      dimensions: [100],
      source:
        'GloVe vectors of CC-CEDICT glosses (CC BY-SA 4.0): derived from English, so no independent evidence when languages are compared',
    },
    pooling: 'mean',
    uses: [],
    language: 'zh',
    fingerprint: async () =>
      contentHash([
        contentHash(await resources.read(RESOURCES.chinese)),
        contentHash(await resources.read(RESOURCES.glove)),
      ]),
    async compute(words) {
      loaded ??= Promise.all([loadChineseWords(resources), loadGlove(resources)]);
      const [dictionary, vectors] = await loaded;
      const features = zeros(words.length, vectors.dimensions);
      words.forEach(({ text }, row) => {
        const vector = chineseVector(dictionary, vectors, text);
        if (vector !== undefined) features.data.set(vector, row * vectors.dimensions);
      });
      return [features];
    },
    async release() {
      loaded = null;
    },
  };
}
