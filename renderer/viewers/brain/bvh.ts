/**
 * Bounding volume hierarchy over triangles, flat arrays, nodes in depth-first order (children after their parent).
 * Node n has bounds[6n..6n+5] = low xyz, high xyz. Inner nodes: left child n+1, right child link[n], count[n] = 0.
 * Leaves: triangles order[link[n] .. link[n]+count[n]).
 */
export interface Bvh {
  readonly bounds: Float32Array;
  readonly link: Uint32Array;
  readonly count: Uint32Array;
  readonly order: Uint32Array;
  readonly nodeCount: number;
}

const leafSize = 8;

/**
 * Builds the hierarchy by halving the longest side of the centroids' box (by count where that leaves a side empty).
 * A generator, so that the page can stop between steps: it yields after every `step` triangles' worth of work.
 */
export function* buildBvh(
  positions: Float32Array,
  indices: Uint32Array,
  step = 40_000,
): Generator<void, Bvh> {
  const triangles = indices.length / 3;
  const centroids = new Float32Array(triangles * 3);
  const order = new Uint32Array(triangles);
  for (let t = 0; t < triangles; t++) {
    order[t] = t;
    for (let axis = 0; axis < 3; axis++) {
      centroids[t * 3 + axis] =
        (positions[indices[t * 3] * 3 + axis] +
          positions[indices[t * 3 + 1] * 3 + axis] +
          positions[indices[t * 3 + 2] * 3 + axis]) /
        3;
    }
  }
  yield;
  const capacity = Math.max(1, 2 * triangles);
  const bounds = new Float32Array(capacity * 6);
  const link = new Uint32Array(capacity);
  const count = new Uint32Array(capacity);
  let nodeCount = 0;
  let work = 0;
  // parent: the node whose right child this range becomes, −1 for left children and the root.
  const pending: { start: number; end: number; parent: number }[] = [
    { start: 0, end: triangles, parent: -1 },
  ];
  for (let range = pending.pop(); range; range = pending.pop()) {
    const { start, end, parent } = range;
    const node = nodeCount++;
    if (parent >= 0) link[parent] = node;
    if (end - start <= leafSize) {
      link[node] = start;
      count[node] = end - start;
      continue;
    }
    const middle = partition(order, centroids, start, end);
    pending.push({ start: middle, end, parent: node }, { start, end: middle, parent: -1 });
    work += end - start;
    if (work >= step) {
      work = 0;
      yield;
    }
  }
  const bvh = {
    bounds: bounds.slice(0, nodeCount * 6),
    link: link.slice(0, nodeCount),
    count: count.slice(0, nodeCount),
    order,
    nodeCount,
  };
  yield;
  refitBvh(bvh, positions, indices);
  return bvh;
}

/** Recomputes all boxes from the leaves up, after vertices have moved (inflation) while triangles stayed. */
export function refitBvh(bvh: Bvh, positions: Float32Array, indices: Uint32Array): void {
  const { bounds, link, count, order } = bvh;
  for (let node = bvh.nodeCount - 1; node >= 0; node--) {
    const b = node * 6;
    bounds.fill(Infinity, b, b + 3);
    bounds.fill(-Infinity, b + 3, b + 6);
    if (count[node] > 0) {
      for (let at = link[node]; at < link[node] + count[node]; at++)
        growByTriangle(bounds, b, positions, indices, order[at]);
    } else if (bvh.nodeCount > 1) {
      growByBox(bounds, b, (node + 1) * 6);
      growByBox(bounds, b, link[node] * 6);
    }
  }
}

function growByTriangle(
  bounds: Float32Array,
  b: number,
  positions: Float32Array,
  indices: Uint32Array,
  triangle: number,
): void {
  for (let corner = 0; corner < 3; corner++) {
    const p = indices[triangle * 3 + corner] * 3;
    for (let axis = 0; axis < 3; axis++) {
      const value = positions[p + axis];
      if (value < bounds[b + axis]) bounds[b + axis] = value;
      if (value > bounds[b + 3 + axis]) bounds[b + 3 + axis] = value;
    }
  }
}

function growByBox(bounds: Float32Array, b: number, child: number): void {
  for (let axis = 0; axis < 3; axis++) {
    bounds[b + axis] = Math.min(bounds[b + axis], bounds[child + axis]);
    bounds[b + 3 + axis] = Math.max(bounds[b + 3 + axis], bounds[child + 3 + axis]);
  }
}

/** Reorders a range so that triangles left of the cut come first; returns where the second half begins. */
function partition(order: Uint32Array, centroids: Float32Array, start: number, end: number): number {
  const low = [Infinity, Infinity, Infinity];
  const high = [-Infinity, -Infinity, -Infinity];
  for (let at = start; at < end; at++) {
    const c = order[at] * 3;
    for (let axis = 0; axis < 3; axis++) {
      const value = centroids[c + axis];
      if (value < low[axis]) low[axis] = value;
      if (value > high[axis]) high[axis] = value;
    }
  }
  let axis = 0;
  for (let other = 1; other < 3; other++) if (high[other] - low[other] > high[axis] - low[axis]) axis = other;
  const cut = (low[axis] + high[axis]) / 2;
  let middle = start;
  for (let at = start; at < end; at++) {
    if (centroids[order[at] * 3 + axis] >= cut) continue;
    const moved = order[at];
    order[at] = order[middle];
    order[middle++] = moved;
  }
  return middle === start || middle === end ? (start + end) >> 1 : middle;
}
