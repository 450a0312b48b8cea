import { contentHash } from '../../core/hash.ts';

/** Half-open range of samples: start ≤ sample < stop. */
export interface RowRange {
  readonly start: number;
  readonly stop: number;
}

/** Which samples a model may learn from and which score it. Ranges are ascending and disjoint. */
export interface Fold {
  readonly train: readonly RowRange[];
  readonly test: readonly RowRange[];
}

/** An outer fold; `inner` folds lie wholly inside its training samples and choose penalties and layers. */
export interface OuterFold extends Fold {
  /** "fold 2", "run-3": for people. */
  readonly label: string;
  readonly inner: readonly Fold[];
}

/** One run of the recording, in the order in which runs are laid one after another along the sample axis. */
export interface SplitRun {
  readonly id: string;
  readonly samples: number;
  /** Runs of one group had the same stimulus (repeats): they are never on both sides of a split. Default: `id`. */
  readonly group?: string;
}

/** The one description of who trains and who scores, shared by every study of a data set and kept by its hash. */
export interface SplitManifest {
  readonly version: 1;
  readonly scheme: 'contiguous' | 'blocked' | 'leave-one-run-out' | 'shuffled' | 'custom';
  readonly samples: number;
  readonly runs: readonly SplitRun[];
  /** Samples left out at both ends of every run. */
  readonly trim: number;
  /** Training samples left out on each side of a test block within a run. */
  readonly gap: number;
  /** True where somebody insisted on shuffled folds of autocorrelated data: shown with every number that follows. */
  readonly leakageMark: boolean;
  readonly folds: readonly OuterFold[];
}

/** Key of a manifest: SHA-256 of its canonical JSON. Equal splits have equal hashes on every machine. */
export function splitHash(manifest: SplitManifest): string {
  return contentHash(manifest);
}

/** Number of samples in the ranges. */
export function countRows(ranges: readonly RowRange[]): number {
  return ranges.reduce((sum, range) => sum + range.stop - range.start, 0);
}

/** Samples of the ranges one by one, in order. */
export function rowIndices(ranges: readonly RowRange[]): Int32Array {
  const rows = new Int32Array(countRows(ranges));
  let at = 0;
  for (const { start, stop } of ranges) for (let row = start; row < stop; row++) rows[at++] = row;
  return rows;
}

/** Ranges from ascending samples. */
export function rangesOf(rows: Iterable<number>): RowRange[] {
  const ranges: { start: number; stop: number }[] = [];
  for (const row of rows) {
    const last = ranges.at(-1);
    if (last !== undefined && last.stop === row) last.stop = row + 1;
    else ranges.push({ start: row, stop: row + 1 });
  }
  return ranges;
}
