import fc from 'fast-check';
import { expect, it } from 'vitest';
import { UnigramTokenizer } from '../../../main/models/tokenizers/unigram.ts';

const pieces = [
  ['<unk>', 0],
  ['▁', -2],
  ['a', -3],
  ['b', -3],
  ['ab', -4],
  ['▁a', -3.5],
  ['▁ab', -9],
  ['aba', -6.5],
] as const;
const tokenizer = new UnigramTokenizer(pieces, 1);
const score = (ids: readonly number[]) => ids.reduce((sum, id) => sum + pieces[id][1], 0);

/** Best score over all ways to cut a text, by trying them all. */
function bestScore(text: string): number {
  if (text === '') return 0;
  let best = Number.NEGATIVE_INFINITY;
  pieces.slice(1).forEach(([piece, gain]) => {
    if (text.startsWith(piece)) best = Math.max(best, gain + bestScore(text.slice(piece.length)));
  });
  return best;
}

it('finds the segmentation with the highest score', () => {
  fc.assert(
    fc.property(fc.stringMatching(/^[ab ]{1,9}$/), (text) => {
      const ids = tokenizer.encode(text);
      expect(ids.map((id) => pieces[id][0]).join('')).toBe(`▁${text.replaceAll(' ', '▁')}`);
      expect(score(ids)).toBeCloseTo(bestScore(`▁${text.replaceAll(' ', '▁')}`), 9);
    }),
  );
});

it('makes one unknown of neighbouring unknown characters', () => {
  expect(tokenizer.encode('aXYb')).toEqual([5, 0, 3]);
  expect(tokenizer.encode('')).toEqual([]);
});

it('gives words the ids they have in running text', () => {
  const words = ['ab', 'ba', 'aab'];
  expect(words.flatMap((word) => tokenizer.encodeWord(word))).toEqual(tokenizer.encode(words.join(' ')));
});
