/** Values added one after another in each of the lanes of a block. */
const BLOCK = 128;

/**
 * Sum of finite values in pairs of halves: its rounding error grows with the logarithm of the count, and it is NumPy's
 * order of addition (numpy/_core/src/umath/loops_utils.h.src, pairwise_sum), so sums near zero agree with it too.
 * `lanes` is 8 for real values, 4 for either part of complex ones.
 */
export function pairwiseSum(values: ArrayLike<number>, lanes = 8, from = 0, count = values.length): number {
  if (count < lanes) {
    let sum = count > 0 ? values[from] : 0;
    for (let index = 1; index < count; index++) sum += values[from + index];
    return sum;
  }
  const block = (BLOCK * lanes) / 8;
  if (count > block) {
    let half = Math.floor(count / 2);
    half -= half % lanes;
    return pairwiseSum(values, lanes, from, half) + pairwiseSum(values, lanes, from + half, count - half);
  }
  if (lanes === 8) return eightLanes(values, from, count);
  const sums = Array.from({ length: lanes }, (_, lane) => values[from + lane]);
  let index = lanes;
  for (; index + lanes <= count; index += lanes) {
    for (let lane = 0; lane < lanes; lane++) sums[lane] += values[from + index + lane];
  }
  while (sums.length > 1) {
    const pairs = sums.length / 2;
    for (let pair = 0; pair < pairs; pair++) sums[pair] = sums[2 * pair] + sums[2 * pair + 1];
    sums.length = pairs;
  }
  let [sum] = sums;
  for (; index < count; index++) sum += values[from + index];
  return sum;
}

/** A block of real values: eight sums side by side, then pairs of them. */
function eightLanes(values: ArrayLike<number>, from: number, count: number): number {
  let a = values[from];
  let b = values[from + 1];
  let c = values[from + 2];
  let d = values[from + 3];
  let e = values[from + 4];
  let f = values[from + 5];
  let g = values[from + 6];
  let h = values[from + 7];
  let at = from + 8;
  const end = from + count;
  for (; at + 8 <= end; at += 8) {
    a += values[at];
    b += values[at + 1];
    c += values[at + 2];
    d += values[at + 3];
    e += values[at + 4];
    f += values[at + 5];
    g += values[at + 6];
    h += values[at + 7];
  }
  let sum = a + b + (c + d) + (e + f + (g + h));
  for (; at < end; at++) sum += values[at];
  return sum;
}

/** Values that are turned at a time: at least as many rows as float64 values fill a line of the cache. */
const BAND_VALUES = 1 << 14;
const LEAST_ROWS = 8;

/** The pairwise sum of a column-major matrix in the order of its rows, as NumPy adds one, without a copy of it. */
export function pairwiseSumOfRows(values: ArrayLike<number>, rows: number, columns: number): number {
  if (rows === 1 || columns === 1) return pairwiseSum(values);
  const height = Math.min(rows, Math.max(LEAST_ROWS, Math.floor(BAND_VALUES / columns)));
  const band = new Float64Array(height * columns);
  const block = new Float64Array(BLOCK);
  let [bandStart, bandEnd, next] = [0, 0, 0];
  const turn = (): void => {
    const first = bandEnd / columns;
    const count = Math.min(height, rows - first);
    turnBand(values, band, { rows, columns, first, count });
    [bandStart, bandEnd] = [bandEnd, bandEnd + count * columns];
  };
  const add = (count: number): number => {
    if (count > BLOCK) {
      const half = Math.floor(count / 2);
      const left = half - (half % 8);
      const sum = add(left);
      return sum + add(count - left);
    }
    if (next + count <= bandEnd) {
      next += count;
      return pairwiseSum(band, 8, next - count - bandStart, count);
    }
    for (let filled = 0; filled < count; ) {
      if (next === bandEnd) turn();
      const part = Math.min(count - filled, bandEnd - next);
      block.set(band.subarray(next - bandStart, next - bandStart + part), filled);
      filled += part;
      next += part;
    }
    return pairwiseSum(block, 8, 0, count);
  };
  return add(rows * columns);
}

function turnBand(
  values: ArrayLike<number>,
  band: Float64Array,
  { rows, columns, first, count }: { rows: number; columns: number; first: number; count: number },
): void {
  for (let column = 0; column < columns; column++) {
    const from = column * rows + first;
    for (let row = 0, to = column; row < count; row++, to += columns) band[to] = values[from + row];
  }
}
