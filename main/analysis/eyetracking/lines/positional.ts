import { nearestLine, type Point, type TextLayout } from './layout.ts';
import { partition } from './partition.ts';

/** attach: each fixation to the line nearest to it (Carr et al. 2021). Returns line indices. */
export function attach(fixations: readonly Point[], { lines }: TextLayout): number[] {
  return fixations.map(({ y }) => nearestLine(lines, y));
}

/**
 * cluster: heights in as many clusters as there are lines, clusters to lines by their order (Carr et al. 2021, after
 * Schroeder 2019). k-means is solved exactly, which in one dimension dynamic programming can, so that nothing depends
 * on a random start.
 */
export function cluster(fixations: readonly Point[], { lines }: TextLayout): number[] {
  return partition(
    fixations.map(({ y }) => y),
    lines.length,
  );
}

/** Bounds of regress and stretch. Lengths are in line spacings: the paper's pixels over its spacing of 64. */
const slopes = { from: -0.1, to: 0.1, steps: 41 };
const offsets = { from: -50 / 64, to: 50 / 64, steps: 41 };
const stretches = { from: 0.9, to: 1.1, steps: 41 };
const spreads = { from: 1 / 64, to: 20 / 64 };

/**
 * regress: fixations are taken to lie on parallel sloped lines, y = line + slope · x + offset with normal spread (Cohen
 * 2013, Behavior Research Methods 45:679; Carr et al. 2021). The likelihood is maximised over slope within ±0.1 and
 * offset within ±0.78 line spacings by a grid, then by turns of assigning and least squares.
 */
export function regress(fixations: readonly Point[], layout: TextLayout): number[] {
  const { lines, spacing } = layout;
  const assignBy = (slope: number, offset: number): number[] =>
    fixations.map(({ x, y }) => nearestLine(lines, y - slope * x - offset));
  const cost = (slope: number, offset: number): number => {
    let squares = 0;
    for (const { x, y } of fixations) {
      const height = y - slope * x - offset;
      squares += (height - lines[nearestLine(lines, height)]) ** 2;
    }
    const count = fixations.length;
    const deviation = Math.sqrt(squares / count);
    const spread = Math.min(spreads.to * spacing, Math.max(spreads.from * spacing, deviation));
    return count * Math.log(spread) + squares / (2 * spread * spread);
  };
  const start = searchGrid(slopes, scaled(offsets, spacing), cost);
  let { first: slope, second: offset } = start;
  for (let turn = 0; turn < 20; turn++) {
    const assigned = assignBy(slope, offset);
    const fitted = leastSquares(
      fixations.map(({ x }) => x),
      fixations.map(({ y }, at) => y - lines[assigned[at]]),
    );
    const next = {
      slope: clamp(fitted.slope, slopes),
      offset: clamp(fitted.intercept, scaled(offsets, spacing)),
    };
    if (cost(next.slope, next.offset) >= cost(slope, offset)) break;
    ({ slope, offset } = next);
  }
  return assignBy(slope, offset);
}

/**
 * stretch: the scale (0.9 to 1.1) and offset (±0.78 line spacings) of heights that bring fixations nearest to lines,
 * then each to its nearest line (Lohmeier 2015, Popeye; Carr et al. 2021). The sum of absolute distances is minimised
 * over a grid that is refined three times.
 */
export function stretch(fixations: readonly Point[], { lines, spacing }: TextLayout): number[] {
  const moved = (scale: number, offset: number, y: number): number => y * scale + offset;
  const cost = (scale: number, offset: number): number => {
    let sum = 0;
    for (const { y } of fixations) {
      const height = moved(scale, offset, y);
      sum += Math.abs(height - lines[nearestLine(lines, height)]);
    }
    return sum;
  };
  let [first, second] = [stretches, scaled(offsets, spacing)];
  let best = searchGrid(first, second, cost);
  for (let turn = 0; turn < 3; turn++) {
    first = around(best.first, first, stretches);
    second = around(best.second, second, scaled(offsets, spacing));
    best = searchGrid(first, second, cost);
  }
  return fixations.map(({ y }) => nearestLine(lines, moved(best.first, best.second, y)));
}

interface Span {
  readonly from: number;
  readonly to: number;
  readonly steps: number;
}

function scaled({ from, to, steps }: Span, factor: number): Span {
  return { from: from * factor, to: to * factor, steps };
}

/** A narrower span around a value: two old steps to either side, within the bounds. */
function around(value: number, { from, to, steps }: Span, bounds: Span): Span {
  const reach = (2 * (to - from)) / (steps - 1);
  return { from: Math.max(bounds.from, value - reach), to: Math.min(bounds.to, value + reach), steps };
}

function clamp(value: number, { from, to }: { from: number; to: number }): number {
  return Math.min(to, Math.max(from, value));
}

/** The pair of least cost on a grid; of equals the one nearer to the middle, which changes least. */
function searchGrid(
  first: Span,
  second: Span,
  cost: (first: number, second: number) => number,
): { first: number; second: number } {
  const values = ({ from, to, steps }: Span): number[] =>
    Array.from({ length: steps }, (_, at) => from + ((to - from) * at) / (steps - 1)).sort(
      (a, b) => Math.abs(a - (from + to) / 2) - Math.abs(b - (from + to) / 2),
    );
  const [firsts, seconds] = [values(first), values(second)];
  let best = { first: firsts[0], second: seconds[0], cost: Number.POSITIVE_INFINITY };
  for (const a of firsts)
    for (const b of seconds) {
      const found = cost(a, b);
      if (found < best.cost - 1e-12) best = { first: a, second: b, cost: found };
    }
  return best;
}

/** Straight line through points; slope 0 where all x are equal. */
function leastSquares(
  x: readonly number[],
  y: readonly number[],
): { readonly slope: number; readonly intercept: number } {
  const meanX = x.reduce((sum, value) => sum + value, 0) / x.length;
  const meanY = y.reduce((sum, value) => sum + value, 0) / y.length;
  let [products, squares] = [0, 0];
  x.forEach((value, at) => {
    products += (value - meanX) * (y[at] - meanY);
    squares += (value - meanX) ** 2;
  });
  const slope = squares > 0 ? products / squares : 0;
  return { slope, intercept: meanY - slope * meanX };
}
