import { linesOfRuns, meanHeight, type Point, runsOf, type TextLayout } from './layout.ts';
import { partition } from './partition.ts';

/** Thresholds in line spacings: the paper's pixels over its spacing of 64. */
const CHAIN_X = 192 / 64;
const CHAIN_Y = 32 / 64;
const MERGE_Y = 32 / 64;
const MERGE_SLOPE = 0.1;
const MERGE_ERROR = 20 / 64;

/**
 * chain: fixations that follow each other within 3 line spacings across and half a one down are a chain; a chain goes
 * to the line nearest to its mean height (Hyrskykari 2006; Carr et al. 2021).
 */
export function chain(fixations: readonly Point[], { lines, spacing }: TextLayout): number[] {
  const runs = runsOf(
    fixations.length,
    (at) =>
      Math.abs(fixations[at].x - fixations[at - 1].x) > CHAIN_X * spacing ||
      Math.abs(fixations[at].y - fixations[at - 1].y) > CHAIN_Y * spacing,
  );
  return linesOfRuns(fixations, runs, lines);
}

/**
 * segment: the longest leftward saccades, one fewer than there are lines, are taken for return sweeps, and the runs
 * between them for the lines from first to last (Abdulin & Komogortsev 2015; Carr et al. 2021). Wrong where lines were
 * skipped or read again.
 */
export function segment(fixations: readonly Point[], { lines }: TextLayout): number[] {
  const steps = fixations.slice(1).map(({ x }, at) => ({ at: at + 1, step: x - fixations[at].x }));
  const sweeps = new Set(
    steps
      .sort((a, b) => a.step - b.step || a.at - b.at)
      .slice(0, lines.length - 1)
      .map(({ at }) => at),
  );
  let line = 0;
  return fixations.map((_, at) => {
    if (sweeps.has(at)) line += 1;
    return line;
  });
}

/**
 * split: saccades fall in two clusters by their horizontal length, return sweeps being the leftward one; what lies
 * between sweeps goes to the line nearest to its mean height (Carr et al. 2021).
 */
export function split(fixations: readonly Point[], { lines }: TextLayout): number[] {
  const groups = partition(
    fixations.slice(1).map(({ x }, at) => x - fixations[at].x),
    2,
  );
  const two = groups.includes(1);
  const runs = runsOf(fixations.length, (at) => two && groups[at - 1] === 0);
  return linesOfRuns(fixations, runs, lines);
}

/** Phases of merge: least lengths of the two sequences, and whether slope and error are limited. */
const phases = [
  { first: 3, second: 3, limited: true },
  { first: 1, second: 3, limited: true },
  { first: 1, second: 1, limited: true },
  { first: 1, second: 1, limited: false },
] as const;

/**
 * merge: rightward runs of fixations are joined two by two, those first that lie best on one gently sloped line, until
 * there are as many as lines; then by their order (Špakov, Istance, Hyrskykari, Siirtola & Räihä 2019; Carr et al. 2021).
 */
export function merge(fixations: readonly Point[], { lines, spacing }: TextLayout): number[] {
  const sequences = runsOf(
    fixations.length,
    (at) =>
      fixations[at].x < fixations[at - 1].x ||
      Math.abs(fixations[at].y - fixations[at - 1].y) > MERGE_Y * spacing,
  ).map((members): Sequence => ({ members, moments: momentsOf(members.map((at) => fixations[at])) }));
  for (const phase of phases) {
    while (sequences.length > lines.length) {
      const best = bestMerger(sequences, phase, spacing);
      if (best === null) break;
      const [first, second] = best;
      sequences.push({
        members: [...sequences[first].members, ...sequences[second].members],
        moments: added(sequences[first].moments, sequences[second].moments),
      });
      sequences.splice(second, 1);
      sequences.splice(first, 1);
    }
  }
  const ordered = sequences
    .map(({ members }) => members)
    .sort((a, b) => meanHeight(fixations, a) - meanHeight(fixations, b));
  // Fewer sequences than lines: order would name the wrong lines, so each goes to the nearest.
  if (ordered.length < lines.length) return linesOfRuns(fixations, ordered, lines);
  const assigned = new Array<number>(fixations.length).fill(0);
  ordered.forEach((run, line) => {
    for (const at of run) assigned[at] = line;
  });
  return assigned;
}

/** Sums that a straight line through points needs, so that joining two sets costs no look at their points. */
interface Moments {
  readonly count: number;
  readonly x: number;
  readonly y: number;
  readonly xx: number;
  readonly xy: number;
  readonly yy: number;
}

interface Sequence {
  readonly members: readonly number[];
  readonly moments: Moments;
}

function momentsOf(points: readonly Point[]): Moments {
  return points
    .map(({ x, y }) => ({ count: 1, x, y, xx: x * x, xy: x * y, yy: y * y }))
    .reduce(added, { count: 0, x: 0, y: 0, xx: 0, xy: 0, yy: 0 });
}

function added(a: Moments, b: Moments): Moments {
  return {
    count: a.count + b.count,
    x: a.x + b.x,
    y: a.y + b.y,
    xx: a.xx + b.xx,
    xy: a.xy + b.xy,
    yy: a.yy + b.yy,
  };
}

/** Slope of the least-squares line, and the root mean square distance from it. */
function lineThrough({ count, x, y, xx, xy, yy }: Moments): { slope: number; error: number } {
  const [spreadX, products, spreadY] = [xx - (x * x) / count, xy - (x * y) / count, yy - (y * y) / count];
  const slope = spreadX > 0 ? products / spreadX : 0;
  return { slope, error: Math.sqrt(Math.max(0, spreadY - slope * products) / count) };
}

function bestMerger(
  sequences: readonly Sequence[],
  phase: (typeof phases)[number],
  spacing: number,
): [number, number] | null {
  let best: { pair: [number, number]; error: number } | null = null;
  for (let first = 0; first < sequences.length - 1; first++) {
    if (sequences[first].members.length < phase.first) continue;
    for (let second = first + 1; second < sequences.length; second++) {
      if (sequences[second].members.length < phase.second) continue;
      const { slope, error } = lineThrough(added(sequences[first].moments, sequences[second].moments));
      const allowed = !phase.limited || (Math.abs(slope) < MERGE_SLOPE && error < MERGE_ERROR * spacing);
      if (allowed && (best === null || error < best.error)) best = { pair: [first, second], error };
    }
  }
  return best?.pair ?? null;
}
