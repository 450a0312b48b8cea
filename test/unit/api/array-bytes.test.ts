import { expect, test } from 'vitest';
import { parseRegion } from '../../../main/api/http/array-bytes.ts';

const info = { name: 'scores', shape: [7, 100] };

test.each([
  [
    null,
    [
      [0, 7],
      [0, 100],
    ],
  ],
  [
    ':,:',
    [
      [0, 7],
      [0, 100],
    ],
  ],
  [
    '3,:',
    [
      [3, 4],
      [0, 100],
    ],
  ],
  [
    '0:7, 10:20',
    [
      [0, 7],
      [10, 20],
    ],
  ],
])('region %s', (region, expected) => {
  expect(parseRegion(region, info).map(({ start, stop }) => [start, stop])).toEqual(expected);
});

test.each(['', '0', '0:8,:', '5:5,:', '-1,:', '0:1:2,:', 'a,:', ':,:,:'])(
  'region %o is refused',
  (region) => {
    expect(() => parseRegion(region, info)).toThrow(/does not fit scores, whose shape is 7 × 100/);
  },
);
