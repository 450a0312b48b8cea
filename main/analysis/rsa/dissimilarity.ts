import { UserError } from '../../core/errors.ts';
import type { MatrixEngine } from '../../tensor/engine.ts';
import { type Floats, type Matrix, type Matrix64, matrixOf, toFloat64 } from '../../tensor/matrix.ts';
import { asMatrix, type NdArray, ndArray, packed, pick, transposeLast } from '../../tensor/nd-array.ts';

/** Dissimilarities of all pairs of items: (0,1), (0,2) … (n−2,n−1), as numpy's triu order and rsatoolbox. */
export interface Rdm {
  readonly items: number;
  readonly values: Float64Array;
}

/** How two patterns are told apart. Euclidean and Mahalanobis are squared and divided by the number of channels. */
export type Distance = SimpleDistance | 'mahalanobis';
/** Those that need no noise covariance. */
export type SimpleDistance = 'correlation' | 'euclidean';

/** Pairs among `items`. */
export function pairCount(items: number): number {
  return (items * (items - 1)) / 2;
}

/** @throws UserError `rsa.too-few-items`, `rsa.not-finite` */
export function checkPatterns({ rows, cols, data }: Matrix<Floats>): void {
  if (rows < 3 || cols < 1) {
    throw new UserError(
      'rsa.too-few-items',
      `${rows} items on ${cols} channels have no geometry to compare; at least 3 items and 1 channel are needed.`,
      { items: rows, channels: cols },
    );
  }
  const bad = data.findIndex((value) => !Number.isFinite(value));
  if (bad < 0) return;
  const [item, channel] = [Math.floor(bad / cols), bad % cols];
  throw new UserError(
    'rsa.not-finite',
    `Item ${item} has NaN or infinity in channel ${channel}; fill it or leave the channel out.`,
    { item, channel },
  );
}

/** Upper triangle of (k_ii + k_jj − k_ij − k_ji) ÷ `divide`. */
function fromKernel(kernel: NdArray<Float64Array>, divide: number): Rdm {
  const { rows: items, data } = asMatrix(kernel);
  const values = new Float64Array(pairCount(items));
  for (let i = 0, at = 0; i < items; i++) {
    for (let j = i + 1; j < items; j++, at++) {
      const own = data[i * items + i] + data[j * items + j];
      values[at] = (own - data[i * items + j] - data[j * items + i]) / divide;
    }
  }
  return { items, values };
}

/** Takes the mean off a pattern and gives it length 1, in place; false where it is constant. */
export function toUnit(pattern: Float64Array): boolean {
  let mean = 0;
  for (const value of pattern) mean += value / pattern.length;
  let power = 0;
  for (const value of pattern) power += (value - mean) ** 2;
  if (!(power > pattern.length * (1e-10 * mean) ** 2)) return false;
  const length = Math.sqrt(power);
  for (let at = 0; at < pattern.length; at++) pattern[at] = (pattern[at] - mean) / length;
  return true;
}

/** Patterns less their mean over channels, of length 1. @throws UserError `rsa.constant-pattern` */
function unitPatterns({ rows, cols, data }: Matrix<Floats>): Float64Array {
  const out = new Float64Array(data);
  for (let row = 0; row < rows; row++) {
    if (toUnit(out.subarray(row * cols, (row + 1) * cols))) continue;
    throw new UserError(
      'rsa.constant-pattern',
      `The pattern of item ${row} is constant over its ${cols} channels, so it correlates with nothing; use Euclidean distance or leave the item out.`,
      { item: row, channels: cols },
    );
  }
  return out;
}

/**
 * Squared distances of every pair of rows, ÷ `divide(place)`, in each place of a batch.
 * @param patterns places × items × channels
 */
export async function squaredDistances(
  engine: MatrixEngine,
  patterns: NdArray<Float64Array>,
  divide: (place: number) => number,
): Promise<Rdm[]> {
  const kernels = await engine.multiplyBatch(patterns, transposeLast(patterns));
  return Array.from({ length: patterns.shape[0] }, (_, place) =>
    fromKernel(pick(kernels, 0, place), divide(place)),
  );
}

