import type { MultiplyOptions } from './engine.ts';
import { type Floats, floatsLike, type Matrix, transpose } from './matrix.ts';
import { type NdArray, ndArray, packed, sizeOf } from './nd-array.ts';

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

/** Sizes of a product of batches, and the shape of what comes out. */
export interface BatchSize {
  readonly count: number;
  readonly rows: number;
  readonly inner: number;
  readonly cols: number;
  readonly shape: readonly number[];
}

/** @throws Error where the batches do not fit */
export function batchSize(a: NdArray<Floats>, b: NdArray<Floats>): BatchSize {
  const places = a.shape.slice(0, -2);
  const [rows, inner] = a.shape.slice(-2);
  const [height, cols] = b.shape.slice(-2);
  const fits =
    places.length === b.shape.length - 2 && places.every((length, axis) => length === b.shape[axis]);
  if (!fits || cols === undefined || inner !== height)
    throw new Error(`${a.shape.join(' × ')} and ${b.shape.join(' × ')} cannot be multiplied place by place`);
  return { count: sizeOf(places), rows, inner, cols, shape: [...places, rows, cols] };
}

/** Products of batches of matrices in TypeScript with float64 sums. */
export function multiplyBatchPlain<T extends Floats>(a: NdArray<T>, b: NdArray<T>): NdArray<T> {
  const { count, rows, inner, cols, shape } = batchSize(a, b);
  const [left, right] = [packed(a), packed(b)];
  const out = floatsLike(a.data, count * rows * cols);
  for (let at = 0; at < count; at++) {
    const place = (data: T, height: number, width: number): Matrix<T> => ({
      rows: height,
      cols: width,
      data: data.subarray(at * height * width, (at + 1) * height * width) as T,
    });
    multiplyPlain(place(left, rows, inner), place(right, inner, cols), { into: place(out, rows, cols).data });
  }
  return ndArray(shape, out);
}
