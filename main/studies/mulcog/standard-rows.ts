import { type Floats, type Matrix, type Matrix64, zeros64 } from '../../tensor/matrix.ts';

/**
 * Rows z-scored; a row without variation becomes zeros, so that it resembles nothing: a volume before the first content
 * word of a story has no embedding, and is neither predicted nor used.
 */
export function standardRows({ rows, cols, data }: Matrix<Floats>): Matrix64 {
  const out = zeros64(rows, cols);
  for (let row = 0; row < rows; row++) {
    const from = row * cols;
    let mean = 0;
    for (let col = 0; col < cols; col++) mean += data[from + col] / cols;
    let power = 0;
    for (let col = 0; col < cols; col++) power += (data[from + col] - mean) ** 2;
    if (!(power > cols * (1e-10 * mean) ** 2) || !(power > 0)) continue;
    const scale = 1 / Math.sqrt(power / cols);
    for (let col = 0; col < cols; col++) out.data[from + col] = (data[from + col] - mean) * scale;
  }
  return out;
}
