import { expect, test } from 'vitest';
import { estimateRidge } from '../../../main/analysis/ridge/estimate-cost.ts';

const speed = { float32: 5e10, float64: 2e10, elements: 5e8, disk: 3e8 };
const size = { samples: 1200, features: 4000, targets: 100_000, folds: 5, penalties: 20 };

test('a whole-brain fit is minutes and about a gigabyte, and targets never count whole', () => {
  const { seconds, peakBytes, diskBytes } = estimateRidge(size, speed);
  expect(seconds).toBeGreaterThan(20);
  expect(seconds).toBeLessThan(600);
  expect(peakBytes).toBeLessThan(2e9);
  expect(diskBytes).toBeGreaterThan(4 * size.features * size.targets);
  const twice = estimateRidge({ ...size, targets: 200_000 }, speed);
  expect(twice.peakBytes / peakBytes).toBeLessThan(1.1);
  expect(twice.seconds / seconds).toBeGreaterThan(1.7);
});

test('a smaller batch takes less memory', () => {
  const of = (batch: number): number => estimateRidge({ ...size, batch }, speed).peakBytes;
  expect(of(8000)).toBeGreaterThan(of(4000));
});
