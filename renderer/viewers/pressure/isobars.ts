/** A piece of a line of equal pressure, from one edge of a cell square to another: row and column of both ends. */
export type IsobarSegment = readonly [number, number, number, number];

/**
 * Lines of equal value through a grid of cell centres, by marching squares (Lorensen & Cline 1987, in two
 * dimensions); saddles are split by the mean of their corners.
 */
export function isobars(
  values: ArrayLike<number>,
  rows: number,
  cols: number,
  level: number,
): IsobarSegment[] {
  const found: IsobarSegment[] = [];
  const at = (row: number, col: number) => values[row * cols + col];
  for (let row = 0; row < rows - 1; row++)
    for (let col = 0; col < cols - 1; col++) {
      const corners = [at(row, col), at(row, col + 1), at(row + 1, col + 1), at(row + 1, col)];
      const above = corners.map((value) => value > level);
      if (above.every(Boolean) || !above.some(Boolean)) continue;
      const cross = (from: number, to: number) => (level - corners[from]) / (corners[to] - corners[from]);
      const ends: (readonly [number, number])[] = [];
      if (above[0] !== above[1]) ends.push([row, col + cross(0, 1)]);
      if (above[1] !== above[2]) ends.push([row + cross(1, 2), col + 1]);
      if (above[2] !== above[3]) ends.push([row + 1, col + 1 - cross(2, 3)]);
      if (above[3] !== above[0]) ends.push([row + 1 - cross(3, 0), col]);
      const join = (a: number, b: number) => found.push([...ends[a], ...ends[b]]);
      if (ends.length === 2) join(0, 1);
      else if (corners.reduce((sum, value) => sum + value, 0) / 4 > level === above[0]) {
        join(0, 1);
        join(2, 3);
      } else {
        join(0, 3);
        join(1, 2);
      }
    }
  return found;
}
