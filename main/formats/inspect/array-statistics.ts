/** Sums over plain values in float64, non-finite ones skipped; field names as `gyrus inspect` prints them. */
export function arrayStatistics(values: ArrayLike<number>): Record<string, number> {
  let [sum, min, max, finite, nonZero] = [0, Infinity, -Infinity, 0, 0];
  for (let index = 0; index < values.length; index++) {
    const value = values[index];
    if (!Number.isFinite(value)) continue;
    sum += value;
    finite += 1;
    if (value !== 0) nonZero += 1;
    if (value < min) min = value;
    if (value > max) max = value;
  }
  return { n_nonfinite: values.length - finite, sum, min, max, mean: sum / finite, n_nonzero: nonZero };
}
