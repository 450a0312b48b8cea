import { assignLines } from '../../analysis/eyetracking/lines/assign-lines.ts';
import { textLayout } from '../../analysis/eyetracking/lines/layout.ts';
import type { WordArea } from '../../analysis/eyetracking/reading-measures.ts';
import type { LineChoice } from '../../contract/reading-lines.ts';
import type { EyeEvent } from '../../formats/eyetracking/recording.ts';

/** A fixation, and the line it was assigned to. The tracker's coordinates stay as they are. */
export interface LinedFixation {
  readonly event: EyeEvent;
  /** Line of text from 0; null where it was assigned to none. */
  readonly line: number | null;
  /** Height for the reading measures: the centre of the line, or as seen; NaN where it was taken out by hand. */
  readonly y: number;
  /** Share of methods that agree; null where none was asked for. */
  readonly agreement: number | null;
  readonly byHand: boolean;
}

/** Fixations farther than this many line spacings from the text belong to no line: they are looks elsewhere. */
const MARGIN = 2;

/**
 * Assigns fixations to the lines of the words, by the chosen methods and by hand; what was given by hand wins.
 * @param fixations of one eye, in order of time
 */
export function fixationsOnLines(
  fixations: readonly EyeEvent[],
  words: readonly WordArea[],
  { methods, byHand }: LineChoice,
): { readonly fixations: readonly LinedFixation[]; readonly lines: readonly number[] } {
  const text = textLayout(words);
  const given = new Map(byHand.map(({ start, line }) => [start, line]));
  const margin = MARGIN * text.spacing;
  const edge = (side: 'left' | 'right' | 'top' | 'bottom', more: 1 | -1): number =>
    words.reduce((most, word) => (more * word[side] > more * most ? word[side] : most), -more * Infinity) +
    more * margin;
  const [left, right, top, bottom] = [edge('left', -1), edge('right', 1), edge('top', -1), edge('bottom', 1)];
  const near = fixations.flatMap(({ x, y }, at) =>
    x >= left && x <= right && y >= top && y <= bottom ? [at] : [],
  );
  const assigned = new Map<number, { line: number; agreement: number }>();
  if (methods.length > 0 && words.length > 0) {
    const found = assignLines(
      near.map((at) => fixations[at]),
      text,
      methods,
    );
    near.forEach((at, index) => {
      assigned.set(at, { line: found.lines[index], agreement: found.agreement[index] });
    });
  }
  return {
    lines: text.lines,
    fixations: fixations.map((event, at): LinedFixation => {
      const own = given.get(event.start);
      const automatic = assigned.get(at) ?? null;
      // A line that the text does not have, from another table of words, counts as not given.
      if (own === undefined || (own !== null && own >= text.lines.length)) {
        const y = automatic === null ? event.y : text.lines[automatic.line];
        return {
          event,
          line: automatic?.line ?? null,
          y,
          agreement: automatic?.agreement ?? null,
          byHand: false,
        };
      }
      const y = own === null ? Number.NaN : text.lines[own];
      return { event, line: own, y, agreement: automatic?.agreement ?? null, byHand: true };
    }),
  };
}
