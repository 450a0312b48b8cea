import type { MatrixEngine } from '../engine.ts';
import { type Matrix64, matrixOf, zeros64 } from '../matrix.ts';

/** Reflectors per panel: their joint update of the rest of the matrix is one large product. */
const PANEL = 32;
/** Below this size a product with a vector is quicker in TypeScript than through a session. */
const SMALL = 160;

/** The reflectors of one panel: `vectors` (rows below `first` × reflectors), zero above each reflector's start. */
interface Panel {
  readonly first: number;
  readonly vectors: Matrix64;
  readonly scales: Float64Array;
}

/** A = Q T Qᵀ with tridiagonal T: its diagonal, its off-diagonal, and Q as panels of Householder reflectors. */
export interface Tridiagonal {
  readonly size: number;
  readonly diagonal: Float64Array;
  readonly offDiagonal: Float64Array;
  readonly panels: readonly Panel[];
}

/** matrix · vector for a square row-major matrix, entries of the vector before `from` being zero. */
async function timesVector(
  engine: MatrixEngine,
  matrix: Matrix64,
  vector: Float64Array,
  from: number,
): Promise<Float64Array> {
  const size = matrix.rows;
  if (size > SMALL) return (await engine.multiply(matrix, matrixOf(size, 1, vector))).data;
  const out = new Float64Array(size);
  for (let row = 0; row < size; row++) {
    let sum = 0;
    for (let col = from, at = row * size + from; col < size; col++, at++)
      sum += matrix.data[at] * vector[col];
    out[row] = sum;
  }
  return out;
}

/** Householder reflector of column values `x` from `from` on: v (v[from] = 1), its scale and the value that stays. */
function reflect(x: Float64Array, from: number): { scale: number; stays: number } {
  let norm = 0;
  let largest = 0;
  for (let row = from + 1; row < x.length; row++) largest = Math.max(largest, Math.abs(x[row]));
  for (let row = from + 1; row < x.length && largest > 0; row++) norm += (x[row] / largest) ** 2;
  norm = largest * Math.sqrt(norm);
  const head = x[from];
  if (norm === 0) {
    x[from] = 1;
    return { scale: 0, stays: head };
  }
  const stays = head > 0 ? -Math.hypot(head, norm) : Math.hypot(head, norm);
  for (let row = from + 1; row < x.length; row++) x[row] /= head - stays;
  x[from] = 1;
  return { scale: (stays - head) / stays, stays };
}

/**
 * Householder tridiagonalisation of a symmetric float64 matrix in panels (LAPACK's dsytrd/dlatrd; Dongarra,
 * Hammarling and Sorensen 1989): half of the work is products with a vector, half is large products.
 */
export async function tridiagonalise(engine: MatrixEngine, symmetric: Matrix64): Promise<Tridiagonal> {
  const size = symmetric.rows;
  const diagonal = new Float64Array(size);
  const offDiagonal = new Float64Array(Math.max(0, size - 1));
  const panels: Panel[] = [];
  let rest = symmetric;
  // Fresh memory costs more than the products that fill it: two buffers take turns.
  let [spare, busy] = [new Float64Array(size * size), new Float64Array(size * size)];
  for (let first = 0; first < size; ) {
    const order = rest.rows;
    const width = Math.min(PANEL, Math.max(0, order - 1));
    const v: Float64Array[] = [];
    const w: Float64Array[] = [];
    const scales = new Float64Array(width);
    for (let j = 0; j < width; j++) {
      const column = updatedColumn(rest, v, w, j);
      diagonal[first + j] = column[j];
      column.fill(0, 0, j + 1);
      const { scale, stays } = reflect(column, j + 1);
      offDiagonal[first + j] = stays;
      scales[j] = scale;
      v.push(column);
      w.push(scale === 0 ? new Float64Array(order) : await companion(engine, rest, v, w, j, column, scale));
    }
    if (width === 0) {
      diagonal[first] = rest.data[0];
      break;
    }
    panels.push({ first, vectors: sideBySide(v), scales });
    rest = await downdate(engine, rest, v, w, spare);
    [spare, busy] = [busy, spare];
    first += width;
  }
  return { size, diagonal, offDiagonal, panels };
}

/** out += factor · column, from row `from` on. */
function addScaled(out: Float64Array, column: Float64Array, factor: number, from: number): void {
  for (let row = from; row < out.length; row++) out[row] += factor * column[row];
}

/** Sum of products of two columns, from row `from` on, in four strands so that additions need not wait. */
function along(a: Float64Array, b: Float64Array, from: number): number {
  let [s0, s1, s2, s3] = [0, 0, 0, 0];
  let row = from;
  for (; row + 3 < a.length; row += 4) {
    s0 += a[row] * b[row];
    s1 += a[row + 1] * b[row + 1];
    s2 += a[row + 2] * b[row + 2];
    s3 += a[row + 3] * b[row + 3];
  }
  for (; row < a.length; row++) s0 += a[row] * b[row];
  return s0 + s1 + s2 + s3;
}

