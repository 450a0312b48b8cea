/** The element types that linear algebra works on. */
export type Floats = Float32Array | Float64Array;

/** Row-major matrix over a typed array: element (r, c) is data[r · cols + c]. */
export interface Matrix<T extends Floats = Float32Array> {
  readonly rows: number;
  readonly cols: number;
  readonly data: T;
}

/** Float64 matrix, for sums that must not lose digits. */
export type Matrix64 = Matrix<Float64Array>;

/** A float32 matrix of zeros. */
export function zeros(rows: number, cols: number): Matrix {
  return { rows, cols, data: new Float32Array(rows * cols) };
}

/** A float64 matrix of zeros. */
export function zeros64(rows: number, cols: number): Matrix64 {
  return { rows, cols, data: new Float64Array(rows * cols) };
}

/** A matrix over existing values. @throws Error where their number does not fit */
export function matrixOf<T extends Floats>(rows: number, cols: number, data: T): Matrix<T> {
  if (data.length !== rows * cols) throw new Error(`${data.length} values do not fill ${rows} × ${cols}`);
  return { rows, cols, data };
}

/** An array of the same kind as `like`, filled with zeros. */
export function floatsLike<T extends Floats>(like: T, length: number): T {
  const made = like instanceof Float32Array ? new Float32Array(length) : new Float64Array(length);
  return made as T;
}

/** The same values in float64 (a copy; the matrix itself where it is float64 already). */
export function toFloat64(matrix: Matrix<Floats>): Matrix64 {
  const { rows, cols, data } = matrix;
  return { rows, cols, data: data instanceof Float64Array ? data : new Float64Array(data) };
}

/** The same values in float32 (a copy; the matrix itself where it is float32 already). */
export function toFloat32(matrix: Matrix<Floats>): Matrix {
  const { rows, cols, data } = matrix;
  return { rows, cols, data: data instanceof Float32Array ? data : new Float32Array(data) };
}

/** Rows start ≤ r < stop, sharing memory. */
export function rowView<T extends Floats>(matrix: Matrix<T>, start: number, stop: number): Matrix<T> {
  const { cols, data } = matrix;
  return { rows: stop - start, cols, data: data.subarray(start * cols, stop * cols) as T };
}

/** Whether the row numbers follow one another without a gap; false for none. */
export function isContiguous(rows: ArrayLike<number>): boolean {
  for (let index = 1; index < rows.length; index++) if (rows[index] !== rows[index - 1] + 1) return false;
  return rows.length > 0;
}

/** The rows named by `rows`, in that order; shares memory where they are contiguous, else copies. */
export function takeRows<T extends Floats>(matrix: Matrix<T>, rows: ArrayLike<number>): Matrix<T> {
  const count = rows.length;
  if (isContiguous(rows)) return rowView(matrix, rows[0], rows[0] + count);
  const { cols, data } = matrix;
  const out = floatsLike(data, count * cols);
  for (let index = 0; index < count; index++) {
    out.set(data.subarray(rows[index] * cols, (rows[index] + 1) * cols), index * cols);
  }
  return { rows: count, cols, data: out };
}

/** Columns start ≤ c < stop, copied. */
export function takeColumnRange<T extends Floats>(matrix: Matrix<T>, start: number, stop: number): Matrix<T> {
  const { rows, cols, data } = matrix;
  const width = stop - start;
  const out = floatsLike(data, rows * width);
  for (let row = 0; row < rows; row++) {
    out.set(data.subarray(row * cols + start, row * cols + stop), row * width);
  }
  return { rows, cols: width, data: out };
}

/** Matrices of equal width below one another, copied. */
export function stackRows<T extends Floats>(parts: readonly Matrix<T>[]): Matrix<T> {
  const [{ cols, data }] = parts;
  const rows = parts.reduce((sum, part) => sum + part.rows, 0);
  const out = floatsLike(data, rows * cols);
  let at = 0;
  for (const part of parts) {
    out.set(part.data, at);
    at += part.data.length;
  }
  return { rows, cols, data: out };
}

/** Copies a matrix into the columns of a wider one from `start` on. */
export function putColumns<T extends Floats>(wide: Matrix<T>, start: number, columns: Matrix<T>): void {
  const { rows, cols, data } = columns;
  for (let row = 0; row < rows; row++)
    wide.data.set(data.subarray(row * cols, (row + 1) * cols), row * wide.cols + start);
}

/** The transposed matrix, copied in tiles that fit the cache. */
export function transpose<T extends Floats>(matrix: Matrix<T>): Matrix<T> {
  const { rows, cols, data } = matrix;
  const out = floatsLike(data, rows * cols);
  const tile = 32;
  for (let r0 = 0; r0 < rows; r0 += tile) {
    const r1 = Math.min(rows, r0 + tile);
    for (let c0 = 0; c0 < cols; c0 += tile) {
      const c1 = Math.min(cols, c0 + tile);
      for (let r = r0; r < r1; r++) {
        for (let c = c0; c < c1; c++) out[c * rows + r] = data[r * cols + c];
      }
    }
  }
  return { rows: cols, cols: rows, data: out };
}
