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
