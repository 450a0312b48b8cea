/** Arithmetic on triangle meshes; positions are vertex × 3, indices triangle × 3. */

/** Area-weighted unit vertex normals, outward for counter-clockwise triangles. */
export function vertexNormals(positions: Float32Array, indices: Uint32Array): Float32Array {
  const normals = new Float32Array(positions.length);
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
    const nx = uy * vz - uz * vy;
    const ny = uz * vx - ux * vz;
    const nz = ux * vy - uy * vx;
    for (const v of [a, b, c]) {
      normals[v] += nx;
      normals[v + 1] += ny;
      normals[v + 2] += nz;
    }
  }
  for (let v = 0; v < normals.length; v += 3) {
    const length = Math.hypot(normals[v], normals[v + 1], normals[v + 2]) || 1;
    normals[v] /= length;
    normals[v + 1] /= length;
    normals[v + 2] /= length;
  }
  return normals;
}

/**
 * Mean curvature per vertex in 1/mm, positive in sulci (FreeSurfer's sign), from the change of the normal along
 * edges: the mean over neighbours of −(nⱼ − nᵢ)·(pⱼ − pᵢ) / |pⱼ − pᵢ|². Smoothed by `passes` umbrella averages, for
 * it serves as shading.
 */
export function meanCurvature(
  positions: Float32Array,
  normals: Float32Array,
  indices: Uint32Array,
  passes = 8,
): Float32Array {
  const count = positions.length / 3;
  const sum = new Float32Array(count);
  const degree = new Float32Array(count);
  forEachEdge(indices, (i, j) => {
    const a = i * 3;
    const b = j * 3;
    const dx = positions[b] - positions[a];
    const dy = positions[b + 1] - positions[a + 1];
    const dz = positions[b + 2] - positions[a + 2];
    const squared = dx * dx + dy * dy + dz * dz;
    if (squared === 0) return;
    const bend =
      (normals[b] - normals[a]) * dx +
      (normals[b + 1] - normals[a + 1]) * dy +
      (normals[b + 2] - normals[a + 2]) * dz;
    sum[i] -= bend / squared;
    sum[j] -= bend / squared;
    degree[i]++;
    degree[j]++;
  });
  let current = sum.map((value, vertex) => value / (degree[vertex] || 1));
  for (let pass = 0; pass < passes; pass++) current = smooth(current, indices);
  return current;
}

function smooth(values: Float32Array, indices: Uint32Array): Float32Array<ArrayBuffer> {
  const sum = Float32Array.from(values);
  const degree = new Float32Array(values.length).fill(1);
  forEachEdge(indices, (i, j) => {
    sum[i] += values[j];
    sum[j] += values[i];
    degree[i]++;
    degree[j]++;
  });
  return sum.map((value, vertex) => value / degree[vertex]);
}

/** Calls back for the three edges of every triangle (an inner edge comes twice, once from each side). */
function forEachEdge(indices: Uint32Array, edge: (i: number, j: number) => void): void {
  for (let t = 0; t < indices.length; t += 3) {
    edge(indices[t], indices[t + 1]);
    edge(indices[t + 1], indices[t + 2]);
    edge(indices[t + 2], indices[t]);
  }
}

/**
 * Which side of the midline a vertex is on, for clipping: ±100 by label where hemispheres are given, else its x in
 * mm, so that a joined mesh is cut exactly at x = 0 inside triangles that cross it.
 */
export function sideOfMidline(positions: Float32Array, hemisphere: Uint8Array | undefined): Float32Array {
  const side = new Float32Array(positions.length / 3);
  for (let vertex = 0; vertex < side.length; vertex++) {
    side[vertex] = hemisphere ? (hemisphere[vertex] === 0 ? -100 : 100) : positions[vertex * 3];
  }
  return side;
}

/**
 * Inflated hemispheres as stored overlap at the midline (each is centred on its own origin); moves them apart so that
 * a gap of `gapMm` stays between them. Left unchanged where hemispheres are not told apart.
 */
export function separateHemispheres(
  positions: Float32Array,
  hemisphere: Uint8Array | undefined,
  gapMm = 4,
): Float32Array {
  if (!hemisphere) return positions;
  let leftmost = Infinity;
  let rightmost = -Infinity;
  for (let vertex = 0; vertex < hemisphere.length; vertex++) {
    const x = positions[vertex * 3];
    if (hemisphere[vertex] === 0) rightmost = Math.max(rightmost, x);
    else leftmost = Math.min(leftmost, x);
  }
  const moved = Float32Array.from(positions);
  for (let vertex = 0; vertex < hemisphere.length; vertex++) {
    moved[vertex * 3] += hemisphere[vertex] === 0 ? -gapMm / 2 - rightmost : gapMm / 2 - leftmost;
  }
  return moved;
}
