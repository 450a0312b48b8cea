import { type Floats, isContiguous, type Matrix, takeRows } from '../../tensor/matrix.ts';
import type { Scratch } from '../../tensor/scratch.ts';
import { columnMeans } from '../metrics.ts';
import type { Scaling } from './encoding-types.ts';
import type { SpectralBasis } from './spectral-basis.ts';

/** One fold's share of a block of targets, scaled with the training samples' numbers. */
export interface FoldTargets<T extends Floats> {
  readonly train: Matrix<T>;
  readonly test: Matrix<T>;
  /** Mean over the test samples, per target. */
  readonly testMeans: Float64Array;
  /** Σ y² and Σ (y − ȳ)² over the test samples, per target. */
  readonly power: Float64Array;
  readonly variation: Float64Array;
}

/**
 * Marks targets that cannot be fitted (constant, NaN or infinite somewhere in the used rows) and sets them to 0, in
 * place, so that they do not spoil their neighbours.
 */
export function excludeUnusable(block: Matrix<Floats>, rows: ArrayLike<number>): Uint8Array {
  const { cols, data } = block;
  const excluded = new Uint8Array(cols);
  const first = rows.length > 0 ? rows[0] * cols : 0;
  const varies = new Uint8Array(cols);
  for (let index = 0; index < rows.length; index++) {
    const at = rows[index] * cols;
    for (let col = 0; col < cols; col++) {
      if (!Number.isFinite(data[at + col])) excluded[col] = 1;
      else if (data[at + col] !== data[first + col]) varies[col] = 1;
    }
  }
  for (let col = 0; col < cols; col++) {
    if (varies[col] === 0) excluded[col] = 1;
    if (excluded[col] === 0) continue;
    for (let row = 0; row < block.rows; row++) data[row * cols + col] = 0;
  }
  return excluded;
}

/** Mean and deviation over the named rows of every column, without copying them together. */
function rowStatistics(
  block: Matrix<Floats>,
  rows: Int32Array,
  scaling: Scaling,
): { means: Float64Array; factors: Float64Array } {
  const { cols, data } = block;
  const means = new Float64Array(cols);
  const factors = new Float64Array(cols).fill(1);
  if (scaling === 'none') return { means, factors };
  for (const row of rows) {
    for (let col = 0, at = row * cols; col < cols; col++, at++) means[col] += data[at];
  }
  for (let col = 0; col < cols; col++) means[col] /= rows.length;
  if (scaling === 'center') return { means, factors };
  const power = new Float64Array(cols);
  for (const row of rows) {
    for (let col = 0, at = row * cols; col < cols; col++, at++) power[col] += (data[at] - means[col]) ** 2;
  }
  for (let col = 0; col < cols; col++) {
    const deviation = Math.sqrt(power[col] / rows.length);
    if (deviation > 1e-7 * Math.abs(means[col])) factors[col] = 1 / deviation;
  }
  return { means, factors };
}

function rescaled<T extends Floats>(
  block: Matrix<T>,
  rows: Int32Array,
  means: Float64Array,
  factors: Float64Array,
  out: Matrix<T>,
): Matrix<T> {
  const { cols, data } = block;
  for (let index = 0, to = 0; index < rows.length; index++) {
    for (let col = 0, at = rows[index] * cols; col < cols; col++, at++, to++) {
      out.data[to] = (data[at] - means[col]) * factors[col];
    }
  }
  return out;
}

/**
 * Training and test samples of a block in one fold. Both lie in `scratch` (or are the block itself), so they are
 * valid until the next call.
 */
export function foldTargets<T extends Floats>(
  block: Matrix<T>,
  { trainRows, testRows }: Pick<SpectralBasis, 'trainRows' | 'testRows'>,
  scaling: Scaling,
  scratch: Scratch,
): FoldTargets<T> {
  const { means, factors } = rowStatistics(block, trainRows, scaling);
  const place = (name: string, rows: Int32Array): Matrix<T> =>
    scaling === 'none' && isContiguous(rows)
      ? takeRows(block, rows)
      : rescaled(block, rows, means, factors, scratch.matrix(name, block.data, rows.length, block.cols));
  const train = place('train', trainRows);
  const test = place('test', testRows);
  const power = new Float64Array(block.cols);
  const variation = new Float64Array(block.cols);
  const testMeans = columnMeans(test);
  for (let row = 0, at = 0; row < test.rows; row++) {
    for (let col = 0; col < block.cols; col++, at++) {
      power[col] += test.data[at] ** 2;
      variation[col] += (test.data[at] - testMeans[col]) ** 2;
    }
  }
  return { train, test, testMeans, power, variation };
}
