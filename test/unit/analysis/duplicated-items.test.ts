import { expect, test } from 'vitest';
import { duplicatedItems, refuseDuplicates } from '../../../main/analysis/splits/duplicated-items.ts';
import { matrixOf } from '../../../main/tensor/matrix.ts';

const x = matrixOf(5, 2, Float32Array.of(1, 2, 3, 4, 1, 2, 0, 0, 0, 0));
const folds = [
  { train: [{ start: 0, stop: 2 }], test: [{ start: 2, stop: 5 }] },
  { train: [{ start: 2, stop: 5 }], test: [{ start: 1, stop: 2 }] },
];

test('finds test samples that are copies of training samples, silence apart', () => {
  expect(duplicatedItems([x], folds)).toEqual([{ fold: 0, train: 0, test: 2 }]);
  expect(refuseDuplicates(duplicatedItems([x], folds)).message).toContain(
    '1 test samples are copies of training samples (sample 2 of fold 1 equals 0)',
  );
});

test('asks all matrices: equal features with other data are no copies', () => {
  const y = matrixOf(5, 1, Float32Array.of(1, 2, 3, 4, 5));
  expect(duplicatedItems([x, y], folds)).toEqual([]);
});
