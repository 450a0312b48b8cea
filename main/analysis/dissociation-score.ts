import { UserError } from '../core/errors.ts';
import type { Floats, Matrix } from '../tensor/matrix.ts';

/**
 * Functional dissociation of tasks by pruning: how much more task t suffers from losing its own important heads than
 * from losing those of the others, in per cent of its unpruned score:
 * D_t = 100 · (mean_{j≠t} P[j,t] − P[t,t]) / base_t.
 * Reads down the column of one task's own metric. The released code of Li et al. 2023 (arXiv 2310.10318) reads along
 * the row, which averages other tasks' metrics; with unlike metrics that number means nothing.
 * @param pruned P: row = whose heads were pruned, column = which task was measured
 * @param base unpruned score of every task
 * @throws UserError `dissociation.shapes`
 */
export function dissociationScores(
  pruned: Matrix<Floats>,
  base: ArrayLike<number>,
): { readonly perTask: Float64Array; readonly mean: number } {
  const tasks = pruned.rows;
  if (pruned.cols !== tasks || base.length !== tasks || tasks < 2) {
    throw new UserError(
      'dissociation.shapes',
      `Pruning results of ${tasks} × ${pruned.cols} and ${base.length} unpruned scores do not fit; every task needs a row, a column and a score.`,
      { rows: tasks, columns: pruned.cols, base: base.length },
    );
  }
  const perTask = Float64Array.from({ length: tasks }, (_, task) => {
    let others = 0;
    for (let row = 0; row < tasks; row++)
      if (row !== task) others += pruned.data[row * tasks + task] / (tasks - 1);
    return (100 * (others - pruned.data[task * tasks + task])) / base[task];
  });
  return { perTask, mean: perTask.reduce((sum, value) => sum + value / tasks, 0) };
}
