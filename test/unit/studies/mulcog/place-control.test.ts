import { expect, test } from 'vitest';
import type { ItemText } from '../../../../main/contract/item-sets.ts';
import { placeControl } from '../../../../main/studies/mulcog/place-control.ts';

/** Words of a text as said at even distances; marks that end sentences are items of their own that do not count. */
function text(line: string, seconds: number | null): ItemText {
  return {
    name: line,
    words: line.split(' ').map((word, at) => ({
      text: word,
      end: seconds === null ? null : seconds * (at + 1),
      counts: !/^[.。]$/.test(word),
    })),
  };
}

/** Row of a word, cut into its four populations. */
function row(texts: readonly ItemText[], at: number) {
  const { values } = placeControl(texts).layers[0];
  const all = [...values.data.subarray(at * values.cols, (at + 1) * values.cols)];
  const quarter = values.cols / 4;
  const [share, into, length, rate] = [0, 1, 2, 3].map((part) =>
    all.slice(part * quarter, (part + 1) * quarter),
  );
  return { share, into, length, rate };
}

const peak = (curve: readonly number[]): number => curve.indexOf(Math.max(...curve));

test('words in alike places have the same vector, whatever they are', () => {
  const texts = [text('one two three .', null), text('vier fünf sechs 。', null)];
  for (let at = 0; at < 3; at++) expect(row(texts, at)).toEqual(row(texts, at + 4));
});

test('position begins anew after the mark that ends a sentence, in both scripts', () => {
  const texts = [text('a b c d e f g h i . a b c', null), text('a b c d e f g h i 。 a b c', null)];
  expect(row(texts, 10).into).toEqual(row(texts, 0).into);
  expect(row(texts, 23).into).toEqual(row(texts, 0).into);
  expect(peak(row(texts, 8).into)).toBeGreaterThan(peak(row(texts, 0).into));
  // Nine words against three: the mark itself counts in neither.
  expect(peak(row(texts, 0).length)).toBe(2);
  expect(peak(row(texts, 10).length)).toBe(1);
});

test('the share of the text runs from the first unit to the last', () => {
  const one = [text('a b c d e f g h i', null)];
  expect([0, 1, 2, 3, 4, 5, 6, 7, 8].map((at) => peak(row(one, at).share))).toEqual([
    0, 1, 2, 3, 4, 5, 6, 7, 8,
  ]);
});

test('rate is words a second of the last three seconds, and silent where words have no times', () => {
  const slow = [text('a b c d e f g h', 1)];
  const fast = [text('a b c d e f g h i j k l m n o p', 0.25)];
  // One word a second is unit 1 of 0, 1, 2, …; four a second is unit 4.
  expect(peak(row(slow, 7).rate)).toBe(1);
  expect(peak(row(fast, 15).rate)).toBe(4);
  expect(row([text('a b', null)], 0).rate.every((value) => value === 0)).toBe(true);
});
