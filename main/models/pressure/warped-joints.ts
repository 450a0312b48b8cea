import type { Warp } from './warp.ts';

/**
 * Where the joints of a map stand in its copy: the inverse of a warp without bends. In a mirrored copy, left and right
 * change names.
 * @param joints joint × (row, column), in cells
 * @param partners for each joint that of the other side; itself on the middle line
 */
export function warpedJoints(
  { linear: [a, b, c, d], shift, mirrored }: Warp,
  joints: ArrayLike<number>,
  rows: number,
  cols: number,
  partners: readonly number[],
): Float32Array {
  const longer = Math.max(rows, cols);
  const [middleRow, middleCol] = [(rows - 1) / 2, (cols - 1) / 2];
  const determinant = a * d - b * c;
  const out = new Float32Array(joints.length);
  for (const [joint, partner] of partners.entries()) {
    const from = mirrored ? partner : joint;
    const y = (joints[2 * from] - middleRow) / longer - shift[0];
    const x = (joints[2 * from + 1] - middleCol) / longer - shift[1];
    out[2 * joint] = ((d * y - b * x) / determinant) * longer + middleRow;
    out[2 * joint + 1] = ((a * x - c * y) / determinant) * longer + middleCol;
  }
  return out;
}
