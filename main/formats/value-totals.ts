import type { AnyTypedArray } from '../contract/typed-arrays.ts';

/** Values that are looked at together: as float64 they stay in the processor's first cache. */
export const TOTALS_CHUNK = 4096;

/** Sums over plain values in float64, non-finite ones skipped, taken in block after block. */
export class ValueTotals {
  sum = 0;
  min = Number.POSITIVE_INFINITY;
  max = Number.NEGATIVE_INFINITY;
  finite = 0;
  nonZero = 0;
  count = 0;
  private readonly chunk = new Float64Array(TOTALS_CHUNK);

  /** Takes in values of any type; 64-bit integers as the nearest float64. */
  add(values: AnyTypedArray): void {
    for (let from = 0; from < values.length; from += TOTALS_CHUNK) {
      const part = values.subarray(from, from + TOTALS_CHUNK);
      if (part instanceof Float64Array) this.addChunk(part);
      else {
        if (part instanceof BigInt64Array || part instanceof BigUint64Array)
          for (let index = 0; index < part.length; index++) this.chunk[index] = Number(part[index]);
        else this.chunk.set(part);
        this.addChunk(this.chunk.subarray(0, part.length));
      }
    }
  }

  /** Takes in one value as often as it stands. */
  addTimes(value: number, times: number): void {
    this.count += times;
    if (!Number.isFinite(value)) return;
    this.sum += value * times;
    this.min = Math.min(this.min, value);
    this.max = Math.max(this.max, value);
    this.finite += times;
    if (value !== 0) this.nonZero += times;
  }

  /** Mean of the finite values; NaN where there are none. */
  get mean(): number {
    return this.sum / this.finite;
  }

  /** Takes in a few thousand values. */
  addChunk(values: Float64Array): void {
    this.count += values.length;
    // Minimum and maximum by Math are a single instruction each, and pass NaN on to the sum's test below.
    let a = 0;
    let b = 0;
    let c = 0;
    let d = 0;
    let low = this.min;
    let lower = low;
    let high = this.max;
    let higher = high;
    let zeros = 0;
    const whole = values.length & ~3;
    for (let index = 0; index < whole; index += 4) {
      const p = values[index];
      const q = values[index + 1];
      const r = values[index + 2];
      const s = values[index + 3];
      a += p;
      b += q;
      c += r;
      d += s;
      low = Math.min(low, p, r);
      lower = Math.min(lower, q, s);
      high = Math.max(high, p, r);
      higher = Math.max(higher, q, s);
      if (p === 0) zeros += 1;
      if (q === 0) zeros += 1;
      if (r === 0) zeros += 1;
      if (s === 0) zeros += 1;
    }
    for (let index = whole; index < values.length; index++) {
      const value = values[index];
      a += value;
      low = Math.min(low, value);
      high = Math.max(high, value);
      if (value === 0) zeros += 1;
    }
    const sum = a + b + (c + d);
    if (!Number.isFinite(sum)) {
      this.addOneByOne(values);
      return;
    }
    this.sum += sum;
    this.min = Math.min(low, lower);
    this.max = Math.max(high, higher);
    this.finite += values.length;
    this.nonZero += values.length - zeros;
  }

  private addOneByOne(values: Float64Array): void {
    let { sum, min, max, finite, nonZero } = this;
    for (let index = 0; index < values.length; index++) {
      const value = values[index];
      if (!Number.isFinite(value)) continue;
      sum += value;
      finite += 1;
      if (value !== 0) nonZero += 1;
      if (value < min) min = value;
      if (value > max) max = value;
    }
    this.sum = sum;
    this.min = min;
    this.max = max;
    this.finite = finite;
    this.nonZero = nonZero;
  }
}

/** Places in a column-major array (first index fastest) of the first `count` values in row-major order. */
export function rowMajorPlaces(shape: readonly number[], count: number): number[] {
  const steps = shape.map((_, axis) => shape.slice(0, axis).reduce((product, size) => product * size, 1));
  const total = shape.reduce((product, size) => product * size, 1);
  return Array.from({ length: Math.min(count, total) }, (_, n) => {
    let rest = n;
    let position = 0;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      position += (rest % shape[axis]) * steps[axis];
      rest = Math.floor(rest / shape[axis]);
    }
    return position;
  });
}
