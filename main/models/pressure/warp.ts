import type { Random } from '../../tensor/random/xoshiro.ts';

/**
 * A known deformation of a map. The deformed map shows at u what the map shows at S(u) = L·u + s + Σ wⱼ φ(|u − cⱼ|²),
 * φ(r²) = r² ln r² (thin-plate spline, Bookstein 1989). u = (row, column) around the centre, in units of the longer
 * side.
 */
export interface Warp {
  /** Row-major 2 × 2. */
  readonly linear: readonly [number, number, number, number];
  readonly shift: readonly [number, number];
  /** Weights of the control points, row and column each. */
  readonly bend: readonly (readonly [number, number])[];
  readonly mirrored: boolean;
}

/** Control points of every thin-plate part: a 3 × 3 grid over the unit square. */
export const CONTROL_POINTS: readonly (readonly [number, number])[] = [-0.4, 0, 0.4].flatMap((row) =>
  [-0.4, 0, 0.4].map((col) => [row, col] as const),
);

/** Guards the logarithm at a control point; the same in the graph. */
const SMALL = 1e-6;

/** How far random deformations go; 0 switches a kind off. */
export interface WarpRange {
  /** Largest shift, as a share of the longer side. */
  readonly shift: number;
  /** Largest rotation in degrees. */
  readonly rotation: number;
  /** Largest change of size, as a share. */
  readonly scale: number;
  /** Probability of mirroring left and right. */
  readonly flip: number;
  /** Deviation of the thin-plate weights. */
  readonly bend: number;
}

export const noWarp: WarpRange = { shift: 0, rotation: 0, scale: 0, flip: 0, bend: 0 };
/** Deformations that a mat sees: people lie shifted, turned by up to 15°, mirrored and softly bent. */
export const usualWarp: WarpRange = { shift: 0.06, rotation: 15, scale: 0.08, flip: 0.5, bend: 0.02 };

/** The same, stronger: between two views of one frame, points must follow limbs, not the body's frame. */
export const strongWarp: WarpRange = { shift: 0.06, rotation: 30, scale: 0.15, flip: 0.5, bend: 0.06 };

/** A random deformation within a range. */
export function drawWarp(random: Random, range: WarpRange): Warp {
  const symmetric = (reach: number) => (2 * random.uniform() - 1) * reach;
  const angle = (symmetric(range.rotation) * Math.PI) / 180;
  const size = 1 + symmetric(range.scale);
  const mirrored = random.uniform() < range.flip;
  const side = mirrored ? -1 : 1;
  const [cos, sin] = [Math.cos(angle) * size, Math.sin(angle) * size];
  const shift: [number, number] = [symmetric(range.shift), symmetric(range.shift)];
  const bend = CONTROL_POINTS.map(
    () => [random.normal() * range.bend, random.normal() * range.bend] as const,
  );
  return { linear: [cos, -sin * side, sin, cos * side], shift, bend: range.bend === 0 ? [] : bend, mirrored };
}

/** Where S takes a point (centred, in units of the longer side). */
export function warpPoint(warp: Warp, row: number, col: number): [number, number] {
  const [a, b, c, d] = warp.linear;
  let y = a * row + b * col + warp.shift[0];
  let x = c * row + d * col + warp.shift[1];
  for (const [index, [wy, wx]] of warp.bend.entries()) {
    const [cy, cx] = CONTROL_POINTS[index];
    const r2 = (row - cy) ** 2 + (col - cx) ** 2;
    const kernel = r2 * Math.log(r2 + SMALL);
    y += wy * kernel;
    x += wx * kernel;
  }
  return [y, x];
}

/**
 * The deformed map, by bilinear interpolation; 0 outside the map.
 * @param map row-major, rows × cols; @param out receives the same number of cells
 */
export function warpMap(
  map: ArrayLike<number>,
  rows: number,
  cols: number,
  warp: Warp,
  out: Float32Array,
): void {
  const longer = Math.max(rows, cols);
  const [middleRow, middleCol] = [(rows - 1) / 2, (cols - 1) / 2];
  const at = (row: number, col: number) =>
    row < 0 || col < 0 || row >= rows || col >= cols ? 0 : map[row * cols + col];
  for (let row = 0, cell = 0; row < rows; row++)
    for (let col = 0; col < cols; col++, cell++) {
      const [v, u] = warpPoint(warp, (row - middleRow) / longer, (col - middleCol) / longer);
      const y = v * longer + middleRow;
      const x = u * longer + middleCol;
      const [top, left] = [Math.floor(y), Math.floor(x)];
      const [fy, fx] = [y - top, x - left];
      out[cell] =
        (1 - fy) * ((1 - fx) * at(top, left) + fx * at(top, left + 1)) +
        fy * ((1 - fx) * at(top + 1, left) + fx * at(top + 1, left + 1));
    }
}
