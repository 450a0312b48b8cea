import type { CheckInput } from '../op-definition.ts';
import { type NdArray, sizeOf } from './nd-array.ts';

/**
 * Values of a check's input. "normal" values lie in about ±2, spread so that no two are equal and none is near 0,
 * where kinks of piecewise functions would spoil the differences; "positive" ones lie in 0.3 to 2.3. Both are fixed
 * functions of slot and position: a check gives the same numbers everywhere.
 */
export function fillCheckInput(input: CheckInput, slot: number): NdArray {
  if (typeof input.fill !== 'string') return { dims: input.dims, data: Float64Array.from(input.fill) };
  const count = sizeOf(input.dims);
  const data = Float64Array.from({ length: count }, (_, at) => {
    // The golden ratio's multiples modulo 1 are spread evenly and never repeat (Weyl's equidistribution).
    const spread = ((at + 1) * 0.6180339887498949 + slot * 0.3819) % 1;
    if (input.fill === 'positive') return 0.3 + 2 * spread;
    const value = 4 * spread - 2;
    return Math.abs(value) < 0.02 ? value + 0.05 : value;
  });
  return { dims: input.dims, data };
}