/** Column j of the matrix as the panel's earlier reflectors have left it, rows j and below. */
function updatedColumn(rest: Matrix64, v: Float64Array[], w: Float64Array[], j: number): Float64Array {
  const order = rest.rows;
  const column = new Float64Array(order);
  // The matrix is symmetric: its row j is its column j, and lies together.
  column.set(rest.data.subarray(j * order + j, (j + 1) * order), j);
  for (let k = 0; k < j; k++) {
    addScaled(column, v[k], -w[k][j], j);
    addScaled(column, w[k], -v[k][j], j);
  }
  return column;
}

/** w_j = τ (A − V Wᵀ − W Vᵀ) v − ½ τ (wᵀv) v. */
async function companion(
  engine: MatrixEngine,
  rest: Matrix64,
  v: Float64Array[],
  w: Float64Array[],
  j: number,
  reflector: Float64Array,
  scale: number,
): Promise<Float64Array> {
  const from = j + 1;
  const product = await timesVector(engine, rest, reflector, from);
  for (let k = 0; k < j; k++) {
    const alongW = along(w[k], reflector, from);
    const alongV = along(v[k], reflector, from);
    addScaled(product, v[k], -alongW, from);
    addScaled(product, w[k], -alongV, from);
  }
  product.fill(0, 0, from);
  for (let row = from; row < product.length; row++) product[row] *= scale;
  addScaled(product, reflector, -0.5 * scale * along(product, reflector, from), from);
  return product;
}

/** What is left below and right of the panel: A − V Wᵀ − W Vᵀ. */
async function downdate(
  engine: MatrixEngine,
  rest: Matrix64,
  v: Float64Array[],
  w: Float64Array[],
  buffer: Float64Array,
): Promise<Matrix64> {
  const width = v.length;
  const order = rest.rows - width;
  const into = buffer.subarray(0, order * order);
  const both = zeros64(2 * width, order);
  const swapped = zeros64(2 * width, order);
  for (let k = 0; k < width; k++) {
    const [tailV, tailW] = [v[k].subarray(width), w[k].subarray(width)];
    both.data.set(tailV, k * order);
    both.data.set(tailW, (width + k) * order);
    swapped.data.set(tailW, k * order);
    swapped.data.set(tailV, (width + k) * order);
  }
  const next = await engine.multiply(both, swapped, { transposeA: true, into });
  for (let row = 0; row < order; row++) {
    const from = (row + width) * rest.rows + width;
    const to = row * order;
    for (let col = 0; col < order; col++) next.data[to + col] = rest.data[from + col] - next.data[to + col];
  }
  return next;
}

/** Columns side by side as a matrix (rows × columns). */
function sideBySide(columns: readonly Float64Array[]): Matrix64 {
  const width = columns.length;
  const out = zeros64(columns[0].length, width);
  columns.forEach((column, k) => {
    for (let row = 0; row < column.length; row++) out.data[row * width + k] = column[row];
  });
  return out;
}

/** Q · columns, in place: turns eigenvectors of T into those of A. `columns` is size × any. */
export async function applyReflectors(
  engine: MatrixEngine,
  tridiagonal: Tridiagonal,
  columns: Matrix64,
): Promise<void> {
  const buffer = new Float64Array(columns.data.length);
  for (const { first, vectors, scales } of tridiagonal.panels.toReversed()) {
    const below: Matrix64 = {
      rows: vectors.rows,
      cols: columns.cols,
      data: columns.data.subarray(first * columns.cols),
    };
    const inner = await engine.multiply(vectors, below, { transposeA: true });
    const into = buffer.subarray(0, below.data.length);
    const outer = await engine.multiply(
      await engine.multiply(vectors, await joint(engine, vectors, scales)),
      inner,
      { into },
    );
    for (let at = 0; at < outer.data.length; at++) below.data[at] -= outer.data[at];
  }
}

/** Upper triangular S with H₁ H₂ … = I − V S Vᵀ (LAPACK's dlarft, forward columnwise). */
async function joint(engine: MatrixEngine, vectors: Matrix64, scales: Float64Array): Promise<Matrix64> {
  const width = vectors.cols;
  const gram = await engine.multiply(vectors, vectors, { transposeA: true });
  const s = zeros64(width, width);
  for (let j = 0; j < width; j++) {
    s.data[j * width + j] = scales[j];
    for (let i = 0; i < j; i++) {
      let sum = 0;
      for (let k = i; k < j; k++) sum += s.data[i * width + k] * gram.data[k * width + j];
      s.data[i * width + j] = -scales[j] * sum;
    }
  }
  return s;
}