/**
 * Dissimilarity of every pair of patterns: 1 − Pearson r over channels; squared Euclidean distance ÷ channels; squared
 * Mahalanobis distance (a − b)ᵀ Σ⁻¹ (a − b) ÷ channels with a noise precision Σ⁻¹. Same as rsatoolbox.
 * @param patterns items × channels
 * @param precision channels × channels, for Mahalanobis
 * @throws UserError `rsa.too-few-items`, `rsa.not-finite`, `rsa.constant-pattern`
 */
export async function dissimilarities(
  engine: MatrixEngine,
  patterns: Matrix<Floats>,
  distance: Distance,
  precision: Matrix64 | null = null,
): Promise<Rdm> {
  if (distance !== 'mahalanobis') {
    const { rows, cols, data } = patterns;
    const [only] = await batchDissimilarities(engine, ndArray([1, rows, cols], data), distance);
    return only;
  }
  checkPatterns(patterns);
  if (precision === null) throw new Error('Mahalanobis distance needs a noise precision');
  const x = toFloat64(patterns);
  const weighed = await engine.multiply(x, precision);
  const { rows, cols, data } = await engine.multiply(weighed, x, { transposeB: true });
  return fromKernel(ndArray([rows, cols], data), patterns.cols);
}

/**
 * The same for many sets of patterns at once, of the same items on as many channels each: subjects, or time windows.
 * @param patterns sets × items × channels
 * @throws UserError `rsa.too-few-items`, `rsa.not-finite`, `rsa.constant-pattern`
 */
export async function batchDissimilarities(
  engine: MatrixEngine,
  patterns: NdArray<Floats>,
  distance: SimpleDistance,
): Promise<Rdm[]> {
  const [sets, items, channels] = patterns.shape;
  for (let set = 0; set < sets; set++) checkPatterns(asMatrix(pick(patterns, 0, set)));
  const data = packed(patterns);
  if (distance === 'euclidean')
    return squaredDistances(engine, ndArray(patterns.shape, new Float64Array(data)), () => channels);
  const unit = unitPatterns(matrixOf(sets * items, channels, data));
  return squaredDistances(engine, ndArray(patterns.shape, unit), () => 2);
}

/**
 * Crossnobis dissimilarity: squared Mahalanobis distance between pattern differences of different partitions (runs),
 * leaving out each partition in turn against the mean of the others; unbiased, so equal patterns give 0 on average
 * and single values may be negative. Same as rsatoolbox. Source: Walther et al. 2016, doi 10.1016/j.neuroimage.2015.12.012.
 * @param partitions partitions × items × channels
 * @param precision channels × channels; null gives the cross-validated Euclidean distance
 * @throws UserError `rsa.partitions`, `rsa.too-few-items`, `rsa.not-finite`
 */
export async function crossnobis(
  engine: MatrixEngine,
  partitions: NdArray<Floats>,
  precision: Matrix64 | null = null,
): Promise<Rdm> {
  const [count, items, channels] = partitions.shape;
  if (count < 2) {
    throw new UserError(
      'rsa.partitions',
      `Cross-validated distances need at least two partitions of the same items and channels, not ${count}.`,
      { partitions: count },
    );
  }
  for (let part = 0; part < count; part++) checkPatterns(asMatrix(pick(partitions, 0, part)));
  const test = ndArray(partitions.shape, new Float64Array(packed(partitions)));
  const total = new Float64Array(items * channels);
  test.data.forEach((value, at) => {
    total[at % total.length] += value;
  });
  const others = test.data.map((value, at) => (total[at % total.length] - value) / (count - 1));
  const train = matrixOf(count * items, channels, others);
  const weighed = precision === null ? train : await engine.multiply(train, precision);
  const kernels = await engine.multiplyBatch(ndArray(partitions.shape, weighed.data), transposeLast(test));
  const mean = new Float64Array(items * items);
  kernels.data.forEach((value, at) => {
    mean[at % mean.length] += value / count;
  });
  return fromKernel(ndArray([items, items], mean), channels);
}
