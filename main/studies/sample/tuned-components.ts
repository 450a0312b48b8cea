import { type Matrix, type Matrix64, zeros64 } from '../../tensor/matrix.ts';
import type { Random } from '../../tensor/random/xoshiro.ts';
import { leadingScores, orthonormalColumns } from './principal-components.ts';

/** Rows of every story without `trim` samples at both ends. */
export function interior({ rows, cols, data }: Matrix, samples: number, trim: number): Matrix {
  const kept = samples - 2 * trim;
  const stories = rows / samples;
  const out = new Float32Array(stories * kept * cols);
  for (let story = 0; story < stories; story += 1) {
    const from = (story * samples + trim) * cols;
    out.set(data.subarray(from, from + kept * cols), story * kept * cols);
  }
  return { rows: stories * kept, cols, data: out };
}

/** The opposite: zeros where `interior` left rows out. */
export function withEdges({ rows, cols, data }: Matrix64, samples: number, trim: number): Matrix64 {
  const kept = samples - 2 * trim;
  const stories = rows / kept;
  const out = zeros64(stories * samples, cols);
  for (let story = 0; story < stories; story += 1) {
    const from = story * kept * cols;
    out.data.set(data.subarray(from, from + kept * cols), (story * samples + trim) * cols);
  }
  return out;
}

/**
 * For every layer, time series that its features carry and the other layers' features carry least, so that it is
 * possible at all to tell the layers apart: of the leading `leading` principal components of each layer (after
 * haemodynamics, without what the controls explain), the `kept` directions with the least variance inside the
 * leading components of the other layers. All columns have mean 0, unit variance and are uncorrelated.
 * @param layers samples × features each, all stories one after another, cleaned of drift
 * @param controls samples × controls, cleaned alike
 */
export function tunedComponents(
  layers: readonly Matrix[],
  controls: Matrix,
  options: { readonly leading: number; readonly kept: number; readonly random: Random },
): Matrix64[] {
  const nuisance = orthonormalColumns({ ...controls, data: Float64Array.from(controls.data) });
  const scores = layers.map((layer) => {
    const standard = standardised(layer);
    project(standard, nuisance);
    return leadingScores(standard, options.leading, options.random);
  });
  return scores.map((own, index) => {
    const others = scores.filter((_, other) => other !== index);
    return leastShared(own, others, options.kept);
  });
}

/** Columns with mean 0 and unit variance; constant columns become 0. */
export function standardised({ rows, cols, data }: Matrix): Matrix {
  const out = new Float32Array(data.length);
  for (let c = 0; c < cols; c += 1) {
    let mean = 0;
    for (let r = 0; r < rows; r += 1) mean += data[r * cols + c] / rows;
    let power = 0;
    for (let r = 0; r < rows; r += 1) power += (data[r * cols + c] - mean) ** 2 / rows;
    const scale = power > 1e-20 ? 1 / Math.sqrt(power) : 0;
    for (let r = 0; r < rows; r += 1) out[r * cols + c] = (data[r * cols + c] - mean) * scale;
  }
  return { rows, cols, data: out };
}

/** Takes the orthonormal columns' share out of every column of `matrix`, in place. */
function project(matrix: Matrix, orthonormal: Matrix64): void {
  const { rows, cols, data } = matrix;
  for (let k = 0; k < orthonormal.cols; k += 1) {
    const share = new Float64Array(cols);
    for (let r = 0; r < rows; r += 1) {
      const weight = orthonormal.data[r * orthonormal.cols + k];
      for (let c = 0; c < cols; c += 1) share[c] += weight * data[r * cols + c];
    }
    for (let r = 0; r < rows; r += 1) {
      const weight = orthonormal.data[r * orthonormal.cols + k];
      for (let c = 0; c < cols; c += 1) data[r * cols + c] -= weight * share[c];
    }
  }
}

/** Directions of `own` with the least summed squared correlation with the other layers' scores. */
function leastShared(own: Matrix64, others: readonly Matrix64[], kept: number): Matrix64 {
  const size = own.cols;
  const overlap = zeros64(size, size);
  for (const other of others) {
    const cross = crossCorrelation(own, other);
    for (let a = 0; a < size; a += 1)
      for (let b = 0; b < size; b += 1)
        for (let k = 0; k < other.cols; k += 1)
          overlap.data[a * size + b] += cross.data[a * other.cols + k] * cross.data[b * other.cols + k];
  }
  const directions = smallestEigenvectors(overlap, kept);
  const out = zeros64(own.rows, kept);
  for (let r = 0; r < own.rows; r += 1)
    for (let k = 0; k < kept; k += 1)
      for (let a = 0; a < size; a += 1)
        out.data[r * kept + k] += own.data[r * size + a] * directions.data[a * kept + k];
  return out;
}

function crossCorrelation(a: Matrix64, b: Matrix64): Matrix64 {
  const out = zeros64(a.cols, b.cols);
  for (let r = 0; r < a.rows; r += 1)
    for (let i = 0; i < a.cols; i += 1)
      for (let k = 0; k < b.cols; k += 1)
        out.data[i * b.cols + k] += (a.data[r * a.cols + i] * b.data[r * b.cols + k]) / a.rows;
  return out;
}

/** Eigenvectors of a small symmetric matrix for its `count` smallest eigenvalues, by cyclic Jacobi rotations. */
export function smallestEigenvectors(symmetric: Matrix64, count: number): Matrix64 {
  const n = symmetric.rows;
  const a = Float64Array.from(symmetric.data);
  const v = new Float64Array(n * n);
  for (let i = 0; i < n; i += 1) v[i * n + i] = 1;
  for (let sweep = 0; sweep < 60; sweep += 1) {
    let off = 0;
    for (let p = 0; p < n; p += 1) for (let q = p + 1; q < n; q += 1) off += a[p * n + q] ** 2;
    if (off < 1e-22) break;
    for (let p = 0; p < n; p += 1) for (let q = p + 1; q < n; q += 1) rotate(a, v, n, p, q);
  }
  const order = Array.from({ length: n }, (_, i) => i).sort((x, y) => a[x * n + x] - a[y * n + y]);
  const out = zeros64(n, count);
  for (let i = 0; i < n; i += 1)
    for (let k = 0; k < count; k += 1) out.data[i * count + k] = v[i * n + order[k]];
  return out;
}

function rotate(a: Float64Array, v: Float64Array, n: number, p: number, q: number): void {
  const entry = a[p * n + q];
  if (Math.abs(entry) < 1e-300) return;
  const theta = (a[q * n + q] - a[p * n + p]) / (2 * entry);
  const t = Math.sign(theta || 1) / (Math.abs(theta) + Math.sqrt(theta * theta + 1));
  const c = 1 / Math.sqrt(t * t + 1);
  const s = t * c;
  for (let k = 0; k < n; k += 1) {
    const [x, y] = [a[k * n + p], a[k * n + q]];
    a[k * n + p] = c * x - s * y;
    a[k * n + q] = s * x + c * y;
  }
  for (let k = 0; k < n; k += 1) {
    const [x, y] = [a[p * n + k], a[q * n + k]];
    a[p * n + k] = c * x - s * y;
    a[q * n + k] = s * x + c * y;
  }
  for (let k = 0; k < n; k += 1) {
    const [x, y] = [v[k * n + p], v[k * n + q]];
    v[k * n + p] = c * x - s * y;
    v[k * n + q] = s * x + c * y;
  }
}
