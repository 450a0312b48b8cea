import { UserError } from '../../core/errors.ts';
import type { Floats, Matrix } from '../../tensor/matrix.ts';
import { AUTOCORRELATION_LIMIT, lagOneAutocorrelation, refuseShuffled } from './shuffled-splits.ts';
import { type OuterFold, rangesOf, type SplitManifest } from './split-manifest.ts';

/** A fold as somebody else's software lists it: sample numbers from 0. */
export interface ListedFold {
  readonly test: readonly number[];
  /** All samples that are not tested where left out. */
  readonly train?: readonly number[] | undefined;
}

export interface CustomOptions {
  readonly samples: number;
  readonly folds: readonly ListedFold[];
  /** The recorded data or a part of its columns, to be measured where the folds look shuffled. */
  readonly data: Matrix<Floats>;
  readonly insist?: boolean;
}

function checked(fold: ListedFold, samples: number, number: number): { test: number[]; train: number[] } {
  const test = fold.test.toSorted((a, b) => a - b);
  const tested = new Set(test);
  const train =
    fold.train?.toSorted((a, b) => a - b) ??
    Array.from({ length: samples }, (_, row) => row).filter((row) => !tested.has(row));
  const strange = [...test, ...train].find((row) => !Number.isInteger(row) || row < 0 || row >= samples);
  if (strange !== undefined) {
    throw new UserError(
      'split.sample-unknown',
      `Fold ${number} names sample ${strange}, but the data have samples 0 to ${samples - 1}.`,
      {
        fold: number,
        sample: strange,
        last: samples - 1,
      },
    );
  }
  const both = train.find((row) => tested.has(row));
  if (both !== undefined) {
    throw new UserError(
      'split.overlap',
      `Sample ${both} both trains and tests in fold ${number}; take it out of one of them.`,
      { sample: both, fold: number },
    );
  }
  if (test.length === 0 || train.length === 0) {
    throw new UserError(
      'split.empty-fold',
      `fold ${number} has no samples left to train or to test on; use fewer folds, a smaller gap or less trimming.`,
      {
        fold: `fold ${number}`,
      },
    );
  }
  return { test: [...new Set(test)], train: [...new Set(train)] };
}

/** Folds whose test samples lie scattered: on average fewer than three in a row, and not because there are so few. */
function scattered(folds: readonly OuterFold[]): boolean {
  return folds.some((fold) => {
    const count = fold.test.reduce((sum, range) => sum + range.stop - range.start, 0);
    return count > 3 && count / fold.test.length < 3;
  });
}

/**
 * A manifest from folds that were made elsewhere. Scattered folds of autocorrelated data are refused as shuffled ones
 * are, unless `insist` is set; the manifest then carries the leakage mark.
 * @throws UserError `split.sample-unknown`, `split.overlap`, `split.empty-fold`, `split.shuffled-autocorrelated`
 */
export function customFolds(options: CustomOptions): SplitManifest {
  const { samples, data } = options;
  const runs = [{ id: 'all', samples }];
  const folds = options.folds.map((fold, index): OuterFold => {
    const { test, train } = checked(fold, samples, index + 1);
    return { label: `fold ${index + 1}`, train: rangesOf(train), test: rangesOf(test), inner: [] };
  });
  const measured = scattered(folds) ? lagOneAutocorrelation(data, runs) : 0;
  const leaks = Math.abs(measured) > AUTOCORRELATION_LIMIT;
  if (leaks && options.insist !== true) throw refuseShuffled(measured);
  return { version: 1, scheme: 'custom', samples, runs, trim: 0, gap: 0, leakageMark: leaks, folds };
}
