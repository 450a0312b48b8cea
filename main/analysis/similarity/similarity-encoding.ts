import { UserError } from '../../core/errors.ts';
import type { MatrixEngine } from '../../tensor/engine.ts';
import type { Floats } from '../../tensor/matrix.ts';
import { type Matrix, type Matrix64, matrixOf, zeros64 } from '../../tensor/matrix.ts';
import { columnDeviations, columnMeans, pearsonColumns } from '../metrics.ts';

/** Rows z-scored (population deviation): products of two rows are their Pearson r times the number of columns. */
export function zscoreRows(matrix: Matrix<Floats>): Matrix64 {
  const { rows, cols, data } = matrix;
  const out = zeros64(rows, cols);
  for (let row = 0; row < rows; row++) {
    let mean = 0;
    for (let col = 0; col < cols; col++) mean += data[row * cols + col] / cols;
    let power = 0;
    for (let col = 0; col < cols; col++) power += (data[row * cols + col] - mean) ** 2;
    if (!(power > cols * (1e-10 * mean) ** 2) || !Number.isFinite(power)) {
      throw new UserError(
        'similarity.constant-row',
        `Item ${row} has an embedding without any variation or with NaN, so its similarity to others is undefined; drop the item.`,
        { row },
      );
    }
    const scale = 1 / Math.sqrt(power / cols);
    for (let col = 0; col < cols; col++) out.data[row * cols + col] = (data[row * cols + col] - mean) * scale;
  }
  return out;
}

/** Columns z-scored; a constant column becomes zeros. */
export function zscoreColumns(matrix: Matrix<Floats>): Matrix64 {
  const { rows, cols, data } = matrix;
  const means = columnMeans(matrix);
  const deviations = columnDeviations(matrix, means);
  const out = zeros64(rows, cols);
  for (let at = 0, row = 0; row < rows; row++) {
    for (let col = 0; col < cols; col++, at++) {
      out.data[at] =
        deviations[col] > 1e-10 * Math.abs(means[col]) ? (data[at] - means[col]) / deviations[col] : 0;
    }
  }
  return out;
}

export interface SimilarityEncoding {
  /** Items × measures: C′. */
  readonly predicted: Matrix64;
  /** Pearson r of every column of C′ with the z-scored column of C; 0 for a constant column. */
  readonly scores: Float32Array;
  readonly score: number;
}

function checkItems(embeddings: Matrix<Floats>, data: Matrix<Floats>): void {
  if (embeddings.rows !== data.rows) {
    throw new UserError(
      'similarity.items-mismatch',
      `The embeddings have ${embeddings.rows} items and the data ${data.rows}; both must list the same items in the same order.`,
      { embeddings: embeddings.rows, data: data.rows },
    );
  }
}

/**
 * Similarity encoding: items are predicted from all others, weighted by how similar their embeddings are.
 * C′ = (M − I) C with M the Pearson correlation between items' embeddings, computed as Z (Zᵀ C) / d − C without
 * forming M. Without the − I an item would predict itself: shuffled embeddings then score near 0.38.
 * Source: MulCogBench (arXiv 2403.01116); columns of C are z-scored first.
 * @param embeddings items × dimensions
 * @param data items × measures
 * @throws UserError `similarity.items-mismatch`, `similarity.constant-row`
 */
export async function similarityEncoding(
  engine: MatrixEngine,
  embeddings: Matrix<Floats>,
  data: Matrix<Floats>,
): Promise<SimilarityEncoding> {
  checkItems(embeddings, data);
  const z = zscoreRows(embeddings);
  const c = zscoreColumns(data);
  const inner = await engine.multiply(z, c, { transposeA: true });
  const predicted = await engine.multiply(z, inner);
  for (let at = 0; at < predicted.data.length; at++)
    predicted.data[at] = predicted.data[at] / z.cols - c.data[at];
  return scored(predicted, c);
}

function scored(predicted: Matrix64, c: Matrix64): SimilarityEncoding {
  const scores = pearsonColumns(predicted, c);
  return { predicted, scores, score: scores.reduce((sum, r) => sum + r, 0) / scores.length };
}

/**
 * Leave-item-out variant: ŷ = Σᵢ wᵢ yᵢ / Σᵢ |wᵢ| over all other items, wᵢ being the correlation of the embeddings.
 * Blocks of M are formed and forgotten. Source: Anderson, Zinszer and Raizada 2016, doi 10.1016/j.neuroimage.2015.12.035.
 */
export async function leaveItemOut(
  engine: MatrixEngine,
  embeddings: Matrix<Floats>,
  data: Matrix<Floats>,
): Promise<SimilarityEncoding> {
  checkItems(embeddings, data);
  const z = zscoreRows(embeddings);
  const c = zscoreColumns(data);
  const items = z.rows;
  const predicted = zeros64(items, c.cols);
  const block = Math.max(1, Math.floor(16e6 / (8 * items)));
  for (let start = 0; start < items; start += block) {
    const stop = Math.min(items, start + block);
    const own = matrixOf(stop - start, z.cols, z.data.subarray(start * z.cols, stop * z.cols));
    const weights = await engine.multiply(own, z, { transposeB: true });
    for (let row = 0; row < own.rows; row++) {
      weights.data[row * items + start + row] = 0;
      let total = 0;
      for (let at = row * items; at < (row + 1) * items; at++) total += Math.abs(weights.data[at]);
      for (let at = row * items; at < (row + 1) * items; at++) weights.data[at] /= total;
    }
    predicted.data.set((await engine.multiply(weights, c)).data, start * c.cols);
  }
  return scored(predicted, c);
}

/** Embeddings with their rows in another order: the null that every similarity score is drawn beside. */
export function shuffleRows(matrix: Matrix<Floats>, order: ArrayLike<number>): Matrix {
  const { rows, cols, data } = matrix;
  const out = new Float32Array(rows * cols);
  for (let row = 0; row < rows; row++)
    out.set(data.subarray(order[row] * cols, (order[row] + 1) * cols), row * cols);
  return { rows, cols, data: out };
}
