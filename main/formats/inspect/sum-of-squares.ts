/** Sum of the squares of values; four sums side by side are quicker than one, and lose less to rounding. */
export function sumOfSquares(values: Float64Array): number {
  let a = 0;
  let b = 0;
  let c = 0;
  let d = 0;
  const whole = values.length & ~3;
  for (let index = 0; index < whole; index += 4) {
    a += values[index] * values[index];
    b += values[index + 1] * values[index + 1];
    c += values[index + 2] * values[index + 2];
    d += values[index + 3] * values[index + 3];
  }
  for (let index = whole; index < values.length; index++) a += values[index] * values[index];
  return a + b + (c + d);
}
