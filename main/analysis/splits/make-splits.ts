import { UserError } from '../../core/errors.ts';
import {
  countRows,
  type Fold,
  type OuterFold,
  type RowRange,
  rangesOf,
  rowIndices,
  type SplitManifest,
  type SplitRun,
} from './split-manifest.ts';

/** What every kind of split needs to know. */
export interface SplitOptions {
  readonly runs: readonly SplitRun[];
  /** Samples left out at both ends of every run, in training and test (haemodynamic on- and offset). Default 0. */
  readonly trim?: number;
  /** Training samples left out on each side of a test block of the same run (autocorrelation). Default 0. */
  readonly gap?: number;
  /** Contiguous inner folds inside each outer training set. Default 3. */
  readonly innerFolds?: number;
}

/** Runs placed on the sample axis, edges trimmed away. */
interface Placed extends RowRange {
  readonly id: string;
  readonly group: string;
}

function placeRuns(options: SplitOptions): { samples: number; placed: Placed[] } {
  const trim = options.trim ?? 0;
  const placed: Placed[] = [];
  let at = 0;
  for (const run of options.runs) {
    if (run.samples <= 2 * trim) {
      throw new UserError(
        'split.run-too-short',
        `Run ${run.id} has ${run.samples} samples, and ${trim} are to be trimmed from each end; trim fewer or leave the run out.`,
        { run: run.id, samples: run.samples, trim },
      );
    }
    placed.push({ id: run.id, group: run.group ?? run.id, start: at + trim, stop: at + run.samples - trim });
    at += run.samples;
  }
  return { samples: at, placed };
}

/** The training part of a run beside its test block, with the gap taken off on the sides where they touch. */
function beside(run: RowRange, test: RowRange, gap: number): RowRange[] {
  const before = { start: run.start, stop: Math.max(run.start, test.start - gap) };
  const after = { start: Math.min(run.stop, test.stop + gap), stop: run.stop };
  return [before, after].filter((range) => range.stop > range.start);
}

/**
 * `count` contiguous blocks over the given ranges, never dropping a sample; where they cannot be equal, the first ones
 * are longer by one, as in scikit-learn's KFold.
 */
function cut(ranges: readonly RowRange[], count: number): RowRange[][] {
  const rows = rowIndices(ranges);
  const [size, longer] = [Math.floor(rows.length / count), rows.length % count];
  return Array.from({ length: count }, (_, fold) => {
    const start = fold * size + Math.min(fold, longer);
    return rangesOf(rows.subarray(start, start + size + (fold < longer ? 1 : 0)));
  });
}

/** Takes `test`, widened by `gap` samples on each side, out of `ranges`. */
function without(ranges: readonly RowRange[], test: readonly RowRange[], gap: number): RowRange[] {
  return test.reduce<RowRange[]>(
    (rest, block) =>
      rest.flatMap((range) =>
        block.start < range.stop + gap && block.stop + gap > range.start
          ? beside(range, block, gap)
          : [range],
      ),
    [...ranges],
  );
}

/** Contiguous inner folds over the training samples of an outer fold. */
function innerFolds(train: readonly RowRange[], count: number, gap: number, label: string): Fold[] {
  if (count === 0) return [];
  if (count < 2 || countRows(train) < count * 2) {
    throw new UserError(
      'split.too-few-samples',
      `${label} leaves ${countRows(train)} training samples, too few for ${count} inner folds; use fewer folds or more data.`,
      { fold: label, samples: countRows(train), folds: count },
    );
  }
  return cut(train, count).map((test) => ({ train: without(train, test, gap), test }));
}

/**
 * The split with contiguous inner folds in every outer training set, in place of those it has.
 * @throws UserError `split.too-few-samples`
 */
export function withInnerFolds(split: SplitManifest, count: number): SplitManifest {
  const folds = split.folds.map((fold) => ({
    ...fold,
    inner: innerFolds(fold.train, count, split.gap, fold.label),
  }));
  return { ...split, folds };
}

function manifest(
  scheme: SplitManifest['scheme'],
  options: SplitOptions,
  samples: number,
  folds: readonly (Fold & { readonly label: string })[],
): SplitManifest {
  const gap = options.gap ?? 0;
  const inner = options.innerFolds ?? 3;
  const nested = folds.map((fold): OuterFold => {
    if (countRows(fold.train) === 0 || countRows(fold.test) === 0) {
      throw new UserError(
        'split.empty-fold',
        `${fold.label} has no samples left to train or to test on; use fewer folds, a smaller gap or less trimming.`,
        { fold: fold.label },
      );
    }
    return { ...fold, inner: innerFolds(fold.train, inner, gap, fold.label) };
  });
  return {
    version: 1,
    scheme,
    samples,
    runs: options.runs,
    trim: options.trim ?? 0,
    gap,
    leakageMark: false,
    folds: nested,
  };
}

