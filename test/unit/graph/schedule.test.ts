import { expect, it } from 'vitest';
import { learningRate } from '../../../main/graph/optimizers/schedule.ts';

it('warms up, then decays to its floor', () => {
  const shape = { peak: 1, warmupSteps: 10, totalSteps: 110, floor: 0.1 } as const;
  const rate = (kind: 'constant' | 'linear' | 'cosine', step: number) =>
    learningRate({ kind, ...shape }, step);
  expect(rate('cosine', 5)).toBe(0.5);
  expect(rate('cosine', 10)).toBe(1);
  expect(rate('cosine', 60)).toBeCloseTo(0.55, 12);
  expect(rate('linear', 60)).toBeCloseTo(0.55, 12);
  expect(rate('linear', 35)).toBeCloseTo(0.775, 12);
  expect(rate('constant', 99)).toBe(1);
  for (const kind of ['linear', 'cosine'] as const) expect(rate(kind, 500)).toBeCloseTo(0.1, 12);
});
