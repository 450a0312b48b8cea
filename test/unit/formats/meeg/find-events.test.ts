import { expect, test } from 'vitest';
import { findEvents } from '../../../../main/formats/meeg/find-events.ts';

test('every rise is an event, and the end of the file ends the last one', () => {
  expect(findEvents([0, 0, 5, 5, 7, 7, 0, 3, 3])).toEqual([
    [2, 0, 5],
    [4, 5, 7],
    [7, 0, 3],
  ]);
});

test('the first sample counts only when asked for', () => {
  expect(findEvents([4, 4, 0, 1, 0])).toEqual([[3, 0, 1]]);
  expect(findEvents([4, 4, 0, 1, 0], { initialEvent: true, firstSample: 10 })).toEqual([
    [10, 0, 4],
    [13, 0, 1],
  ]);
  // A channel that never changes has no event: nothing ends the first.
  expect(findEvents([4, 4, 4], { initialEvent: true })).toEqual([]);
});

test('falls to other values count as steps on request', () => {
  const values = [0, 5, 3, 0];
  expect(findEvents(values)).toEqual([[1, 0, 5]]);
  expect(findEvents(values, { consecutive: 'any' })).toEqual([
    [1, 0, 5],
    [2, 5, 3],
  ]);
  expect(findEvents([0, 5, 6, 0], { consecutive: 'never' })).toEqual([[1, 0, 5]]);
});

test('masks choose bits', () => {
  expect(findEvents([0, 0x105, 0x100, 0], { mask: 0xff })).toEqual([[1, 0, 5]]);
  expect(findEvents([0, 0x105, 0], { mask: 0xff, maskType: 'not_and' })).toEqual([[1, 0, 0x100]]);
});

test('negative 16-bit values of STI101 are unsigned ones', () => {
  expect(findEvents([0, -32768, 0], { unsigned16: true })).toEqual([[1, 0, 32768]]);
  expect(findEvents([0, -3, 0])).toEqual([[1, 0, 3]]);
});

test('lines that settle over one sample are one event', () => {
  expect(findEvents([0, 4, 6, 6, 0, 0], { minSamples: 2 })).toEqual([[2, 0, 6]]);
  expect(findEvents([0, 4, 6, 6, 0, 0])).toHaveLength(2);
});