/** @throws UserError `split.fold-count`, `split.repeats` where runs repeat a stimulus */
function checkFolds(placed: readonly Placed[], folds: number, places: number): void {
  if (!Number.isInteger(folds) || folds < 2 || folds > places) {
    throw new UserError(
      'split.fold-count',
      `${folds} folds cannot be made from ${places} samples; use a whole number from 2 to ${places}.`,
      { folds, samples: places },
    );
  }
  const groups = placed.map((run) => run.group);
  const repeated = groups.find((group, index) => groups.indexOf(group) !== index);
  if (repeated !== undefined) {
    throw new UserError(
      'split.repeats',
      `Runs of group ${repeated} repeat one stimulus, so contiguous folds would train and test on it; use leave-one-run-out.`,
      { group: repeated },
    );
  }
}

/**
 * Contiguous k-fold: the kept samples, in time order, are cut into `folds` blocks of nearly equal size; each block
 * is the test set once. Repeats are not looked at: where runs repeat a stimulus use `leaveOneRunOut`.
 * @throws UserError `split.fold-count`, `split.repeats`, `split.run-too-short`, `split.empty-fold`,
 * `split.too-few-samples`
 */
export function contiguousFolds(options: SplitOptions & { readonly folds: number }): SplitManifest {
  const { samples, placed } = placeRuns(options);
  checkFolds(placed, options.folds, countRows(placed));
  return manifest('contiguous', options, samples, tested(placed, cut(placed, options.folds), options.gap));
}

/** Each of the given sets of ranges as a test set, with all other kept samples, less the gap, as training. */
function tested(placed: readonly Placed[], tests: readonly RowRange[][], gap = 0) {
  return tests.map((test, index) => ({
    label: `fold ${index + 1}`,
    test,
    train: without(placed, test, gap),
  }));
}

/**
 * Blocked k-fold: every run is cut into blocks of `block` samples (the last one may be longer, by less than a block), and
 * blocks are dealt to the folds in turn, so that every fold tests early and late parts of the recording alike.
 * @throws UserError `split.block` and as `contiguousFolds`
 */
export function blockedFolds(
  options: SplitOptions & { readonly folds: number; readonly block: number },
): SplitManifest {
  const { samples, placed } = placeRuns(options);
  const { block, folds } = options;
  const counts = placed.map(({ start, stop }) => Math.floor((stop - start) / block));
  if (!Number.isInteger(block) || block < 2 || counts.some((count) => count < 1)) {
    throw new UserError(
      'split.block',
      `Blocks of ${block} samples cannot be cut from runs of ${Math.min(...placed.map(({ start, stop }) => stop - start))}; use a whole number from 2 to that.`,
      { block, samples: Math.min(...placed.map(({ start, stop }) => stop - start)) },
    );
  }
  checkFolds(
    placed,
    folds,
    counts.reduce((sum, count) => sum + count, 0),
  );
  const blocks = placed.flatMap(({ start, stop }, run) =>
    Array.from({ length: counts[run] }, (_, index): RowRange => {
      const from = start + index * block;
      return { start: from, stop: index + 1 === counts[run] ? stop : from + block };
    }),
  );
  const tests = Array.from({ length: folds }, (_, fold) =>
    blocks.filter((_block, at) => at % folds === fold),
  );
  return manifest('blocked', options, samples, tested(placed, tests, options.gap));
}

/**
 * Leave-one-run-out: each group of runs (a run, or all repeats of one stimulus) is the test set once. Inner folds
 * leave out one group of the training runs each where there are at least two, else they are contiguous.
 * @throws UserError `split.one-run`, `split.run-too-short`, `split.empty-fold`, `split.too-few-samples`
 */
export function leaveOneRunOut(options: SplitOptions): SplitManifest {
  const { samples, placed } = placeRuns(options);
  const groups = [...new Set(placed.map((run) => run.group))];
  if (groups.length < 2) {
    throw new UserError(
      'split.one-run',
      'Leave-one-run-out needs at least two runs with different stimuli; use contiguous folds for a single run.',
    );
  }
  const of = (keep: (run: Placed) => boolean): RowRange[] =>
    placed.filter(keep).map(({ start, stop }) => ({ start, stop }));
  const base = manifest(
    'leave-one-run-out',
    { ...options, innerFolds: 0 },
    samples,
    groups.map((group) => ({
      label: group,
      test: of((run) => run.group === group),
      train: of((run) => run.group !== group),
    })),
  );
  if (options.innerFolds === 0) return base;
  const folds = base.folds.map((fold): OuterFold => {
    const others = groups.filter((group) => group !== fold.label);
    if (others.length < 2) {
      return {
        ...fold,
        inner: innerFolds(fold.train, options.innerFolds ?? 3, options.gap ?? 0, fold.label),
      };
    }
    const inner = others.map((left) => ({
      test: of((run) => run.group === left),
      train: of((run) => run.group !== left && run.group !== fold.label),
    }));
    return { ...fold, inner };
  });
  return { ...base, folds };
}
