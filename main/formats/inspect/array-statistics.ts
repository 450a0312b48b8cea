import type { AnyTypedArray } from '../../contract/typed-arrays.ts';
import { ValueTotals } from '../value-totals.ts';

/** Sums over plain values in float64, non-finite ones skipped; field names as `gyrus inspect` prints them. */
export function arrayStatistics(values: AnyTypedArray): Record<string, number> {
  const totals = new ValueTotals();
  totals.add(values);
  return totalsFields(totals);
}

/** What was summed up, under the same names. */
export function totalsFields({
  count,
  finite,
  sum,
  min,
  max,
  mean,
  nonZero,
}: ValueTotals): Record<string, number> {
  return { n_nonfinite: count - finite, sum, min, max, mean, n_nonzero: nonZero };
}
