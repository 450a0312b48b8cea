/** How tests depend on each other decides the bound that holds. */
export type DiscoveryMethod = 'benjamini-hochberg' | 'benjamini-yekutieli';

/**
 * FDR-adjusted p values (q): a test is significant at level α where q ≤ α. NaN p values (excluded voxels) stay NaN
 * and do not count as tests.
 * Source: Benjamini and Hochberg 1995 (independent or positively dependent tests); Benjamini and Yekutieli 2001
 * (any dependence: p · Σ 1/i).
 */
export function adjustForDiscovery(
  p: Float32Array | Float64Array,
  method: DiscoveryMethod = 'benjamini-hochberg',
): Float64Array {
  const tested = Array.from(p, (_, index) => index).filter((index) => !Number.isNaN(p[index]));
  tested.sort((a, b) => p[a] - p[b] || a - b);
  const count = tested.length;
  let penalty = 1;
  if (method === 'benjamini-yekutieli') {
    penalty = 0;
    for (let rank = 1; rank <= count; rank++) penalty += 1 / rank;
  }
  const q = new Float64Array(p.length).fill(Number.NaN);
  let least = 1;
  for (let rank = count; rank >= 1; rank--) {
    const index = tested[rank - 1];
    least = Math.min(least, (p[index] * count * penalty) / rank);
    q[index] = least;
  }
  return q;
}
