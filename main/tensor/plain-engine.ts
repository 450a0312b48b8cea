import type { MultiplyOptions } from './engine.ts';
import { type Floats, floatsLike, type Matrix, transpose } from './matrix.ts';

/** The size that both factors share. @throws Error where they do not fit */
export function innerSize(a: Matrix<Floats>, b: Matrix<Floats>, options: MultiplyOptions): number {
  const left = options.transposeA ? a.rows : a.cols;
  const right = options.transposeB ? b.cols : b.rows;
  if (left !== right) {
    const shape = (matrix: Matrix<Floats>, turned = false): string =>
      `${matrix.rows} × ${matrix.cols}${turned ? ' transposed' : ''}`;
    throw new Error(
      `${shape(a, options.transposeA)} and ${shape(b, options.transposeB)} cannot be multiplied`,
    );
  }
  return left;
}

/** Matrix product in TypeScript with float64 sums: for small factors and for checking other engines. */
export function multiplyPlain<T extends Floats>(
  a: Matrix<T>,
  b: Matrix<T>,
  options: MultiplyOptions<T> = {},
): Matrix<T> {
  const inner = innerSize(a, b, options);
  const left = options.transposeA ? transpose(a) : a;
  const right = options.transposeB ? transpose(b) : b;
  const [rows, cols] = [left.rows, right.cols];
  const out = options.into ?? floatsLike(a.data, rows * cols);
  const sums = new Float64Array(cols);
  for (let row = 0; row < rows; row++) {
    sums.fill(0);
    for (let k = 0; k < inner; k++) {
      const factor = left.data[row * inner + k];
      const start = k * cols;
      for (let col = 0; col < cols; col++) sums[col] += factor * right.data[start + col];
    }
    out.set(sums, row * cols);
  }
  return { rows, cols, data: out };
}
