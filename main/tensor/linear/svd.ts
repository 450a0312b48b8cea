import type { MatrixEngine } from '../engine.ts';
import { type Matrix64, zeros64 } from '../matrix.ts';
import { eigh } from './eigh.ts';

/** A ≈ U diag(values) Vᵀ without the singular values that are rounding. */
export interface ThinSvd {
  /** rows × rank. */
  readonly u: Matrix64;
  /** Descending. */
  readonly values: Float64Array;
  /** cols × rank. */
  readonly v: Matrix64;
}

/**
 * Thin singular value decomposition by way of the smaller Gram matrix: quick, and exact to rounding for the large
 * singular values; those below some 10⁻⁸ of the largest are lost, so they are dropped. Where they matter, the
 * problem is not one that data with noise could answer.
 */
export async function thinSvd(engine: MatrixEngine, a: Matrix64): Promise<ThinSvd> {
  const tall = a.rows >= a.cols;
  const gram = await engine.multiply(a, a, tall ? { transposeA: true } : { transposeB: true });
  const { values, vectors } = await eigh(engine, gram);
  const floor = (values.at(-1) ?? 0) * Math.max(a.rows, a.cols) * 2 ** -52;
  const kept = [...values.keys()].filter((index) => values[index] > floor).reverse();
  const singular = Float64Array.from(kept, (index) => Math.sqrt(values[index]));
  const near = zeros64(vectors.rows, kept.length);
  const scaled = zeros64(vectors.rows, kept.length);
  kept.forEach((index, col) => {
    for (let row = 0; row < near.rows; row++) {
      const value = vectors.data[row * vectors.cols + index];
      near.data[row * kept.length + col] = value;
      scaled.data[row * kept.length + col] = value / singular[col];
    }
  });
  const far = await engine.multiply(a, scaled, { transposeA: !tall });
  return tall ? { u: far, values: singular, v: near } : { u: near, values: singular, v: far };
}

/**
 * Least squares of smallest norm: X with ‖A X − B‖ least, also where A lacks rank. One step of refinement makes up
 * for the squared condition of the Gram matrix.
 */
export async function leastSquares(engine: MatrixEngine, a: Matrix64, b: Matrix64): Promise<Matrix64> {
  const { u, values, v } = await thinSvd(engine, a);
  const solve = async (right: Matrix64): Promise<Matrix64> => {
    const inner = await engine.multiply(u, right, { transposeA: true });
    for (let row = 0, at = 0; row < inner.rows; row++) {
      for (let col = 0; col < inner.cols; col++, at++) inner.data[at] /= values[row];
    }
    return engine.multiply(v, inner);
  };
  const x = await solve(b);
  const residual = await engine.multiply(a, x);
  for (let at = 0; at < residual.data.length; at++) residual.data[at] = b.data[at] - residual.data[at];
  const step = await solve(residual);
  for (let at = 0; at < x.data.length; at++) x.data[at] += step.data[at];
  return x;
}
