import { type Matrix, type Matrix64, zeros64 } from '../../tensor/matrix.ts';
import type { Random } from '../../tensor/random/xoshiro.ts';

/**
 * Scores of the first `count` principal components of centred data (samples × features), whitened: columns of the
 * result are orthonormal times √samples. Block power iteration (Halko, Martinsson and Tropp 2011, algorithm 4.4);
 * columns come in no particular order of variance inside the leading subspace.
 */
export function leadingScores(data: Matrix, count: number, random: Random, rounds = 24): Matrix64 {
  const { rows, cols } = data;
  let scores = zeros64(rows, count);
  let loadings: Float64Array = Float64Array.from({ length: cols * count }, () => random.normal());
  for (let round = 0; round < rounds; round += 1) {
    scores = orthonormalColumns(timesLoadings(data, loadings, count));
    loadings = backProject(data, scores);
  }
  const scale = Math.sqrt(rows);
  return { rows, cols: count, data: scores.data.map((value) => value * scale) };
}

function timesLoadings({ rows, cols, data }: Matrix, loadings: Float64Array, count: number): Matrix64 {
  const out = zeros64(rows, count);
  for (let r = 0; r < rows; r += 1) {
    for (let c = 0; c < cols; c += 1) {
      const value = data[r * cols + c];
      for (let k = 0; k < count; k += 1) out.data[r * count + k] += value * loadings[c * count + k];
    }
  }
  return out;
}

function backProject({ rows, cols, data }: Matrix, scores: Matrix64): Float64Array {
  const count = scores.cols;
  const out = new Float64Array(cols * count);
  for (let r = 0; r < rows; r += 1) {
    for (let c = 0; c < cols; c += 1) {
      const value = data[r * cols + c];
      for (let k = 0; k < count; k += 1) out[c * count + k] += value * scores.data[r * count + k];
    }
  }
  return out;
}

/** Gram-Schmidt over columns, run twice for accuracy. */
export function orthonormalColumns(matrix: Matrix64): Matrix64 {
  const { rows, cols } = matrix;
  const data = Float64Array.from(matrix.data);
  for (let k = 0; k < cols; k += 1) {
    for (let pass = 0; pass < 2; pass += 1) {
      for (let j = 0; j < k; j += 1) {
        let share = 0;
        for (let r = 0; r < rows; r += 1) share += data[r * cols + j] * data[r * cols + k];
        for (let r = 0; r < rows; r += 1) data[r * cols + k] -= share * data[r * cols + j];
      }
    }
    let size = 0;
    for (let r = 0; r < rows; r += 1) size += data[r * cols + k] ** 2;
    size = Math.sqrt(size) || 1;
    for (let r = 0; r < rows; r += 1) data[r * cols + k] /= size;
  }
  return { rows, cols, data };
}
