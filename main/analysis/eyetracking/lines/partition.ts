/**
 * Values in k clusters of least within-cluster sum of squares, exactly: one-dimensional k-means by dynamic programming
 * over the sorted values (Wang & Song 2011, The R Journal 3(2):29), O(k·n²).
 * @returns cluster of each value, 0 for the lowest; fewer than k clusters where there are fewer values
 */
export function partition(values: readonly number[], k: number): number[] {
  const count = values.length;
  if (count === 0) return [];
  const clusters = Math.min(k, count);
  const order = values.map((_, at) => at).sort((a, b) => values[a] - values[b]);
  // Values are centred, so that sums of squares lose no digits to a common offset.
  const centre = values.reduce((sum, value) => sum + value, 0) / count;
  const sums = new Float64Array(count + 1);
  const squares = new Float64Array(count + 1);
  order.forEach((at, rank) => {
    const value = values[at] - centre;
    sums[rank + 1] = sums[rank] + value;
    squares[rank + 1] = squares[rank] + value * value;
  });
  /** Sum of squares of sorted values `from` ≤ i < `to` about their mean. */
  const spread = (from: number, to: number): number =>
    squares[to] - squares[from] - (sums[to] - sums[from]) ** 2 / (to - from);
  let costs = Float64Array.from({ length: count + 1 }, (_, to) => (to === 0 ? 0 : spread(0, to)));
  const starts: Int32Array[] = [new Int32Array(count + 1)];
  for (let cluster = 1; cluster < clusters; cluster++) {
    const next = new Float64Array(count + 1).fill(Number.POSITIVE_INFINITY);
    const start = new Int32Array(count + 1);
    for (let to = cluster + 1; to <= count; to++)
      for (let from = cluster; from < to; from++) {
        const cost = costs[from] + spread(from, to);
        if (cost < next[to]) {
          next[to] = cost;
          start[to] = from;
        }
      }
    costs = next;
    starts.push(start);
  }
  const assigned = new Array<number>(count).fill(0);
  let to = count;
  for (let cluster = clusters - 1; cluster >= 0; cluster--) {
    const from = cluster === 0 ? 0 : starts[cluster][to];
    for (let rank = from; rank < to; rank++) assigned[order[rank]] = cluster;
    to = from;
  }
  return assigned;
}
