import { expect, test } from 'vitest';
import { raterAgreement } from '../../../main/analysis/ratings/agreement.ts';

/** Six targets rated by four judges: table 2 of Shrout & Fleiss (1979). */
const published = [
  [9, 2, 5, 8],
  [6, 1, 3, 2],
  [8, 4, 6, 8],
  [7, 1, 2, 6],
  [10, 5, 6, 9],
  [6, 2, 4, 7],
];
const named = published.map((row) => row.map((value, rater) => ({ rater, value })));

test('agreement is what Shrout & Fleiss print for their example', () => {
  const found = raterAgreement(named, 4);
  expect(found).toMatchObject({ completeWords: 6, raters: 4 });
  expect(found.icc1k).toBeCloseTo(0.44, 2);
  expect(found.icc2k).toBeCloseTo(0.62, 2);
  expect(found.alpha).toBeCloseTo(0.91, 2);
});

test('words that not all raters rated are left out of the complete table only', () => {
  const found = raterAgreement([...named, [{ rater: 1, value: 3 }]], 4);
  expect(found).toMatchObject({ completeWords: 6, icc2k: raterAgreement(named, 4).icc2k });
  expect(found.icc1k).not.toBe(raterAgreement(named, 4).icc1k);
});

test('without names of raters, or without variance, there is no figure that would need them', () => {
  expect(raterAgreement(named, null)).toMatchObject({ icc2k: null, alpha: null, completeWords: 0 });
  const flat = named.map((row) => row.map((rating) => ({ ...rating, value: 3 })));
  expect(raterAgreement(flat, 4)).toMatchObject({ icc2k: null, alpha: null, icc1k: null });
});
