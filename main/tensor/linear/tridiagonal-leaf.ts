/**
 * Eigenvalues (ascending, into `d`) and eigenvectors (rows of the result) of a small symmetric tridiagonal matrix by
 * implicit QL (EISPACK's tql2). `e[i]` couples i and i + 1; both inputs are overwritten.
 */
export function tridiagonalQl(d: Float64Array, e: Float64Array): Float64Array {
  const n = d.length;
  const rows = new Float64Array(n * n);
  for (let i = 0; i < n; i++) rows[i * n + i] = 1;
  const off = new Float64Array(n);
  off.set(e.subarray(0, n - 1));
  for (let l = 0; l < n; l++) {
    for (let round = 0; ; round++) {
      let m = l;
      while (m < n - 1 && Math.abs(off[m]) > 2 ** -53 * (Math.abs(d[m]) + Math.abs(d[m + 1]))) m++;
      if (m === l) break;
      if (round === 60)
        throw new Error('the QL iteration does not converge: the matrix holds values that are not finite');
      let g = (d[l + 1] - d[l]) / (2 * off[l]);
      let r = Math.hypot(g, 1);
      g = d[m] - d[l] + off[l] / (g + (g >= 0 ? r : -r));
      let [s, c, p] = [1, 1, 0];
      let i = m - 1;
      for (; i >= l; i--) {
        const f = s * off[i];
        const b = c * off[i];
        r = Math.hypot(f, g);
        off[i + 1] = r;
        if (r === 0) {
          d[i + 1] -= p;
          off[m] = 0;
          break;
        }
        s = f / r;
        c = g / r;
        g = d[i + 1] - p;
        r = (d[i] - g) * s + 2 * c * b;
        p = s * r;
        d[i + 1] = g + p;
        g = c * r - b;
        rotate(rows, n, i, s, c);
      }
      if (r === 0 && i >= l) continue;
      d[l] -= p;
      off[l] = g;
      off[m] = 0;
    }
  }
  return sorted(d, rows);
}

/** Turns rows i and i + 1 by the plane rotation (c, s). */
function rotate(rows: Float64Array, n: number, i: number, s: number, c: number): void {
  const [lower, upper] = [i * n, (i + 1) * n];
  for (let k = 0; k < n; k++) {
    const f = rows[upper + k];
    rows[upper + k] = s * rows[lower + k] + c * f;
    rows[lower + k] = c * rows[lower + k] - s * f;
  }
}

/** Puts values in ascending order, in place, and their rows likewise. */
function sorted(d: Float64Array, rows: Float64Array): Float64Array {
  const n = d.length;
  const order = Array.from(d, (_, i) => i).sort((a, b) => d[a] - d[b]);
  const out = new Float64Array(n * n);
  const values = Float64Array.from(order, (from) => d[from]);
  order.forEach((from, to) => {
    out.set(rows.subarray(from * n, (from + 1) * n), to * n);
  });
  d.set(values);
  return out;
}
