import { contentHash } from '../../core/hash.ts';
import { RESOURCES, type ResourceStore } from '../../core/resource-store.ts';
import { zeros } from '../../tensor/matrix.ts';
import type { FeatureSpace } from '../feature-space.ts';
import { lookUp } from './word-form.ts';

/** Vectors of words out of context. */
export interface WordVectors {
  readonly dimensions: number;
  /** The vector of a listed form, or undefined. */
  vector(form: string): Float32Array | undefined;
}

/** The bundled GloVe vectors: value = 8-bit integer × scale of the word. @throws UserError `resources.missing` */
export async function loadGlove(resources: ResourceStore): Promise<WordVectors> {
  const { meta, arrays } = await resources.bundle(RESOURCES.glove);
  const words = String(meta.words).split('\n');
  const { values, shape } = arrays.vectors;
  const scales = arrays.scales.values;
  const dimensions = shape[1];
  const rows = new Map(words.map((word, row) => [word, row]));
  return {
    dimensions,
    vector(form) {
      const row = rows.get(form);
      if (row === undefined) return undefined;
      return Float32Array.from(
        values.subarray(row * dimensions, (row + 1) * dimensions),
        (v) => v * scales[row],
      );
    },
  };
}

/** One fixed vector a word, whatever stands around it; zeros where the word is not listed. */
export function gloveSpace(resources: ResourceStore): FeatureSpace {
  let loaded: Promise<WordVectors> | null = null;
  return {
    info: {
      id: 'glove',
      name: 'GloVe word vectors',
      kind: 'static',
      layers: ['vector'],
      dimensions: [100],
      source: 'GloVe 6B, 100 dimensions, 60,000 words (Pennington et al. 2014), PDDL-1.0',
    },
    pooling: 'mean',
    uses: [],
    language: 'en',
    fingerprint: async () => contentHash(await resources.read(RESOURCES.glove)),
    async compute(words) {
      loaded ??= loadGlove(resources);
      const vectors = await loaded;
      const features = zeros(words.length, vectors.dimensions);
      words.forEach(({ text }, row) => {
        const vector = lookUp(text, (form) => vectors.vector(form));
        if (vector !== undefined) features.data.set(vector, row * vectors.dimensions);
      });
      return [features];
    },
    async release() {
      loaded = null;
    },
  };
}
