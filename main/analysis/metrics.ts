import type { Floats, Matrix } from '../tensor/matrix.ts';

function sameShape(a: Matrix<Floats>, b: Matrix<Floats>): void {
  if (a.rows !== b.rows || a.cols !== b.cols) {
    throw new Error(`shapes ${a.rows} × ${a.cols} and ${b.rows} × ${b.cols} differ`);
  }
}

/** Mean of every column (float64 sums). */
export function columnMeans(matrix: Matrix<Floats>): Float64Array {
  const { rows, cols, data } = matrix;
  const means = new Float64Array(cols);
  for (let row = 0, at = 0; row < rows; row++) {
    for (let col = 0; col < cols; col++, at++) means[col] += data[at];
  }
  for (let col = 0; col < cols; col++) means[col] /= rows;
  return means;
}

/** Population standard deviation of every column, from its means (float64 sums). */
export function columnDeviations(matrix: Matrix<Floats>, means: Float64Array): Float64Array {
  const { rows, cols, data } = matrix;
  const deviations = new Float64Array(cols);
  for (let row = 0, at = 0; row < rows; row++) {
    for (let col = 0; col < cols; col++, at++) deviations[col] += (data[at] - means[col]) ** 2;
  }
  for (let col = 0; col < cols; col++) deviations[col] = Math.sqrt(deviations[col] / rows);
  return deviations;
}

/** Whether Σ(x − x̄)² is but what rounding of the mean leaves of a constant column. */
function isFlat(variation: number, mean: number, rows: number): boolean {
  return variation <= rows * (1e-10 * mean) ** 2;
}

/** Pearson r of every column pair of two equally shaped matrices; 0 where either column is constant. */
export function pearsonColumns(a: Matrix<Floats>, b: Matrix<Floats>): Float32Array {
  sameShape(a, b);
  const { rows, cols } = a;
  const [meanA, meanB] = [columnMeans(a), columnMeans(b)];
  const shared = new Float64Array(cols);
  const varianceA = new Float64Array(cols);
  const varianceB = new Float64Array(cols);
  for (let row = 0, at = 0; row < rows; row++) {
    for (let col = 0; col < cols; col++, at++) {
      const da = a.data[at] - meanA[col];
      const db = b.data[at] - meanB[col];
      shared[col] += da * db;
      varianceA[col] += da * da;
      varianceB[col] += db * db;
    }
  }
  const r = new Float32Array(cols);
  for (let col = 0; col < cols; col++) {
    const scale = Math.sqrt(varianceA[col] * varianceB[col]);
    const flat = isFlat(varianceA[col], meanA[col], rows) || isFlat(varianceB[col], meanB[col], rows);
    r[col] = flat ? 0 : shared[col] / scale;
  }
  return r;
}

/**
 * R² of every column: 1 − Σ(y − ŷ)² / Σ(y − ȳ)², with ȳ the mean of the scored samples (as scikit-learn's r2_score).
 * 0 where the measured column is constant.
 */
export function r2Columns(measured: Matrix<Floats>, predicted: Matrix<Floats>): Float32Array {
  sameShape(measured, predicted);
  const { rows, cols } = measured;
  const means = columnMeans(measured);
  const residual = new Float64Array(cols);
  const total = new Float64Array(cols);
  for (let row = 0, at = 0; row < rows; row++) {
    for (let col = 0; col < cols; col++, at++) {
      residual[col] += (measured.data[at] - predicted.data[at]) ** 2;
      total[col] += (measured.data[at] - means[col]) ** 2;
    }
  }
  return Float32Array.from(total, (sum, col) =>
    isFlat(sum, means[col], rows) ? 0 : 1 - residual[col] / sum,
  );
}

/** Signed r²: r · |r|, so that a wrong sign does not look like success. */
export function signedSquare(r: Float32Array): Float32Array {
  return r.map((value) => value * Math.abs(value));
}

/** Pearson r of two vectors; 0 where either is constant. */
export function pearson(a: Floats, b: Floats): number {
  return pearsonColumns({ rows: a.length, cols: 1, data: a }, { rows: b.length, cols: 1, data: b })[0];
}
