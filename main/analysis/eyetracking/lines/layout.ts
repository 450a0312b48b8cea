import type { WordArea } from '../reading-measures.ts';

/** A place on the screen, in the unit of gaze. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/** A text as its lines: what fixations are assigned to. */
export interface TextLayout {
  /** Vertical centre of each line, top to bottom (in the order that y grows). */
  readonly lines: readonly number[];
  /** Centres of words in reading order, y being that of their line. */
  readonly words: readonly Point[];
  /** Median distance of neighbouring lines; the height of the line where there is only one. */
  readonly spacing: number;
}

/** Lines of a text by its words' areas. Words of one line number are one line; lines are ordered by their centres. */
export function textLayout(words: readonly WordArea[]): TextLayout {
  const byLine = new Map<number, WordArea[]>();
  for (const word of words) byLine.set(word.line, [...(byLine.get(word.line) ?? []), word]);
  const centred = [...byLine.values()]
    .map((members) => ({
      members,
      y: members.reduce((sum, { top, bottom }) => sum + (top + bottom) / 2, 0) / members.length,
    }))
    .sort((a, b) => a.y - b.y);
  const lines = centred.map(({ y }) => y);
  const gaps = lines.slice(1).map((y, at) => y - lines[at]);
  const heights = words.map(({ top, bottom }) => bottom - top);
  const sorted = (gaps.length > 0 ? gaps : heights).sort((a, b) => a - b);
  return {
    lines,
    words: centred.flatMap(({ members, y }) =>
      members.map(({ left, right }) => ({ x: (left + right) / 2, y })),
    ),
    spacing: sorted[sorted.length >> 1] ?? 1,
  };
}

/** Index of the line whose centre is nearest to y; the upper one of two equally near. */
export function nearestLine(lines: readonly number[], y: number): number {
  let best = 0;
  for (let line = 1; line < lines.length; line++)
    if (Math.abs(lines[line] - y) < Math.abs(lines[best] - y)) best = line;
  return best;
}

/** Every member of a run of fixations takes the line nearest to their mean height. */
export function linesOfRuns(
  fixations: readonly Point[],
  runs: readonly (readonly number[])[],
  lines: readonly number[],
): number[] {
  const assigned = new Array<number>(fixations.length).fill(0);
  for (const run of runs) {
    const line = nearestLine(lines, meanHeight(fixations, run));
    for (const at of run) assigned[at] = line;
  }
  return assigned;
}

/** Mean y of some fixations. */
export function meanHeight(fixations: readonly Point[], run: readonly number[]): number {
  return run.reduce((sum, at) => sum + fixations[at].y, 0) / run.length;
}

/** Neighbouring fixations in runs, a new one beginning wherever `breaks` says so of the step from `at` − 1 to `at`. */
export function runsOf(count: number, breaks: (at: number) => boolean): number[][] {
  const runs: number[][] = [];
  for (let at = 0; at < count; at++) {
    if (at === 0 || breaks(at)) runs.push([]);
    runs[runs.length - 1].push(at);
  }
  return runs;
}
