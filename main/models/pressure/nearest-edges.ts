/** Edges from each node to its `count` nearest, by mean place; [row, col] per node. */
export function nearestEdges(places: readonly (readonly [number, number])[], count: number): Float32Array {
  const n = places.length;
  const edges = new Float32Array(n * n);
  for (const [at, [row, col]] of places.entries()) {
    const order = [...places.keys()]
      .filter((other) => other !== at)
      .sort(
        (a, b) =>
          Math.hypot(places[a][0] - row, places[a][1] - col) -
          Math.hypot(places[b][0] - row, places[b][1] - col),
      );
    for (const other of order.slice(0, count)) {
      edges[at * n + other] = 1;
      edges[other * n + at] = 1;
    }
  }
  return edges;
}
