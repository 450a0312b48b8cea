import { UserError } from '../../core/errors.ts';
import type { Floats, Matrix } from '../../tensor/matrix.ts';
import { permutation } from '../../tensor/random/sampling.ts';
import { createRandom } from '../../tensor/random/xoshiro.ts';
import { type OuterFold, rangesOf, type SplitManifest, type SplitRun } from './split-manifest.ts';

/**
 * Median over columns of the lag-1 autocorrelation of `data` (samples × columns), computed within runs and pooled
 * over them. Constant columns are left out; 0 where nothing is left. White noise gives about 0 ± 1/√samples, fMRI
 * at a TR of 2 s typically 0.3 to 0.6.
 */
export function lagOneAutocorrelation(data: Matrix<Floats>, runs: readonly SplitRun[]): number {
  const found: number[] = [];
  for (let col = 0; col < data.cols; col++) {
    let shared = 0;
    let total = 0;
    let start = 0;
    for (const { samples } of runs) {
      let mean = 0;
      for (let row = 0; row < samples; row++) mean += data.data[(start + row) * data.cols + col] / samples;
      for (let row = 0; row < samples; row++) {
        const here = data.data[(start + row) * data.cols + col] - mean;
        total += here * here;
        if (row > 0) shared += here * (data.data[(start + row - 1) * data.cols + col] - mean);
      }
      start += samples;
    }
    if (total > 0) found.push(shared / total);
  }
  found.sort((a, b) => a - b);
  return found.length === 0 ? 0 : found[Math.floor(found.length / 2)];
}

/** What shuffled folds need beside the run lengths. */
export interface ShuffledOptions {
  readonly runs: readonly SplitRun[];
  readonly folds: number;
  readonly innerFolds?: number;
  readonly seed: number;
  /** The recorded data (or a sample of its columns), to be measured before anything is shuffled. */
  readonly data: Matrix<Floats>;
  /** Insist although the data are autocorrelated; the manifest then carries the leakage mark. Default false. */
  readonly insist?: boolean;
}

/** Above this |lag-1 autocorrelation| neighbouring samples tell of each other, and shuffled folds leak. */
export const AUTOCORRELATION_LIMIT = 0.1;

/** The refusal, with the number that was measured. */
export function refuseShuffled(measured: number): UserError {
  return new UserError(
    'split.shuffled-autocorrelated',
    `Shuffled folds are refused: neighbouring samples of these data correlate by ${measured.toFixed(2)} (limit ${AUTOCORRELATION_LIMIT}), so test samples would be known from training; use contiguous folds or leave-one-run-out.`,
    { autocorrelation: Number(measured.toFixed(2)), limit: AUTOCORRELATION_LIMIT },
  );
}

/**
 * Folds of randomly drawn samples, for data whose samples are independent (items, trials).
 * @throws UserError `split.shuffled-autocorrelated` with the measured number, unless `insist` is set
 */
export function shuffledFolds(options: ShuffledOptions): SplitManifest {
  const measured = lagOneAutocorrelation(options.data, options.runs);
  const leaks = Math.abs(measured) > AUTOCORRELATION_LIMIT;
  if (leaks && options.insist !== true) throw refuseShuffled(measured);
  const samples = options.runs.reduce((sum, run) => sum + run.samples, 0);
  const order = permutation(createRandom(options.seed), samples);
  const folds = dealt([...order], options.folds).map(
    (fold, index): OuterFold => ({
      label: `fold ${index + 1}`,
      train: rangesOf(fold.train),
      test: rangesOf(fold.test),
      inner: dealt(fold.train, options.innerFolds ?? 3).map((inner) => ({
        train: rangesOf(inner.train),
        test: rangesOf(inner.test),
      })),
    }),
  );
  return {
    version: 1,
    scheme: 'shuffled',
    samples,
    runs: options.runs,
    trim: 0,
    gap: 0,
    leakageMark: leaks,
    folds,
  };
}

/** Deals shuffled samples to `count` folds by their place in `order`. */
function dealt(order: readonly number[], count: number): { train: number[]; test: number[] }[] {
  const ascending = (rows: number[]): number[] => rows.toSorted((a, b) => a - b);
  return Array.from({ length: count }, (_, fold) => ({
    train: ascending(order.filter((_row, place) => place % count !== fold)),
    test: ascending(order.filter((_row, place) => place % count === fold)),
  }));
}
