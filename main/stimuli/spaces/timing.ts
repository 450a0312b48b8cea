import type { FeatureSpaceInfo, Word } from '../../contract/stimuli.ts';
import { contentHash } from '../../core/hash.ts';
import { zeros } from '../../tensor/matrix.ts';
import type { FeatureSpace } from '../feature-space.ts';
import { endsSentence } from './word-form.ts';

/** A silence this long (s) begins a new sentence where the words carry no punctuation. */
const SENTENCE_GAP = 0.7;
/** Raise this when the rules below change: it is part of the cache key. */
const VERSION = 2;

/** 1 for every word: sampled to the scanner's clock, the number of words a sample holds. */
function rate(words: readonly Word[]): number[] {
  return words.map(() => 1);
}

/** Onset as a share of the run's last onset, 0 to 1. */
function positionInRun(words: readonly Word[]): number[] {
  const last = words.at(-1)?.onset ?? 0;
  return words.map(({ onset }) => (last > 0 ? onset / last : 0));
}

/** Words since the sentence began, 0 for its first; by punctuation, or by silences where there is none at all. */
function positionInSentence(words: readonly Word[]): number[] {
  const punctuated = words.some(({ text }) => endsSentence(text));
  let position = -1;
  return words.map((_, index) => {
    const before = words[index - 1];
    const begins =
      before === undefined ||
      (punctuated
        ? endsSentence(before.text)
        : words[index].onset - (before.onset + before.duration) > SENTENCE_GAP);
    position = begins ? 0 : position + 1;
    return position;
  });
}

/** Words in the sentence that each word stands in. */
function sentenceLength(words: readonly Word[]): number[] {
  const positions = positionInSentence(words);
  const lengths = new Array<number>(words.length);
  for (let index = words.length - 1; index >= 0; index--) {
    const last = index + 1 === words.length || positions[index + 1] === 0;
    lengths[index] = last ? positions[index] + 1 : lengths[index + 1];
  }
  return lengths;
}

function timingSpace(
  info: Pick<FeatureSpaceInfo, 'id' | 'name' | 'kind'>,
  pooling: 'mean' | 'sum',
  columns: readonly ((words: readonly Word[]) => number[])[],
): FeatureSpace {
  return {
    info: { ...info, layers: ['value'], dimensions: [columns.length], source: 'word times' },
    pooling,
    uses: [],
    language: null,
    fingerprint: async () => contentHash({ timing: VERSION }),
    async compute(words) {
      const features = zeros(words.length, columns.length);
      columns.forEach((column, col) => {
        column(words).forEach((value, row) => {
          features.data[row * columns.length + col] = value;
        });
      });
      return [features];
    },
    async release() {},
  };
}

/**
 * What is known of words from their times alone. "word-rate-position" and "sentence-length" are controls that every score is
 * set against: word rate, position in run, position in sentence, pooled by sum, so that a sample's positions count as often
 * as its words; and how long the sentences are.
 */
export function timingSpaces(): FeatureSpace[] {
  return [
    timingSpace({ id: 'word-rate', name: 'Word rate', kind: 'timing' }, 'sum', [rate]),
    timingSpace({ id: 'position', name: 'Position in run and sentence', kind: 'timing' }, 'mean', [
      positionInRun,
      positionInSentence,
    ]),
    timingSpace({ id: 'word-rate-position', name: 'Word rate and position', kind: 'control' }, 'sum', [
      rate,
      positionInRun,
      positionInSentence,
    ]),
    timingSpace({ id: 'sentence-length', name: 'Sentence length', kind: 'control' }, 'mean', [
      sentenceLength,
    ]),
  ];
}
