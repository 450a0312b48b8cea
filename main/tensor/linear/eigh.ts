import type { MatrixEngine } from '../engine.ts';
import { type Matrix64, transpose } from '../matrix.ts';
import { tridiagonalEigen } from './divide-and-conquer.ts';
import { applyReflectors, tridiagonalise } from './tridiagonalise.ts';

/** A = V diag(values) Vᵀ. */
export interface SymmetricEigen {
  /** Ascending. */
  readonly values: Float64Array;
  /** Orthonormal eigenvectors as columns, in the order of the values. */
  readonly vectors: Matrix64;
}

/**
 * Eigendecomposition of a symmetric float64 matrix (only its symmetric part is meant: both triangles are read).
 * Accuracy like LAPACK's dsyevd: ‖A V − V Λ‖ and ‖VᵀV − I‖ within some 10⁻¹⁵ · n of ‖A‖ and 1.
 * @throws Error where values are not finite
 */
export async function eigh(engine: MatrixEngine, symmetric: Matrix64): Promise<SymmetricEigen> {
  const { rows, cols, data } = symmetric;
  if (rows !== cols) throw new Error(`a ${rows} × ${cols} matrix is not symmetric`);
  if (data.some((value) => !Number.isFinite(value)))
    throw new Error('the matrix holds values that are not finite');
  if (rows === 0) return { values: new Float64Array(0), vectors: symmetric };
  const tridiagonal = await tridiagonalise(engine, symmetric);
  const { values, rows: vectorRows } = await tridiagonalEigen(
    engine,
    tridiagonal.diagonal,
    tridiagonal.offDiagonal,
  );
  const vectors = transpose(vectorRows);
  await applyReflectors(engine, tridiagonal, vectors);
  return { values, vectors };
}
