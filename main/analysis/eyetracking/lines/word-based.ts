import { meanHeight, nearestLine, type Point, runsOf, type TextLayout } from './layout.ts';

/** Leftward steps over this many line spacings end a line of gaze (512 of 64 pixels in the paper). */
const COMPARE_X = 512 / 64;
const COMPARED_LINES = 3;

/**
 * compare: gaze is cut at long leftward saccades; each piece goes to that of the three nearest lines whose words it
 * follows best across, by dynamic time warping (Lima Sanches, Kise & Augereau 2015; Carr et al. 2021).
 */
export function compare(fixations: readonly Point[], { lines, words, spacing }: TextLayout): number[] {
  const runs = runsOf(fixations.length, (at) => fixations[at].x - fixations[at - 1].x < -COMPARE_X * spacing);
  const assigned = new Array<number>(fixations.length).fill(0);
  for (const run of runs) {
    const height = meanHeight(fixations, run);
    const near = lines
      .map((y, line) => ({ line, distance: Math.abs(y - height) }))
      .sort((a, b) => a.distance - b.distance)
      .slice(0, COMPARED_LINES);
    const across = run.map((at) => fixations[at].x);
    const costs = near.map(({ line }) => {
      const own = words.filter(({ y }) => y === lines[line]).map(({ x }) => x);
      return warpingPath(across.length, own.length, (a, b) => Math.abs(across[a] - own[b])).cost;
    });
    const { line } = near[costs.indexOf(Math.min(...costs))];
    for (const at of run) assigned[at] = line;
  }
  return assigned;
}

/**
 * warp: fixations and words in their orders are laid on each other by dynamic time warping with distance on the screen;
 * a fixation goes to the line that most of its words stand on (Carr et al. 2021).
 */
export function warp(fixations: readonly Point[], { lines, words }: TextLayout): number[] {
  const { path } = warpingPath(fixations.length, words.length, (fixation, word) =>
    Math.hypot(fixations[fixation].x - words[word].x, fixations[fixation].y - words[word].y),
  );
  const votes = fixations.map(() => new Map<number, number>());
  for (const [fixation, word] of path) {
    const line = nearestLine(lines, words[word].y);
    votes[fixation].set(line, (votes[fixation].get(line) ?? 0) + 1);
  }
  return votes.map((counts) => {
    let [best, most] = [0, 0];
    for (const [line, count] of counts) if (count > most) [best, most] = [line, count];
    return best;
  });
}

/**
 * Dynamic time warping (Sakoe & Chiba 1978): the least sum of distances over paths that run through both sequences
 * from first to last, one step in either or in both.
 */
function warpingPath(
  rows: number,
  cols: number,
  distance: (row: number, col: number) => number,
): { readonly cost: number; readonly path: readonly (readonly [number, number])[] } {
  const costs = new Float64Array(rows * cols);
  for (let row = 0; row < rows; row++)
    for (let col = 0; col < cols; col++) {
      const best = previous(costs, cols, row, col);
      costs[row * cols + col] = distance(row, col) + (best === null ? 0 : costs[best]);
    }
  const path: [number, number][] = [];
  for (let at: number | null = rows * cols - 1; at !== null && at >= 0; ) {
    const [row, col]: [number, number] = [Math.floor(at / cols), at % cols];
    path.push([row, col]);
    at = previous(costs, cols, row, col);
  }
  return { cost: costs[rows * cols - 1] ?? 0, path: path.reverse() };
}

/** The cheapest of the cells before one; the diagonal one of equals, null at the start. */
function previous(costs: Float64Array, cols: number, row: number, col: number): number | null {
  const at = row * cols + col;
  const before = [
    ...(row > 0 && col > 0 ? [at - cols - 1] : []),
    ...(row > 0 ? [at - cols] : []),
    ...(col > 0 ? [at - 1] : []),
  ];
  return before.length === 0 ? null : before.reduce((best, one) => (costs[one] < costs[best] ? one : best));
}
