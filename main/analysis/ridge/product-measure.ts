import type { Floats, Matrix } from '../../tensor/matrix.ts';
import { columnMeans } from '../metrics.ts';

/**
 * Splits R² among parts of a prediction by the product measure: R²_b = Σ ŷ_b (2 (y − ȳ) − ŷ) / Σ (y − ȳ)², ŷ = Σ ŷ_b.
 * A part can be negative where it works against another. Where y has a mean, the offset of ŷ gains or loses
 * ȳ Σ (2 ŷ − ȳ) as well: that belongs to no band and is shared evenly, so that the parts always sum to
 * R² = 1 − Σ (y − ŷ)² / Σ (y − ȳ)². For centred y it is 0, and the split is himalaya's r2_score_split.
 * Source: Nathans, Oswald and Nimon 2012; St-Laurent et al. 2020.
 * @param parts one prediction per band, samples × targets each
 * @returns bands × targets; 0 where the target is constant
 */
export function productMeasure(measured: Matrix<Floats>, parts: readonly Matrix<Floats>[]): Matrix {
  const { rows, cols } = measured;
  const means = columnMeans(measured);
  const sums = parts.map(() => new Float64Array(cols));
  const [variation, offset] = [new Float64Array(cols), new Float64Array(cols)];
  for (let row = 0, at = 0; row < rows; row++) {
    for (let col = 0; col < cols; col++, at++) {
      const y = measured.data[at] - means[col];
      variation[col] += y * y;
      let joint = 0;
      for (const part of parts) joint += part.data[at];
      offset[col] += means[col] * (2 * joint - means[col]);
      for (const [band, part] of parts.entries()) sums[band][col] += part.data[at] * (2 * y - joint);
    }
  }
  const data = new Float32Array(parts.length * cols);
  sums.forEach((sum, band) => {
    for (let col = 0; col < cols; col++)
      data[band * cols + col] =
        variation[col] > 0 ? (sum[col] + offset[col] / parts.length) / variation[col] : 0;
  });
  return { rows: parts.length, cols, data };
}
