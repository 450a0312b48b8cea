import type { MatrixEngine } from '../../tensor/engine.ts';
import { type Floats, type Matrix, type Matrix64, rowView, toFloat32, zeros64 } from '../../tensor/matrix.ts';
import type { Scratch } from '../../tensor/scratch.ts';
import type { SpectralBasis } from './spectral-basis.ts';

/**
 * Relative distance under which two eigenvalues are treated as one; the error of that is its square. Dividing by the
 * distance costs as many digits as it is small, so float32 asks for more of it.
 */
const CLOSE = { float64: 1e-5, float32: 1e-3 } as const;

/**
 * What a fold needs to score every penalty at once. With A = √s Uᵀ y and K = PᵀP (P: test features in the basis) the
 * squared length of the prediction at penalty λ is Σᵢⱼ Kᵢⱼ AᵢAⱼ / ((sᵢ + λ)(sⱼ + λ)). Partial fractions,
 * 1/((sᵢ + λ)(sⱼ + λ)) = [1/(sᵢ + λ) − 1/(sⱼ + λ)] / (sⱼ − sᵢ), turn it into Σᵢ 2 AᵢCᵢ/(sᵢ + λ) + Σᵢ AᵢEᵢ/(sᵢ + λ)²
 * with C = M A, Mᵢⱼ = Kᵢⱼ/(sⱼ − sᵢ), and E = N A, Nᵢⱼ = Kᵢⱼ for equal eigenvalues: one large product for all
 * penalties instead of one per penalty.
 */
export interface PenaltyPath {
  /** M: rank × rank, zero where eigenvalues are equal. */
  readonly fractions: Matrix<Floats>;
  /** Pairs i ≠ j of equal eigenvalues with Kᵢⱼ, and the diagonal of K. */
  readonly equal: { readonly i: Int32Array; readonly j: Int32Array; readonly k: Float64Array };
  readonly diagonal: Float64Array;
  /** 1/(s + λ): penalties × rank. */
  readonly shrink: Matrix<Floats>;
  /** 1/(s + λ) and beside it its square: penalties × 2 rank. */
  readonly shrinkBoth: Matrix<Floats>;
}

/**
 * Prepares a fold for scoring the penalties; independent of the targets. Everything is derived in float64 and then
 * kept in `precision`, that of the targets.
 */
export async function penaltyPath(
  engine: MatrixEngine,
  basis: Pick<SpectralBasis, 'spectrum' | 'predict'>,
  penalties: readonly number[],
  precision: 'float32' | 'float64',
): Promise<PenaltyPath> {
  const close = CLOSE[precision];
  const kept = (matrix: Matrix64): Matrix<Floats> => (precision === 'float64' ? matrix : toFloat32(matrix));
  const { spectrum, predict } = basis;
  const rank = spectrum.length;
  const gram = await engine.multiply(predict, predict, { transposeA: true });
  const fractions = zeros64(rank, rank);
  const pairs: { i: number; j: number; k: number }[] = [];
  for (let i = 0; i < rank; i++) {
    for (let j = 0; j < rank; j++) {
      const gap = spectrum[j] - spectrum[i];
      if (Math.abs(gap) > close * Math.max(spectrum[i], spectrum[j])) {
        fractions.data[i * rank + j] = gram.data[i * rank + j] / gap;
      } else if (i !== j) pairs.push({ i, j, k: gram.data[i * rank + j] });
    }
  }
  const shrink = zeros64(penalties.length, rank);
  const shrinkBoth = zeros64(penalties.length, 2 * rank);
  penalties.forEach((penalty, row) => {
    for (let i = 0; i < rank; i++) {
      const value = 1 / (spectrum[i] + penalty);
      shrink.data[row * rank + i] = value;
      shrinkBoth.data[row * 2 * rank + i] = value;
      shrinkBoth.data[(row * 2 + 1) * rank + i] = value * value;
    }
  });
  return {
    fractions: kept(fractions),
    equal: {
      i: Int32Array.from(pairs, (pair) => pair.i),
      j: Int32Array.from(pairs, (pair) => pair.j),
      k: Float64Array.from(pairs, (pair) => pair.k),
    },
    diagonal: Float64Array.from({ length: rank }, (_, i) => gram.data[i * rank + i]),
    shrink: kept(shrink),
    shrinkBoth: kept(shrinkBoth),
  };
}

/**
 * Squared error on the test samples less Σ y², for every penalty and target: penalties × targets. It lies in `scratch`
 * under `name`.
 * @param projected A, rank × targets
 * @param matched Pᵀ y over the test samples, rank × targets
 */
export async function squaredErrors(
  engine: MatrixEngine,
  path: PenaltyPath,
  projected: Matrix<Floats>,
  matched: Matrix<Floats>,
  scratch: Scratch,
  name: string,
): Promise<Matrix<Floats>> {
  const { rows: rank, cols, data: a } = projected;
  const terms = scratch.matrix('terms', a, 2 * rank, cols);
  const { data: linear } = rowView(terms, 0, rank);
  const { data: squares } = rowView(terms, rank, 2 * rank);
  await engine.multiply(path.fractions, projected, { into: linear });
  for (let i = 0, at = 0; i < rank; i++) {
    const own = path.diagonal[i];
    for (let col = 0; col < cols; col++, at++) {
      const value = a[at];
      linear[at] = 2 * value * (linear[at] - matched.data[at]);
      squares[at] = own * value * value;
    }
  }
  const { i: left, j: right, k } = path.equal;
  for (let pair = 0; pair < k.length; pair++) {
    const [toRow, fromRow] = [left[pair] * cols, right[pair] * cols];
    for (let col = 0; col < cols; col++) squares[toRow + col] += k[pair] * a[toRow + col] * a[fromRow + col];
  }
  const into = scratch.matrix(name, a, path.shrinkBoth.rows, cols).data;
  return engine.multiply(path.shrinkBoth, terms, { into });
}

/**
 * Σ y ŷ over the test samples for every penalty and target: penalties × targets.
 * @param projected A, rank × targets
 * @param matched Pᵀ y over the test samples, rank × targets
 */
export async function matchedProducts(
  engine: MatrixEngine,
  path: PenaltyPath,
  projected: Matrix<Floats>,
  matched: Matrix<Floats>,
  scratch: Scratch,
): Promise<Matrix<Floats>> {
  const products = scratch.matrix('terms', projected.data, projected.rows, projected.cols);
  for (let at = 0; at < products.data.length; at++) products.data[at] = projected.data[at] * matched.data[at];
  return engine.multiply(path.shrink, products);
}
