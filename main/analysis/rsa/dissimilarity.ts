import { UserError } from '../../core/errors.ts';
import type { MatrixEngine } from '../../tensor/engine.ts';
import { type Floats, type Matrix, type Matrix64, toFloat64, zeros64 } from '../../tensor/matrix.ts';

/** Dissimilarities of all pairs of items: (0,1), (0,2) … (n−2,n−1), as numpy's triu order and rsatoolbox. */
export interface Rdm {
  readonly items: number;
  readonly values: Float64Array;
}

/** How two patterns are told apart. Euclidean and Mahalanobis are squared and divided by the number of channels. */
export type Distance = 'correlation' | 'euclidean' | 'mahalanobis';

/** Pairs among `items`. */
export function pairCount(items: number): number {
  return (items * (items - 1)) / 2;
}

/** @throws UserError `rsa.too-few-items`, `rsa.not-finite` */
function checkPatterns({ rows, cols, data }: Matrix<Floats>): void {
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

/** Upper triangle of k_ii + k_jj − k_ij − k_ji, divided. */
function fromKernel(kernel: Matrix64, divide: number): Rdm {
  const { rows: items, data } = kernel;
  const values = new Float64Array(pairCount(items));
  for (let i = 0, at = 0; i < items; i++) {
    for (let j = i + 1; j < items; j++, at++) {
      const own = data[i * items + i] + data[j * items + j];
      values[at] = (own - data[i * items + j] - data[j * items + i]) / divide;
    }
  }
  return { items, values };
}

/** Patterns less their mean over channels, of length 1. @throws UserError `rsa.constant-pattern` */
function unitPatterns(patterns: Matrix64): Matrix64 {
  const { rows, cols } = patterns;
  const out = zeros64(rows, cols);
  for (let row = 0; row < rows; row++) {
    const own = patterns.data.subarray(row * cols, (row + 1) * cols);
    let mean = 0;
    for (const value of own) mean += value / cols;
    let power = 0;
    for (const value of own) power += (value - mean) ** 2;
    if (!(power > cols * (1e-10 * mean) ** 2)) {
      throw new UserError(
        'rsa.constant-pattern',
        `The pattern of item ${row} is constant over its ${cols} channels, so it correlates with nothing; use Euclidean distance or leave the item out.`,
        { item: row, channels: cols },
      );
    }
    for (let col = 0; col < cols; col++) out.data[row * cols + col] = (own[col] - mean) / Math.sqrt(power);
  }
  return out;
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
  checkPatterns(patterns);
  const x = toFloat64(patterns);
  if (distance === 'correlation') {
    const unit = unitPatterns(x);
    return fromKernel(await engine.multiply(unit, unit, { transposeB: true }), 2);
  }
  if (distance === 'euclidean')
    return fromKernel(await engine.multiply(x, x, { transposeB: true }), patterns.cols);
  if (precision === null) throw new Error('Mahalanobis distance needs a noise precision');
  const weighed = await engine.multiply(x, precision);
  return fromKernel(await engine.multiply(weighed, x, { transposeB: true }), patterns.cols);
}

/**
 * Crossnobis dissimilarity: squared Mahalanobis distance between pattern differences of different partitions (runs),
 * leaving out each partition in turn against the mean of the others; unbiased, so equal patterns give 0 on average
 * and single values may be negative. Same as rsatoolbox. Source: Walther et al. 2016, doi 10.1016/j.neuroimage.2015.12.012.
 * @param partitions one items × channels matrix per run, same items in the same order
 * @param precision channels × channels; null gives the cross-validated Euclidean distance
 * @throws UserError `rsa.partitions`, `rsa.too-few-items`, `rsa.not-finite`
 */
export async function crossnobis(
  engine: MatrixEngine,
  partitions: readonly Matrix<Floats>[],
  precision: Matrix64 | null = null,
): Promise<Rdm> {
  const [first] = partitions;
  if (
    partitions.length < 2 ||
    partitions.some(({ rows, cols }) => rows !== first.rows || cols !== first.cols)
  ) {
    throw new UserError(
      'rsa.partitions',
      `Cross-validated distances need at least two partitions of the same items and channels, not ${partitions.length}.`,
      { partitions: partitions.length },
    );
  }
  for (const part of partitions) checkPatterns(part);
  const values = new Float64Array(pairCount(first.rows));
  for (const [left, test] of partitions.entries()) {
    const train = zeros64(first.rows, first.cols);
    for (const [index, { data }] of partitions.entries()) {
      if (index === left) continue;
      for (let at = 0; at < data.length; at++) train.data[at] += data[at] / (partitions.length - 1);
    }
    const weighed = precision === null ? train : await engine.multiply(train, precision);
    const kernel = await engine.multiply(weighed, toFloat64(test), { transposeB: true });
    fromKernel(kernel, first.cols).values.forEach((value, at) => {
      values[at] += value / partitions.length;
    });
  }
  return { items: first.rows, values };
}
