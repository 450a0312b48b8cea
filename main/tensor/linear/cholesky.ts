import { UserError } from '../../core/errors.ts';
import type { MatrixEngine } from '../engine.ts';
import { type Matrix64, matrixOf, rowView, zeros64 } from '../matrix.ts';

/** Rows of a diagonal block that is factored in TypeScript; the rest is large products. */
const BLOCK = 64;

/** Rows r0…r1 and columns c0…c1 as a matrix of their own. */
function part(a: Matrix64, r0: number, r1: number, c0: number, c1: number): Matrix64 {
  const out = zeros64(r1 - r0, c1 - c0);
  for (let row = r0; row < r1; row++) {
    out.data.set(a.data.subarray(row * a.cols + c0, row * a.cols + c1), (row - r0) * out.cols);
  }
  return out;
}

/** Cholesky factor of a small block, in place, zero above the diagonal. @throws UserError where it is not positive */
function factorBlock(a: Matrix64, offset: number): void {
  const { rows: n, data } = a;
  for (let col = 0; col < n; col++) {
    let pivot = data[col * n + col];
    for (let k = 0; k < col; k++) pivot -= data[col * n + k] ** 2;
    if (!(pivot > 0)) {
      throw new UserError(
        'linear.not-positive-definite',
        `The matrix is not positive definite (pivot ${offset + col}); raise the penalty or drop duplicated columns.`,
        { pivot: offset + col },
      );
    }
    const root = Math.sqrt(pivot);
    data[col * n + col] = root;
    for (let row = col + 1; row < n; row++) {
      let value = data[row * n + col];
      for (let k = 0; k < col; k++) value -= data[row * n + k] * data[col * n + k];
      data[row * n + col] = value / root;
    }
    data.fill(0, col * n + col + 1, (col + 1) * n);
  }
}

/** Inverse of a small lower triangular block. */
function invertLower(l: Matrix64): Matrix64 {
  const n = l.rows;
  const out = zeros64(n, n);
  for (let col = 0; col < n; col++) {
    for (let row = col; row < n; row++) {
      let value = row === col ? 1 : 0;
      for (let k = col; k < row; k++) value -= l.data[row * n + k] * out.data[k * n + col];
      out.data[row * n + col] = value / l.data[row * n + row];
    }
  }
  return out;
}

/**
 * Lower triangular L with L Lᵀ = A for a symmetric positive definite float64 matrix; blocked, so that nearly all work
 * is large products. Backward error within some 10⁻¹⁶ · n of ‖A‖.
 * @throws UserError `linear.not-positive-definite`
 */
export async function cholesky(engine: MatrixEngine, symmetric: Matrix64): Promise<Matrix64> {
  const n = symmetric.rows;
  const l = matrixOf(n, n, symmetric.data.slice());
  for (let start = 0; start < n; start += BLOCK) {
    const stop = Math.min(n, start + BLOCK);
    const diagonal = part(l, start, stop, start, stop);
    factorBlock(diagonal, start);
    for (let row = start; row < stop; row++) {
      l.data.set(
        diagonal.data.subarray((row - start) * (stop - start), (row - start + 1) * (stop - start)),
        row * n + start,
      );
      l.data.fill(0, row * n + stop, (row + 1) * n);
    }
    if (stop === n) break;
    const panel = await engine.multiply(part(l, stop, n, start, stop), invertLower(diagonal), {
      transposeB: true,
    });
    const update = await engine.multiply(panel, panel, { transposeB: true });
    const rest = n - stop;
    for (let row = 0; row < rest; row++) {
      l.data.set(panel.data.subarray(row * panel.cols, (row + 1) * panel.cols), (stop + row) * n + start);
      for (let col = 0; col < rest; col++)
        l.data[(stop + row) * n + stop + col] -= update.data[row * rest + col];
    }
  }
  return l;
}

/**
 * Solves L X = B (or Lᵀ X = B) for many right-hand sides.
 * @param lower n × n, only its lower triangle is read
 * @param right n × any
 */
export async function solveTriangular(
  engine: MatrixEngine,
  lower: Matrix64,
  right: Matrix64,
  transposed = false,
): Promise<Matrix64> {
  const n = lower.rows;
  const x = matrixOf(n, right.cols, right.data.slice());
  const starts = Array.from({ length: Math.ceil(n / BLOCK) }, (_, block) => block * BLOCK);
  for (const start of transposed ? starts.toReversed() : starts) {
    const stop = Math.min(n, start + BLOCK);
    const own = rowView(x, start, stop);
    const [from, to] = transposed ? [stop, n] : [0, start];
    if (to > from) {
      const known = rowView(x, from, to);
      const factor = transposed ? part(lower, from, to, start, stop) : part(lower, start, stop, from, to);
      const update = await engine.multiply(factor, known, { transposeA: transposed });
      for (let at = 0; at < update.data.length; at++) own.data[at] -= update.data[at];
    }
    const inverse = invertLower(part(lower, start, stop, start, stop));
    own.data.set((await engine.multiply(inverse, own, { transposeA: transposed })).data);
  }
  return x;
}

/** X with L Lᵀ X = B. */
export async function solveCholesky(
  engine: MatrixEngine,
  lower: Matrix64,
  right: Matrix64,
): Promise<Matrix64> {
  return solveTriangular(engine, lower, await solveTriangular(engine, lower, right), true);
}
