import { expect, test } from 'vitest';
import { lineKey, nearestLine, withLine } from '../../../../renderer/features/data/modality/line-editor.ts';

const plain = { ctrlKey: false, metaKey: false };
const fixation = { start: 120, end: 300, x: 1, y: 1, line: null, agreement: null, byHand: false };

test('keys of the line editor', () => {
  expect(lineKey({ ...plain, key: 'ArrowRight' })).toEqual({ kind: 'move', by: 1 });
  expect(lineKey({ ...plain, key: 'ArrowUp' })).toEqual({ kind: 'shift', by: -1 });
  expect(lineKey({ ...plain, key: '3' })).toEqual({ kind: 'line', line: 2 });
  expect(lineKey({ ...plain, key: 'Delete' })).toEqual({ kind: 'line', line: null });
  expect(lineKey({ ...plain, key: 'z', ctrlKey: true })).toEqual({ kind: 'undo' });
  expect(lineKey({ ...plain, key: '1', ctrlKey: true })).toBeNull();
  expect(lineKey({ ...plain, key: 'Tab' })).toBeNull();
});

test('a line by hand replaces the one before it; lines that are not there are refused', () => {
  const lines = { methods: ['warp' as const], byHand: [{ start: 500, line: 1 }] };
  const once = withLine(lines, fixation, 2, 3);
  expect(once).toEqual({
    methods: ['warp'],
    byHand: [
      { start: 120, line: 2 },
      { start: 500, line: 1 },
    ],
  });
  expect(withLine(once ?? lines, fixation, null, 3)?.byHand[0]).toEqual({ start: 120, line: null });
  expect(withLine(lines, fixation, 3, 3)).toBeNull();
  expect(withLine(lines, fixation, -1, 3)).toBeNull();
  expect(nearestLine([10, 20, 30], 26)).toBe(2);
});
