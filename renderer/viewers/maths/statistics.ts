/** Pearson's r of two equally long courses; NaN where either is constant or holds no numbers. */
export function pearson(a: Float32Array, b: Float32Array): number {
  const n = Math.min(a.length, b.length);
  let meanA = 0;
  let meanB = 0;
  for (let t = 0; t < n; t++) {
    meanA += a[t] / n;
    meanB += b[t] / n;
  }
  let ab = 0;
  let aa = 0;
  let bb = 0;
  for (let t = 0; t < n; t++) {
    const da = a[t] - meanA;
    const db = b[t] - meanB;
    ab += da * db;
    aa += da * da;
    bb += db * db;
  }
  return aa > 0 && bb > 0 ? ab / Math.sqrt(aa * bb) : Number.NaN;
}

export interface Bins {
  /** bin + 1 edges. */
  readonly edges: Float64Array;
  readonly counts: Uint32Array;
}

/**
 * Common bins for several samples: `count` equal bins from the least to the greatest finite value of all; the last
 * bin holds its upper edge.
 */
export function histograms(samples: readonly Float32Array[], count: number): Bins[] {
  let low = Infinity;
  let high = -Infinity;
  for (const sample of samples) {
    for (const value of sample) {
      if (!Number.isFinite(value)) continue;
      if (value < low) low = value;
      if (value > high) high = value;
    }
  }
  if (low > high) [low, high] = [0, 1];
  if (low === high) [low, high] = [low - 0.5, high + 0.5];
  const width = (high - low) / count;
  const edges = Float64Array.from({ length: count + 1 }, (_, edge) => low + edge * width);
  return samples.map((sample) => {
    const counts = new Uint32Array(count);
    for (const value of sample) {
      if (Number.isFinite(value)) counts[Math.min(count - 1, Math.floor((value - low) / width))]++;
    }
    return { edges, counts };
  });
}
