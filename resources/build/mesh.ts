/** Neighbours of every vertex in compressed rows: those of v are list[start[v]] … list[start[v + 1] − 1]. */
export interface Neighbours {
  readonly start: Uint32Array;
  readonly list: Uint32Array;
}

/** Vertices that share an edge of a triangle; each once. */
export function neighboursOf(vertexCount: number, indices: Uint32Array): Neighbours {
  const degree = new Uint32Array(vertexCount + 1);
  for (const vertex of indices) degree[vertex + 1] += 2;
  for (let vertex = 0; vertex < vertexCount; vertex++) degree[vertex + 1] += degree[vertex];
  const all = new Uint32Array(indices.length * 2);
  const cursor = degree.slice();
  for (let t = 0; t < indices.length; t += 3) {
    for (let corner = 0; corner < 3; corner++) {
      const vertex = indices[t + corner];
      all[cursor[vertex]++] = indices[t + ((corner + 1) % 3)];
      all[cursor[vertex]++] = indices[t + ((corner + 2) % 3)];
    }
  }
  const start = new Uint32Array(vertexCount + 1);
  const list: number[] = [];
  for (let vertex = 0; vertex < vertexCount; vertex++) {
    for (const other of new Set(all.subarray(degree[vertex], degree[vertex + 1]))) list.push(other);
    start[vertex + 1] = list.length;
  }
  return { start, list: Uint32Array.from(list) };
}

/** Area-weighted unit normals, outward for counter-clockwise triangles. */
export function normalsOf(positions: Float32Array, indices: Uint32Array): Float32Array {
  const normals = new Float32Array(positions.length);
  forEachTriangle(positions, indices, (corners, cross) => {
    for (const corner of corners) for (let axis = 0; axis < 3; axis++) normals[corner + axis] += cross[axis];
  });
  for (let at = 0; at < normals.length; at += 3) {
    const length = Math.hypot(normals[at], normals[at + 1], normals[at + 2]) || 1;
    for (let axis = 0; axis < 3; axis++) normals[at + axis] /= length;
  }
  return normals;
}

/** Surface area. */
export function areaOf(positions: Float32Array, indices: Uint32Array): number {
  let area = 0;
  forEachTriangle(positions, indices, (_, [x, y, z]) => {
    area += Math.hypot(x, y, z) / 2;
  });
  return area;
}

function forEachTriangle(
  positions: Float32Array,
  indices: Uint32Array,
  visit: (corners: readonly [number, number, number], cross: readonly [number, number, number]) => void,
): void {
  for (let t = 0; t < indices.length; t += 3) {
    const a = indices[t] * 3;
    const b = indices[t + 1] * 3;
    const c = indices[t + 2] * 3;
    const ux = positions[b] - positions[a];
    const uy = positions[b + 1] - positions[a + 1];
    const uz = positions[b + 2] - positions[a + 2];
    const vx = positions[c] - positions[a];
    const vy = positions[c + 1] - positions[a + 1];
    const vz = positions[c + 2] - positions[a + 2];
    visit([a, b, c], [uy * vz - uz * vy, uz * vx - ux * vz, ux * vy - uy * vx]);
  }
}

/**
 * Mean curvature in 1/mm, positive in sulci: mean over neighbours of (nⱼ − nᵢ)·(pᵢ − pⱼ) / |pⱼ − pᵢ|².
 */
export function curvatureOf(
  positions: Float32Array,
  normals: Float32Array,
  neighbours: Neighbours,
): Float32Array {
  const { start, list } = neighbours;
  const curvature = new Float32Array(positions.length / 3);
  for (let vertex = 0; vertex < curvature.length; vertex++) {
    let sum = 0;
    for (let edge = start[vertex]; edge < start[vertex + 1]; edge++) {
      let bend = 0;
      let squared = 0;
      for (let axis = 0; axis < 3; axis++) {
        const d = positions[list[edge] * 3 + axis] - positions[vertex * 3 + axis];
        bend += (normals[list[edge] * 3 + axis] - normals[vertex * 3 + axis]) * d;
        squared += d * d;
      }
      if (squared > 0) sum -= bend / squared;
    }
    curvature[vertex] = sum / (start[vertex + 1] - start[vertex] || 1);
  }
  return curvature;
}

/** Moves every vertex value towards the mean of its neighbours by `share`, `passes` times; `width` values a vertex. */
export function smoothed(
  values: Float32Array,
  width: number,
  neighbours: Neighbours,
  passes: number,
  share: number,
): Float32Array<ArrayBuffer> {
  const { start, list } = neighbours;
  let current = Float32Array.from(values);
  for (let pass = 0; pass < passes; pass++) {
    const next = new Float32Array(current.length);
    for (let vertex = 0; vertex < start.length - 1; vertex++) {
      const degree = start[vertex + 1] - start[vertex];
      for (let axis = 0; axis < width; axis++) {
        let sum = 0;
        for (let edge = start[vertex]; edge < start[vertex + 1]; edge++)
          sum += current[list[edge] * width + axis];
        const at = vertex * width + axis;
        next[at] = degree === 0 ? current[at] : current[at] + share * (sum / degree - current[at]);
      }
    }
    current = next;
  }
  return current;
}

/** Scales positions about their mean by one factor. */
export function scaledAboutCentre(positions: Float32Array, factor: number): Float32Array<ArrayBuffer> {
  const centre = [0, 0, 0];
  for (let at = 0; at < positions.length; at++) centre[at % 3] += positions[at] / (positions.length / 3);
  return Float32Array.from(positions, (value, at) => centre[at % 3] + (value - centre[at % 3]) * factor);
}
