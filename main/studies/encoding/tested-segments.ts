import { pearsonColumns, r2Columns } from '../../analysis/metrics.ts';
import { orthonormalBasis, removeNuisance } from '../../analysis/nuisance.ts';
import type { EncodingBlock } from '../../analysis/ridge/encoding-types.ts';
import { rowIndices, type SplitManifest } from '../../analysis/splits/split-manifest.ts';
import { type Matrix, rowView, takeRows, zeros } from '../../tensor/matrix.ts';

/** A tested stretch of one run with an orthonormal basis of the nuisance over it. */
export interface TestedSegment {
  readonly start: number;
  readonly stop: number;
  readonly basis: readonly Float64Array[];
}

/** All tested stretches of a split, cut at run boundaries. @param bases one per run, over the whole run */
export function testedSegments(
  split: SplitManifest,
  bases: readonly (readonly Float64Array[])[],
): TestedSegment[] {
  let offset = 0;
  const runs = split.runs.map((run, index) => {
    const first = offset;
    offset += run.samples;
    return { first, end: offset, basis: bases[index] };
  });
  return split.folds.flatMap((fold) =>
    fold.test.flatMap((range) =>
      runs.flatMap(({ first, end, basis }) => {
        const start = Math.max(first, range.start);
        const stop = Math.min(end, range.stop);
        if (stop <= start) return [];
        const cut = basis.map((column) => column.slice(start - first, stop - first));
        return [{ start, stop, basis: orthonormalBasis(cut) }];
      }),
    ),
  );
}

/** Takes the nuisance out of every tested stretch, in place; other rows stay as they are. */
export function cleanTested(matrix: Matrix, segments: readonly TestedSegment[]): void {
  for (const { start, stop, basis } of segments) removeNuisance(rowView(matrix, start, stop), basis);
}

/**
 * A block scored anew on cleaned predictions. The data have lost what they shared with drift and confounds of their
 * run; a prediction that kept it could not reach them, however good the model: so it is taken from both, and r is the
 * partial correlation given the nuisance.
 * @param measured data scaled as the block's predictions are, cleaned
 */
export function scoreCleaned(
  block: EncodingBlock,
  measured: Matrix,
  split: SplitManifest,
  segments: readonly TestedSegment[],
): EncodingBlock {
  cleanTested(block.predictions, segments);
  const cols = measured.cols;
  const foldR = zeros(split.folds.length, cols);
  const foldR2 = zeros(split.folds.length, cols);
  split.folds.forEach((fold, index) => {
    const rows = rowIndices(fold.test);
    const predicted = takeRows(block.predictions, rows);
    const target = takeRows(measured, rows);
    foldR.data.set(pearsonColumns(predicted, target), index * cols);
    foldR2.data.set(r2Columns(target, predicted), index * cols);
  });
  const mean = ({ rows, data }: Matrix): Float32Array =>
    Float32Array.from({ length: cols }, (_, col) => {
      let sum = 0;
      for (let row = 0; row < rows; row += 1) sum += data[row * cols + col];
      return sum / rows;
    });
  return { ...block, foldR, foldR2, r: mean(foldR), r2: mean(foldR2) };
}
