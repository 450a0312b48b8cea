import { trialwiseScore } from '../../analysis/controls/mean-pattern.ts';
import { columnMeans, pearsonColumns } from '../../analysis/metrics.ts';
import { heldOutPrediction, prepareHeldOut } from '../../analysis/similarity/held-out-similarity.ts';
import { zscoreColumns } from '../../analysis/similarity/similarity-encoding.ts';
import type { MulcogKind } from '../../contract/mulcog.ts';
import type { MatrixEngine } from '../../tensor/engine.ts';
import { type Matrix, takeRows, toFloat64, zeros, zeros64 } from '../../tensor/matrix.ts';
import type { SetItems } from './set-items.ts';
import { standardRows } from './standard-rows.ts';

const meanOf = (values: ArrayLike<number>): number =>
  Array.from(values).reduce((sum, value) => sum + value, 0) / values.length;

/**
 * How well subjects know each other, mean over subjects. Where all have the same columns (sensors, measures): r of each
 * column with the mean of the other subjects. Where they do not (voxels chosen for each person): similarity encoding
 * with the other subjects' patterns in place of a model's embeddings. Null for one subject.
 * @param data items × columns of every subject, without unusable columns
 * @param comparable whether columns of one number mean the same in all subjects
 */
export async function subjectCeiling(
  engine: MatrixEngine,
  data: readonly Matrix[],
  items: SetItems,
  comparable: boolean,
): Promise<MulcogKind['ceiling']> {
  if (data.length < 2) return null;
  const same = comparable && data.every(({ cols }) => cols === data[0].cols);
  const values: number[] = [];
  for (const [at, own] of data.entries()) {
    const others = data.filter((_, index) => index !== at);
    if (same) values.push(meanOf(pearsonColumns(own, meanOfSubjects(others))));
    else {
      const prepared = prepareHeldOut(own, items.exclusions);
      const predicted = await heldOutPrediction(engine, standardRows(sideBySide(others)), prepared);
      values.push(meanOf(pearsonColumns(predicted, prepared.c)));
    }
  }
  return { value: meanOf(values), how: same ? 'measures' : 'patterns' };
}

function meanOfSubjects(subjects: readonly Matrix[]): Matrix {
  const [{ rows, cols }] = subjects;
  const out = zeros(rows, cols);
  for (const subject of subjects) {
    const { data } = zscoreColumns(subject);
    for (let at = 0; at < data.length; at++) out.data[at] += data[at] / subjects.length;
  }
  return out;
}

function sideBySide(subjects: readonly Matrix[]): Matrix {
  const cols = subjects.reduce((sum, subject) => sum + subject.cols, 0);
  const out = zeros(subjects[0].rows, cols);
  let from = 0;
  for (const subject of subjects) {
    const { rows, data } = zscoreColumns(subject);
    for (let row = 0; row < rows; row++)
      out.data.set(data.subarray(row * subject.cols, (row + 1) * subject.cols), row * cols + from);
    from += subject.cols;
  }
  return out;
}

/**
 * What the mean of the other folds reaches as a prediction: r across items, which a constant cannot raise above 0, and
 * the released trial-wise score (mean of the top tenth of correlations across columns), which it can.
 * @param folds fold of every item
 */
export function meanPatternScores(
  data: Matrix,
  folds: Int32Array,
): { readonly itemwise: number; readonly trialwise: number } {
  const count = Math.max(...folds) + 1;
  const predicted = zeros64(data.rows, data.cols);
  let trialwise = 0;
  for (let fold = 0; fold < count; fold++) {
    const inside = Int32Array.from(folds.keys()).filter((row) => folds[row] === fold);
    const outside = Int32Array.from(folds.keys()).filter((row) => folds[row] !== fold);
    const training = takeRows(data, outside);
    const means = columnMeans(training);
    for (const row of inside) predicted.data.set(means, row * data.cols);
    const measured = takeRows(data, inside);
    const constant = {
      ...measured,
      data: Float32Array.from({ length: measured.data.length }, (_, at) => means[at % data.cols]),
    };
    trialwise += trialwiseScore(constant, measured, training).meanPattern / count;
  }
  return { itemwise: meanOf(pearsonColumns(predicted, toFloat64(data))), trialwise };
}
