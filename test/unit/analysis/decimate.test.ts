import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decimate, stepPosition } from '../../../main/analysis/series/decimate.ts';
import { seedBand } from '../../../main/analysis/series/seed-band.ts';

const scale = fc.constantFrom('linear' as const, 'log' as const);
const course = fc
  .array(fc.tuple(fc.integer({ min: 1, max: 50 }), fc.float({ noNaN: true, noDefaultInfinity: true })), {
    minLength: 1,
    maxLength: 400,
  })
  .map((pairs) => {
    let step = 0;
    const steps = pairs.map(([gap]) => {
      step += gap;
      return step;
    });
    return { steps, values: pairs.map(([, value]) => value) };
  });
const buckets = fc.integer({ min: 1, max: 40 });

describe('M4 down-sampling', () => {
  test('ends, extremes and order stay, and no more than four points a bucket', () => {
    fc.assert(
      fc.property(course, buckets, scale, ({ steps, values }, count, kind) => {
        const kept = [...decimate(steps, values, count, kind)];
        expect(kept).toEqual([...new Set(kept)].sort((a, b) => a - b));
        expect(kept.length).toBeLessThanOrEqual(4 * count);
        expect([kept[0], kept.at(-1)]).toEqual([0, steps.length - 1]);
        const shown = kept.map((at) => values[at]);
        expect([Math.min(...shown), Math.max(...shown)]).toEqual([Math.min(...values), Math.max(...values)]);
        if (steps.length <= 4 * count) expect(kept).toHaveLength(steps.length);
      }),
    );
  });

  test('every pixel column keeps its own lowest and highest value', () => {
    fc.assert(
      fc.property(course, buckets, scale, ({ steps, values }, count, kind) => {
        const kept = new Set(decimate(steps, values, count, kind));
        const start = stepPosition(steps[0], kind);
        const width = stepPosition(steps.at(-1) ?? 0, kind) - start;
        const column = (at: number) =>
          Math.min(count - 1, Math.floor(((stepPosition(steps[at], kind) - start) / width) * count));
        const all = new Map<number, number[]>();
        const shown = new Map<number, number[]>();
        for (let at = 0; at < steps.length; at++) {
          const bucket = column(at);
          all.set(bucket, [...(all.get(bucket) ?? []), values[at]]);
          if (kept.has(at)) shown.set(bucket, [...(shown.get(bucket) ?? []), values[at]]);
        }
        for (const [bucket, inside] of all) {
          const left = shown.get(bucket) ?? [];
          expect([Math.min(...left), Math.max(...left)]).toEqual([Math.min(...inside), Math.max(...inside)]);
        }
      }),
    );
  });

  test('one point that is not finite does not hide the extremes around it', () => {
    const steps = Array.from({ length: 100 }, (_, at) => at);
    const values = steps.map((at) => (at % 10 === 0 ? Number.NaN : Math.sin(at)));
    const kept = [...decimate(steps, values, 5)].map((at) => values[at]).filter(Number.isFinite);
    const finite = values.filter(Number.isFinite);
    expect([Math.min(...kept), Math.max(...kept)]).toEqual([Math.min(...finite), Math.max(...finite)]);
  });
});

describe('band over seeds', () => {
  test('mean and range at each step, over the seeds that have it', () => {
    const band = seedBand([
      { steps: [0, 10, 20], values: [4, 2, 1] },
      { steps: [0, 10], values: [6, Number.NaN] },
      { steps: [0, 5, 10], values: [5, 9, 4] },
    ]);
    expect([...band.steps]).toEqual([0, 5, 10, 20]);
    expect([...band.mean]).toEqual([5, 9, 3, 1]);
    expect([...band.low]).toEqual([4, 9, 2, 1]);
    expect([...band.high]).toEqual([6, 9, 4, 1]);
    expect([...band.seeds]).toEqual([3, 1, 2, 1]);
  });

  test('seeds with the same steps give what any steps give', () => {
    const steps = [0, 1, 4, 9];
    const runs = [
      [3, Number.NaN, 1, 7],
      [5, Number.NaN, Number.POSITIVE_INFINITY, -1],
    ].map((values) => ({ steps, values }));
    const aligned = seedBand(runs);
    expect(aligned).toEqual(seedBand([...runs, { steps: [], values: [] }]));
    expect([...aligned.steps]).toEqual([0, 4, 9]);
  });

  test('the range holds the mean, whatever the seeds', () => {
    fc.assert(
      fc.property(fc.array(course, { minLength: 1, maxLength: 5 }), (runs) => {
        const { mean, low, high } = seedBand(runs);
        mean.forEach((value, at) => {
          const slack = 1e-9 * Math.max(1, Math.abs(low[at]), Math.abs(high[at]));
          expect(value).toBeGreaterThanOrEqual(low[at] - slack);
          expect(value).toBeLessThanOrEqual(high[at] + slack);
        });
      }),
    );
  });
});
