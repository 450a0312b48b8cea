import { UserError } from '../../core/errors.ts';
import type { Floats, Matrix } from '../../tensor/matrix.ts';
import { type Fold, rowIndices } from './split-manifest.ts';

/** A sample that a fold trains on and, under another number, tests on. */
export interface DuplicatedItem {
  readonly fold: number;
  readonly train: number;
  readonly test: number;
}

function sameRow({ cols, data }: Matrix<Floats>, a: number, b: number): boolean {
  for (let col = 0; col < cols; col++) if (data[a * cols + col] !== data[b * cols + col]) return false;
  return true;
}

/** FNV-1a over a row's bytes in every matrix. */
function rowHash(matrices: readonly Matrix<Floats>[], row: number): number {
  let hash = 0x811c9dc5;
  for (const { cols, data } of matrices) {
    const bytes = new Uint8Array(
      data.buffer,
      data.byteOffset + row * cols * data.BYTES_PER_ELEMENT,
      cols * data.BYTES_PER_ELEMENT,
    );
    for (const byte of bytes) hash = Math.imul(hash ^ byte, 0x01000193);
  }
  return hash >>> 0;
}

/**
 * Test samples whose values in all matrices (features, and some targets) are exactly those of a training sample: the
 * same item twice, so that a test on it is none. One entry per test sample; rows without variation (silence, padding)
 * do not count.
 */
export function duplicatedItems(
  matrices: readonly Matrix<Floats>[],
  folds: readonly Fold[],
): DuplicatedItem[] {
  const byHash = new Map<number, number[]>();
  for (let row = 0; row < matrices[0].rows; row++) {
    const varies = matrices.some(({ cols, data }) =>
      data.subarray(row * cols, (row + 1) * cols).some((value) => value !== data[row * cols]),
    );
    if (!varies) continue;
    const hash = rowHash(matrices, row);
    byHash.set(hash, [...(byHash.get(hash) ?? []), row]);
  }
  const twins = new Map<number, number[]>();
  for (const rows of byHash.values()) {
    if (rows.length < 2) continue;
    for (const row of rows) {
      const same = rows.filter((other) => other !== row && matrices.every((one) => sameRow(one, row, other)));
      if (same.length > 0) twins.set(row, same);
    }
  }
  if (twins.size === 0) return [];
  return folds.flatMap((fold, index) => {
    const training = new Set(rowIndices(fold.train));
    return [...rowIndices(fold.test)].flatMap((test) => {
      const train = twins.get(test)?.find((row) => training.has(row));
      return train === undefined ? [] : [{ fold: index, train, test }];
    });
  });
}

/** The refusal, with the number that was counted and the first pair. */
export function refuseDuplicates(found: readonly DuplicatedItem[]): UserError {
  const [{ fold, train, test }] = found;
  return new UserError(
    'split.duplicated-items',
    `${found.length} test samples are copies of training samples (sample ${test} of fold ${fold + 1} equals ${train}), so their scores would not be tests; drop the copies or keep them in one fold.`,
    { count: found.length, fold: fold + 1, train, test },
  );
}
