import fc from 'fast-check';
import { expect, test } from 'vitest';
import { uniqueNames } from '../../../../main/formats/meeg/names.ts';
import { placeRuns } from '../../../../main/formats/meeg/place-runs.ts';
import {
  chained,
  fitRigid,
  headFrame,
  inverseRigid,
  type Point,
  transformed,
} from '../../../../main/formats/meeg/rigid.ts';
import { upsample } from '../../../../main/formats/meeg/upsample.ts';

const close = (a: readonly number[], b: readonly number[]): void =>
  a.forEach((value, index) => void expect(value).toBeCloseTo(b[index], 9));

test('landmarks define the head: origin between the ears, nasion on +y', () => {
  const frame = headFrame([1.1, 2, 3], [1, 2.08, 3], [1, 1.92, 3]);
  close(transformed(frame, [1, 2.08, 3]), [-0.08, 0, 0]);
  close(transformed(frame, [1.1, 2, 3]), [0, 0.1, 0]);
  close(transformed(frame, [1, 2, 3.05]), [0, 0, 0.05]);
});

test('a rigid motion is found again from the points it moved', () => {
  const angle = fc.double({ min: -3, max: 3, noNaN: true });
  fc.assert(
    fc.property(angle, angle, angle, (a, b, c) => {
      const turn = (axis: number, by: number): number[][] => {
        const m = [0, 1, 2, 3].map((i) => [0, 1, 2, 3].map((j) => (i === j ? 1 : 0)) as number[]);
        const [p, q] = [(axis + 1) % 3, (axis + 2) % 3];
        m[p][p] = Math.cos(by);
        m[q][q] = Math.cos(by);
        m[p][q] = -Math.sin(by);
        m[q][p] = Math.sin(by);
        return m;
      };
      const motion = chained(chained(turn(0, a), turn(1, b)), turn(2, c)).map((row, index) =>
        index < 3 ? [...row.slice(0, 3), 0.1 * (index + 1)] : [...row],
      );
      const points: Point[] = [
        [0, 0, 0],
        [0.1, 0, 0.02],
        [0, 0.08, 0],
        [0.03, 0.01, 0.09],
      ];
      const found = fitRigid(
        points,
        points.map((point) => transformed(motion, point)),
      );
      found.slice(0, 3).forEach((row, index) => void close(row, motion[index]));
      chained(motion, inverseRigid(motion)).forEach(
        (row, i) =>
          void close(
            row,
            [0, 1, 2, 3].map((j) => (i === j ? 1 : 0)),
          ),
      );
    }),
    { numRuns: 60 },
  );
});

test('runs keep their places; a run that begins too early is put behind', () => {
  const placed = placeRuns([
    { start: 0, stored: 0, count: 4 },
    { start: 10, stored: 4, count: 2 },
    { start: 11, stored: 6, count: 1 },
  ]);
  expect(placed).toMatchObject({ sampleCount: 13, gaps: [{ start: 4, count: 6 }], overlaps: 1 });
});

test('stretching keeps sines and their middle bin', () => {
  const slow = Float64Array.from({ length: 10 }, (_, at) => Math.cos((2 * Math.PI * 3 * at) / 10));
  const fast = upsample(slow, 40);
  close(
    [...fast],
    Array.from({ length: 40 }, (_, at) => Math.cos((2 * Math.PI * 3 * at) / 40)),
  );
  // The alternating signal becomes a cosine of half the old rate.
  close([...upsample(Float64Array.of(1, -1, 1, -1), 8)], [1, 0, -1, 0, 1, 0, -1, 0]);
});

test('repeated names get numbers, a letter where the number is taken', () => {
  expect(uniqueNames(['X', 'X', 'X-0', 'Y'])).toEqual(['X-a', 'X-1', 'X-0', 'Y']);
});
