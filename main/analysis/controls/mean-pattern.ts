import { type Floats, type Matrix, transpose } from '../../tensor/matrix.ts';
import { columnMeans, pearsonColumns } from '../metrics.ts';

/** Scores of a prediction beside those of the mean pattern, which knows nothing of the items. */
export interface TrialwiseScore {
  /** Mean of the top share of row correlations (over voxels, one per item). */
  readonly score: number;
  /** The same for the training mean, repeated for every item: what must be subtracted. */
  readonly meanPattern: number;
  /** score − meanPattern. */
  readonly aboveMeanPattern: number;
  /** Mean over voxels of r across items: not moved by voxel means, hence the score to report. */
  readonly voxelwise: number;
}

function topMean(values: Float32Array, share: number): number {
  const descending = [...values].sort((a, b) => b - a);
  const kept = Math.max(1, Math.floor(descending.length * share));
  return descending.slice(0, kept).reduce((sum, value) => sum + value, 0) / kept;
}

/**
 * Trial-wise score as released with MulCogBench: r across voxels for every item, mean of the top share. It hardly
 * measures a model, since voxels differ in their means: a constant pattern reaches about two thirds of a true
 * model's score. So it never stands without the mean pattern beside it.
 * @param predicted test items × voxels
 * @param measured test items × voxels
 * @param training training items × voxels
 */
export function trialwiseScore(
  predicted: Matrix<Floats>,
  measured: Matrix<Floats>,
  training: Matrix<Floats>,
  share = 0.1,
): TrialwiseScore {
  const means = columnMeans(training);
  const constant = { rows: measured.rows, cols: measured.cols, data: new Float64Array(measured.data.length) };
  for (let row = 0; row < measured.rows; row++) constant.data.set(means, row * measured.cols);
  const byItem = transpose(measured);
  const score = topMean(pearsonColumns(transpose(predicted), byItem), share);
  const meanPattern = topMean(pearsonColumns(transpose(constant), byItem), share);
  const voxels = pearsonColumns(predicted, measured);
  const voxelwise = voxels.reduce((sum, r) => sum + r, 0) / voxels.length;
  return { score, meanPattern, aboveMeanPattern: score - meanPattern, voxelwise };
}
