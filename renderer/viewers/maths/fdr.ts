/**
 * Benjamini-Hochberg adjusted p values (q): q(i) = min over j ≥ i of p(j)·m/j, p sorted ascending, capped at 1.
 * NaN p are left out of m and stay NaN. Benjamini & Hochberg 1995; same numbers as R's p.adjust(method = "BH").
 */
export function benjaminiHochberg(p: Float32Array): Float32Array {
  const q = new Float32Array(p.length).fill(Number.NaN);
  const order = Uint32Array.from({ length: p.length }, (_, index) => index).filter(
    (index) => !Number.isNaN(p[index]),
  );
  order.sort((a, b) => p[a] - p[b]);
  let least = 1;
  for (let rank = order.length; rank >= 1; rank--) {
    least = Math.min(least, (p[order[rank - 1]] * order.length) / rank);
    q[order[rank - 1]] = least;
  }
  return q;
}
