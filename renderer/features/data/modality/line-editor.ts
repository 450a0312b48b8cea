import type { KeyboardEvent } from 'react';
import { useState } from 'react';
import type { EyetrackingPreview, PlannedEyetracking } from '../../../../main/contract/modality-import.ts';

type Lines = PlannedEyetracking['lines'];
type Fixation = EyetrackingPreview['fixations'][number];

/** What a key means while fixations are assigned to lines. */
export type LineKey =
  | { readonly kind: 'move'; readonly by: number }
  | { readonly kind: 'line'; readonly line: number | null }
  | { readonly kind: 'shift'; readonly by: number }
  | { readonly kind: 'undo' };

/**
 * Arrow left and right go from fixation to fixation, up and down move it a line, a digit names its line from 1, Delete
 * takes it out of reading, Z or Ctrl+Z undoes. Null for all other keys.
 */
export function lineKey({
  key,
  ctrlKey,
  metaKey,
}: Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey'>): LineKey | null {
  if (key.toLowerCase() === 'z') return { kind: 'undo' };
  if (ctrlKey || metaKey) return null;
  if (key === 'ArrowLeft') return { kind: 'move', by: -1 };
  if (key === 'ArrowRight') return { kind: 'move', by: 1 };
  if (key === 'ArrowUp') return { kind: 'shift', by: -1 };
  if (key === 'ArrowDown') return { kind: 'shift', by: 1 };
  if (key === 'Delete' || key === 'Backspace') return { kind: 'line', line: null };
  return /^[1-9]$/.test(key) ? { kind: 'line', line: Number(key) - 1 } : null;
}

/** Lines by hand with that of one fixation set; null for a line that the text does not have. */
export function withLine(
  lines: Lines,
  { start }: Fixation,
  line: number | null,
  count: number,
): Lines | null {
  if (line !== null && (line < 0 || line >= count)) return null;
  const others = lines.byHand.filter((one) => one.start !== start);
  return { ...lines, byHand: [...others, { start, line }].sort((a, b) => a.start - b.start) };
}

/** The line whose centre is nearest to a height. */
export function nearestLine(centres: readonly number[], y: number): number {
  return centres.reduce(
    (best, centre, line) => (Math.abs(centre - y) < Math.abs((centres[best] ?? 0) - y) ? line : best),
    0,
  );
}

/** Keyboard assignment of fixations to lines, with the way back. */
export function useLineEditor(
  preview: EyetrackingPreview,
  lines: Lines,
  onChange: (lines: Lines) => void,
): {
  readonly selected: number;
  readonly select: (index: number) => void;
  readonly onKeyDown: (event: KeyboardEvent) => void;
  readonly undo: (() => void) | null;
} {
  const [selected, select] = useState(0);
  const [past, setPast] = useState<readonly Lines[]>([]);
  const { fixations, lines: centres } = preview;
  const at = Math.min(selected, fixations.length - 1);
  const put = (line: number | null) => {
    const fixation = fixations[at];
    const next = fixation === undefined ? null : withLine(lines, fixation, line, centres.length);
    if (next === null) return;
    setPast((all) => [...all, lines]);
    onChange(next);
  };
  const last = past.at(-1);
  const undo =
    last === undefined
      ? null
      : () => {
          setPast((all) => all.slice(0, -1));
          onChange({ ...lines, byHand: last.byHand });
        };
  return {
    selected: at,
    select,
    undo,
    onKeyDown(event) {
      const meant = lineKey(event);
      if (meant === null) return;
      event.preventDefault();
      const fixation = fixations[at];
      if (meant.kind === 'undo') undo?.();
      else if (meant.kind === 'move') select(Math.max(0, Math.min(fixations.length - 1, at + meant.by)));
      else if (meant.kind === 'line') {
        put(meant.line);
        // After naming a line one goes on to the next fixation, as when typing.
        if (meant.line === null || meant.line < centres.length)
          select(Math.min(fixations.length - 1, at + 1));
      } else if (fixation !== undefined) {
        // From a fixation without a line the first arrow goes to the nearest, as seen.
        put(fixation.line === null ? nearestLine(centres, fixation.y) : fixation.line + meant.by);
      }
    },
  };
}
