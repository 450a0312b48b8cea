/** Ranks from 1, equal values sharing their mean rank (SciPy's rankdata). */
export function averageRanks(values: ArrayLike<number>): Float64Array {
  const order = Array.from({ length: values.length }, (_, index) => index).sort(
    (a, b) => values[a] - values[b],
  );
  const ranks = new Float64Array(values.length);
  for (let first = 0; first < order.length; ) {
    let last = first;
    while (last + 1 < order.length && values[order[last + 1]] === values[order[first]]) last++;
    for (let index = first; index <= last; index++) ranks[order[index]] = (first + last) / 2 + 1;
    first = last + 1;
  }
  return ranks;
}

/** Pairs within runs of equal values of an ascending sequence. */
function tiedPairs(count: number, same: (a: number, b: number) => boolean): number {
  let pairs = 0;
  for (let first = 0; first < count; ) {
    let last = first;
    while (last + 1 < count && same(first, last + 1)) last++;
    pairs += ((last - first + 1) * (last - first)) / 2;
    first = last + 1;
  }
  return pairs;
}

/** Pairs in the wrong order; sorts `values` on the way (merge sort, n log n). */
function inversions(values: Float64Array<ArrayBuffer>): number {
  let count = 0;
  let [from, to] = [values, new Float64Array(values.length)];
  for (let width = 1; width < values.length; width *= 2) {
    for (let start = 0; start < values.length; start += 2 * width) {
      const middle = Math.min(start + width, values.length);
      const stop = Math.min(start + 2 * width, values.length);
      let [left, right] = [start, middle];
      for (let at = start; at < stop; at++) {
        if (left < middle && (right >= stop || from[left] <= from[right])) to[at] = from[left++];
        else {
          to[at] = from[right++];
          count += middle - left;
        }
      }
    }
    [from, to] = [to, from];
  }
  return count;
}

/**
 * Kendall's τ-a: (concordant − discordant pairs) ÷ all pairs, in n log n (Knight 1966). Ties count as neither, so a
 * model that calls everything equal gets 0 and none is favoured for ties, unlike τ-b (Nili et al. 2014).
 */
export function kendallTauA(a: ArrayLike<number>, b: ArrayLike<number>): number {
  const n = a.length;
  const order = Array.from({ length: n }, (_, index) => index).sort((i, j) => a[i] - a[j] || b[i] - b[j]);
  const tiedA = tiedPairs(n, (i, j) => a[order[i]] === a[order[j]]);
  const tiedBoth = tiedPairs(n, (i, j) => a[order[i]] === a[order[j]] && b[order[i]] === b[order[j]]);
  const values = Float64Array.from(order, (index) => b[index]);
  const discordant = inversions(values);
  const sorted = Float64Array.from(b).sort();
  const tiedB = tiedPairs(n, (i, j) => sorted[i] === sorted[j]);
  const total = (n * (n - 1)) / 2;
  return (total - tiedA - tiedB + tiedBoth - 2 * discordant) / total;
}
