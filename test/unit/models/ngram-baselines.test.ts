import { expect, test } from 'vitest';
import { languageBatches } from '../../../main/models/training/language-batches.ts';
import { ngramBaselines } from '../../../main/models/training/ngram-baselines.ts';

const size = { batch: 2, sequence: 4, guessed: 0 };

test('bigrams know a text in which each token follows from the one before; unigrams do not', () => {
  const row = Int32Array.from({ length: 9000 }, (_, at) => at % 3);
  const { unigram, bigram } = ngramBaselines(row, languageBatches(row, row, size, null), 20, 3);
  expect(unigram).toBeCloseTo(Math.log(3), 3);
  expect(bigram).toBeLessThan(0.001);
});

test('the numbers are those of the formulas', () => {
  const row = Int32Array.of(0, 1, 0, 1, 1);
  const heldOut = Int32Array.of(1, 0, 1, 0, 1);
  const one = { batch: 1, sequence: 4, guessed: 0 };
  // Counts 2 and 3 with one added each: 3/7 and 4/7. Scored: 0, 1, 0, 1.
  const { unigram, bigram } = ngramBaselines(row, languageBatches(row, heldOut, one, null), 1, 2);
  expect(unigram).toBeCloseTo(-(2 * Math.log(3 / 7) + 2 * Math.log(4 / 7)) / 4, 12);
  // n(0→1) = 2 of 2, n(1→0) = 1 of 2; a strength of 1 does best here.
  const after1 = (1 + 3 / 7) / (2 + 1);
  const after0 = (2 + 4 / 7) / (2 + 1);
  expect(bigram).toBeCloseTo(-(2 * Math.log(after1) + 2 * Math.log(after0)) / 4, 12);
});
