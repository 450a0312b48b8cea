/** Points of one frame as value, row and column (cells), one after the other; what keypoint methods are compared on. */
export type PointList = Float32Array;

/** Rows and columns of blocks that split a map into `count` parts as square as they can be. */
function blocksOf(rows: number, cols: number, count: number): { down: number; across: number } {
  let best = { down: count, across: 1 };
  for (let across = 1; across <= count; across++) {
    if (count % across !== 0) continue;
    const down = count / across;
    const uneven = (choice: { down: number; across: number }) =>
      Math.abs(Math.log(rows / choice.down / (cols / choice.across)));
    if (uneven({ down, across }) < uneven(best)) best = { down, across };
  }
  return best;
}

/** The peak of each block of a regular grid: `count` points, always in the same order. Empty blocks give their centre. */
export function peakGrid(frame: ArrayLike<number>, rows: number, cols: number, count: number): PointList {
  const { down, across } = blocksOf(rows, cols, count);
  const points = new Float32Array(count * 3);
  for (let block = 0; block < count; block++) {
    const [i, j] = [Math.floor(block / across), block % across];
    const [top, bottom] = [Math.round((i * rows) / down), Math.round(((i + 1) * rows) / down)];
    const [left, right] = [Math.round((j * cols) / across), Math.round(((j + 1) * cols) / across)];
    let best = [0, (top + bottom - 1) / 2, (left + right - 1) / 2];
    for (let row = top; row < bottom; row++)
      for (let col = left; col < right; col++)
        if (frame[row * cols + col] > best[0]) best = [frame[row * cols + col], row, col];
    points.set(best, block * 3);
  }
  return points;
}

/** Rounds of k-means; it settles earlier in practice. */
const ROUNDS = 20;

/**
 * Weighted k-means on one frame's pressure (Lloyd 1982): cells are drawn to the nearest centre and centres to the
 * pressure-weighted mean of their cells. Centres start on the regular grid, so that their order means the same place
 * in every frame. The value is the centre's mean pressure.
 * @returns points, and beside them each centre's spread: root of its cells' mean squared distance, by pressure, in cells
 */
export function kMeansPoints(
  frame: ArrayLike<number>,
  rows: number,
  cols: number,
  count: number,
): { readonly points: PointList; readonly spread: Float32Array } {
  const { down, across } = blocksOf(rows, cols, count);
  const centres = Array.from({ length: count }, (_, block): [number, number] => [
    ((Math.floor(block / across) + 0.5) * rows) / down - 0.5,
    (((block % across) + 0.5) * cols) / across - 0.5,
  ]);
  const loaded: [number, number, number][] = [];
  for (let cell = 0; cell < rows * cols; cell++)
    if (frame[cell] > 0) loaded.push([Math.floor(cell / cols), cell % cols, frame[cell]]);
  const sums = Array.from({ length: count }, () => [0, 0, 0, 0, 0]);
  for (let round = 0; round < ROUNDS; round++) {
    for (const sum of sums) sum.fill(0);
    for (const [row, col, weight] of loaded) {
      let [nearest, least] = [0, Number.POSITIVE_INFINITY];
      for (let at = 0; at < count; at++) {
        const distance = (row - centres[at][0]) ** 2 + (col - centres[at][1]) ** 2;
        if (distance < least) [nearest, least] = [at, distance];
      }
      const sum = sums[nearest];
      sum[0] += weight;
      sum[1] += weight * row;
      sum[2] += weight * col;
      sum[3]++;
      sum[4] += weight * least;
    }
    let moved = 0;
    for (const [at, [weight, row, col]] of sums.entries()) {
      if (weight === 0) continue;
      const next: [number, number] = [row / weight, col / weight];
      moved = Math.max(moved, Math.abs(next[0] - centres[at][0]), Math.abs(next[1] - centres[at][1]));
      centres[at] = next;
    }
    if (moved < 0.01) break;
  }
  const points = centres.flatMap(([row, col], at) => {
    const [load, , , cells] = sums[at];
    return [cells === 0 ? 0 : load / cells, row, col];
  });
  const spread = sums.map(([load, , , , moment]) => (load > 0 ? Math.sqrt(moment / load) : 0));
  return { points: Float32Array.from(points), spread: Float32Array.from(spread) };
}
