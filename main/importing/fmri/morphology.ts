/** Grid size along i, j, k; masks are Uint8Array of 0 and 1 with i fastest. */
export type Grid = readonly [number, number, number];

/** Voxels whose six face neighbours are all set; the grid's edge counts as set. */
export function erode(mask: Uint8Array, grid: Grid): Uint8Array {
  const out = mask.slice();
  forEachFaceNeighbour(mask, grid, (voxel, neighbour) => {
    if (mask[neighbour] === 0) out[voxel] = 0;
  });
  return out;
}

/** Adds every voxel that shares a face with a set one. */
export function dilate(mask: Uint8Array, grid: Grid): Uint8Array {
  const out = mask.slice();
  forEachFaceNeighbour(mask, grid, (_, neighbour) => {
    out[neighbour] = 1;
  });
  return out;
}

/** The largest part connected through faces; all zeros where the mask is empty. */
export function largestComponent(mask: Uint8Array, grid: Grid): Uint8Array {
  const labels = new Int32Array(mask.length);
  const stack = new Int32Array(mask.length);
  let best = 0;
  let bestSize = 0;
  let label = 0;
  for (let seed = 0; seed < mask.length; seed++) {
    if (mask[seed] === 0 || labels[seed] !== 0) continue;
    label += 1;
    const size = flood(mask, grid, seed, label, labels, stack);
    if (size > bestSize) [best, bestSize] = [label, size];
  }
  const out = new Uint8Array(mask.length);
  if (best > 0) for (let voxel = 0; voxel < out.length; voxel++) if (labels[voxel] === best) out[voxel] = 1;
  return out;
}

/** Sets every unset voxel that cannot be reached from the grid's outer faces. */
export function fillHoles(mask: Uint8Array, grid: Grid): Uint8Array {
  const [ni, nj, nk] = grid;
  const open = new Uint8Array(mask.length);
  for (let voxel = 0; voxel < open.length; voxel++) open[voxel] = 1 - mask[voxel];
  const labels = new Int32Array(mask.length);
  const stack = new Int32Array(mask.length);
  for (let k = 0; k < nk; k++) {
    for (let j = 0; j < nj; j++) {
      const inner = k > 0 && k < nk - 1 && j > 0 && j < nj - 1;
      for (let i = 0; i < ni; i += inner && ni > 1 ? ni - 1 : 1) {
        const seed = i + ni * (j + nj * k);
        if (open[seed] === 1 && labels[seed] === 0) flood(open, grid, seed, 1, labels, stack);
      }
    }
  }
  for (let voxel = 0; voxel < open.length; voxel++) open[voxel] = labels[voxel] === 0 ? 1 : 0;
  return open;
}

function flood(
  mask: Uint8Array,
  [ni, nj, nk]: Grid,
  seed: number,
  label: number,
  labels: Int32Array,
  stack: Int32Array,
): number {
  let top = 0;
  let size = 0;
  const push = (voxel: number): void => {
    if (mask[voxel] === 0 || labels[voxel] !== 0) return;
    labels[voxel] = label;
    stack[top++] = voxel;
    size += 1;
  };
  push(seed);
  while (top > 0) {
    const voxel = stack[--top];
    const i = voxel % ni;
    const j = Math.floor(voxel / ni) % nj;
    const k = Math.floor(voxel / (ni * nj));
    if (i > 0) push(voxel - 1);
    if (i < ni - 1) push(voxel + 1);
    if (j > 0) push(voxel - ni);
    if (j < nj - 1) push(voxel + ni);
    if (k > 0) push(voxel - ni * nj);
    if (k < nk - 1) push(voxel + ni * nj);
  }
  return size;
}

/** Calls back for every set voxel and each of its face neighbours inside the grid. */
function forEachFaceNeighbour(
  mask: Uint8Array,
  [ni, nj, nk]: Grid,
  visit: (voxel: number, neighbour: number) => void,
): void {
  let voxel = 0;
  for (let k = 0; k < nk; k++) {
    for (let j = 0; j < nj; j++) {
      for (let i = 0; i < ni; i++, voxel++) {
        if (mask[voxel] === 0) continue;
        if (i > 0) visit(voxel, voxel - 1);
        if (i < ni - 1) visit(voxel, voxel + 1);
        if (j > 0) visit(voxel, voxel - ni);
        if (j < nj - 1) visit(voxel, voxel + ni);
        if (k > 0) visit(voxel, voxel - ni * nj);
        if (k < nk - 1) visit(voxel, voxel + ni * nj);
      }
    }
  }
}
