import type { LineMethod } from '../../../contract/reading-lines.ts';
import type { Point, TextLayout } from './layout.ts';
import { attach, cluster, regress, stretch } from './positional.ts';
import { chain, merge, segment, split } from './sequential.ts';
import { compare, warp } from './word-based.ts';

const algorithms: Readonly<Record<LineMethod, (fixations: readonly Point[], text: TextLayout) => number[]>> =
  {
    attach,
    chain,
    cluster,
    compare,
    merge,
    regress,
    segment,
    split,
    stretch,
    warp,
  };

/** Lines of fixations, and how far the methods asked for agreed. */
export interface LineAssignment {
  /** Line index of each fixation, 0 at the top. */
  readonly lines: readonly number[];
  /** Share of the methods that name this line, 0 to 1, for each fixation. */
  readonly agreement: readonly number[];
}

/**
 * Assigns fixations in the order of reading to lines of a text: the automated correction of vertical drift (Carr,
 * Pescuma, Furlan, Ktori & Crepaldi 2021, Behavior Research Methods 54:287). Several methods vote; of equal votes the
 * line named by the method that comes first counts. Lengths scale with the line spacing, so any unit will do.
 */
export function assignLines(
  fixations: readonly Point[],
  text: TextLayout,
  methods: readonly LineMethod[],
): LineAssignment {
  if (fixations.length === 0 || text.lines.length === 0) return { lines: [], agreement: [] };
  const votes = methods.map((method) =>
    text.lines.length === 1 ? fixations.map(() => 0) : algorithms[method](fixations, text),
  );
  const winners = fixations.map((_, at) => {
    const counts = new Map<number, number>();
    for (const vote of votes) counts.set(vote[at], (counts.get(vote[at]) ?? 0) + 1);
    // A map keeps the order of first naming, so ties fall to the method that comes first.
    return [...counts].reduce((best, one) => (one[1] > best[1] ? one : best));
  });
  return {
    lines: winners.map(([line]) => line),
    agreement: winners.map(([, count]) => count / methods.length),
  };
}
