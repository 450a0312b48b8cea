import type { MatrixEngine } from '../engine.ts';
import { type Matrix64, matrixOf, zeros64 } from '../matrix.ts';
import { secularRoot } from './secular.ts';
import { tridiagonalQl } from './tridiagonal-leaf.ts';

/** Eigenvalues ascending; eigenvectors are the rows. */
interface Eigen {
  readonly values: Float64Array;
  readonly rows: Matrix64;
}

const LEAF = 32;
const EPSILON = 2 ** -53;

/**
 * Eigendecomposition of a symmetric tridiagonal matrix by divide and conquer (Cuppen 1981; stable eigenvectors after
 * Gu and Eisenstat 1995; deflation as in LAPACK's dlaed2). Most of its work is large products.
 */
export async function tridiagonalEigen(
  engine: MatrixEngine,
  diagonal: Float64Array,
  offDiagonal: Float64Array,
): Promise<Eigen> {
  const size = diagonal.length;
  if (size <= LEAF) {
    const values = diagonal.slice();
    return { values, rows: matrixOf(size, size, tridiagonalQl(values, offDiagonal.slice())) };
  }
  const half = Math.floor(size / 2);
  const coupling = offDiagonal[half - 1];
  const rho = Math.abs(coupling);
  const upper = diagonal.slice(0, half);
  const lower = diagonal.slice(half);
  upper[half - 1] -= rho;
  lower[0] -= rho;
  const first = await tridiagonalEigen(engine, upper, offDiagonal.slice(0, half - 1));
  const second = await tridiagonalEigen(engine, lower, offDiagonal.slice(half));
  return merge(engine, first, second, rho, coupling < 0 ? -1 : 1);
}

/** Eigendecomposition of blkdiag(first, second) + ρ u uᵀ, u being ±1 at the seam. */
async function merge(
  engine: MatrixEngine,
  first: Eigen,
  second: Eigen,
  rho: number,
  sign: number,
): Promise<Eigen> {
  const [a, b] = [first.values.length, second.values.length];
  const size = a + b;
  const values = new Float64Array(size);
  values.set(first.values);
  values.set(second.values, a);
  const z = new Float64Array(size);
  for (let i = 0; i < a; i++) z[i] = first.rows.data[i * a + a - 1] * Math.SQRT1_2;
  for (let i = 0; i < b; i++) z[a + i] = sign * second.rows.data[i * b] * Math.SQRT1_2;
  const order = Array.from(values, (_, i) => i).sort((i, j) => values[i] - values[j]);
  const rows = zeros64(size, size);
  const d = Float64Array.from(order, (i) => values[i]);
  const weights = Float64Array.from(order, (i) => z[i]);
  order.forEach((from, to) => {
    if (from < a) rows.data.set(first.rows.data.subarray(from * a, (from + 1) * a), to * size);
    else rows.data.set(second.rows.data.subarray((from - a) * b, (from - a + 1) * b), to * size + a);
  });
  const active = deflate(d, weights, rows, 2 * rho);
  if (active.length > 0) await updateActive(engine, active, d, weights, rows, 2 * rho);
  return ascending(d, rows);
}

/** Marks what the update does not touch: tiny weights, and equal poles after a rotation. Returns what is left. */
function deflate(d: Float64Array, weights: Float64Array, rows: Matrix64, rho: number): number[] {
  const size = d.length;
  let largest = 0;
  for (let i = 0; i < size; i++) largest = Math.max(largest, Math.abs(d[i]), Math.abs(weights[i]));
  const tolerance = 8 * EPSILON * largest;
  const active: number[] = [];
  let held = -1;
  for (let i = 0; i < size; i++) {
    if (rho * Math.abs(weights[i]) <= tolerance) continue;
    if (held >= 0) {
      const length = Math.hypot(weights[i], weights[held]);
      const c = weights[i] / length;
      const s = -weights[held] / length;
      const gap = d[i] - d[held];
      if (Math.abs(gap * c * s) <= tolerance) {
        weights[i] = length;
        weights[held] = 0;
        turn(rows, held, i, c, s);
        const kept = d[held];
        d[held] = kept * c * c + d[i] * s * s;
        d[i] = kept * s * s + d[i] * c * c;
      } else active.push(held);
    }
    held = i;
  }
  if (held >= 0) active.push(held);
  return active;
}

/** Plane rotation of two rows. */
function turn(rows: Matrix64, i: number, j: number, c: number, s: number): void {
  const { cols, data } = rows;
  for (let k = 0; k < cols; k++) {
    const x = data[i * cols + k];
    const y = data[j * cols + k];
    data[i * cols + k] = c * x + s * y;
    data[j * cols + k] = c * y - s * x;
  }
}

/** Solves the secular equation for the active part and turns its rows, in place. */
async function updateActive(
  engine: MatrixEngine,
  active: readonly number[],
  d: Float64Array,
  weights: Float64Array,
  rows: Matrix64,
  rho: number,
): Promise<void> {
  const count = active.length;
  const size = d.length;
  const poles = Float64Array.from(active, (i) => d[i]);
  const squares = Float64Array.from(active, (i) => weights[i] ** 2);
  // gaps[k, i] = poles[i] − λ_k, exact to rounding because each root is kept relative to its nearest pole.
  const gaps = zeros64(count, count);
  for (let k = 0; k < count; k++) {
    const { anchor, offset } = secularRoot(poles, squares, rho, k);
    for (let i = 0; i < count; i++) gaps.data[k * count + i] = poles[i] - poles[anchor] - offset;
    d[active[k]] = poles[anchor] + offset;
  }
  const z = Float64Array.from(active, (index, i) => {
    let product = -gaps.data[i * count + i];
    for (let k = 0; k < count; k++) if (k !== i) product *= gaps.data[k * count + i] / (poles[i] - poles[k]);
    return Math.sqrt(Math.abs(product)) * Math.sign(weights[index]);
  });
  for (let k = 0; k < count; k++) {
    let norm = 0;
    for (let i = 0, at = k * count; i < count; i++, at++) {
      gaps.data[at] = z[i] / gaps.data[at];
      norm += gaps.data[at] ** 2;
    }
    const scale = 1 / Math.sqrt(norm);
    for (let i = 0, at = k * count; i < count; i++, at++) gaps.data[at] *= scale;
  }
  const basis = zeros64(count, size);
  active.forEach((from, to) => {
    basis.data.set(rows.data.subarray(from * size, (from + 1) * size), to * size);
  });
  const turned = await engine.multiply(gaps, basis);
  active.forEach((to, from) => {
    rows.data.set(turned.data.subarray(from * size, (from + 1) * size), to * size);
  });
}

/** Values in ascending order with their rows. */
function ascending(d: Float64Array, rows: Matrix64): Eigen {
  const size = d.length;
  const order = Array.from(d, (_, i) => i).sort((i, j) => d[i] - d[j]);
  const out = zeros64(size, size);
  order.forEach((from, to) => {
    out.data.set(rows.data.subarray(from * size, (from + 1) * size), to * size);
  });
  return { values: Float64Array.from(order, (i) => d[i]), rows: out };
}
