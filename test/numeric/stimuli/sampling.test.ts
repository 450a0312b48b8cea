import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { averageSample } from '../../../main/stimuli/sampling/average.ts';
import { applyHemodynamics, doubleGamma, spmHrf } from '../../../main/stimuli/sampling/hemodynamics.ts';
import { lanczosSample } from '../../../main/stimuli/sampling/lanczos.ts';
import { sampleFeatures } from '../../../main/stimuli/sampling/sample-features.ts';
import { sampleTimes } from '../../../main/stimuli/sampling/sample-times.ts';

interface Fixture {
  interval: number;
  count: number;
  wordTimes: number[];
  features: number[][];
  lanczos: number[][];
  hrf: Record<string, number[]>;
}
const file = join(import.meta.dirname, '../../fixtures/stimuli/sampling.json');
const fixture: Fixture = JSON.parse(readFileSync(file, 'utf8'));
const matrix = (rows: number[][]) => ({
  rows: rows.length,
  cols: rows[0].length,
  data: Float32Array.from(rows.flat()),
});

describe('Lanczos down-sampling', () => {
  it('agrees with the published definition', () => {
    const times = sampleTimes(fixture.count, fixture.interval);
    const sampled = lanczosSample(
      matrix(fixture.features),
      Float64Array.from(fixture.wordTimes),
      times,
      fixture.interval,
    );
    fixture.lanczos.flat().forEach((value, at) => {
      expect(sampled.data[at]).toBeCloseTo(value, 5);
    });
  });

  it('keeps a slow sine given once per sample', () => {
    const times = sampleTimes(60, 2);
    const sine = matrix(Array.from(times, (t) => [Math.sin((2 * Math.PI * t) / 40)]));
    const sampled = lanczosSample(sine, times, times, 2);
    for (let row = 3; row < 57; row++) expect(sampled.data[row]).toBeCloseTo(sine.data[row], 6);
  });

  it('does not depend on the order in which overlapping words are listed', () => {
    const words = [
      { text: 'long', onset: 0, duration: 6 },
      { text: 'short', onset: 1, duration: 0.2 },
      { text: 'last', onset: 4, duration: 1 },
    ];
    const features = matrix([[1], [10], [100]]);
    const options = { method: 'lanczos', count: 5, interval: 2, pooling: 'mean' } as const;
    const sampled = sampleFeatures(features, words, options);
    const times = sampleTimes(5, 2);
    const direct = lanczosSample(matrix([[10], [1], [100]]), Float64Array.of(1.1, 3, 4.5), times, 2);
    expect([...sampled.data]).toEqual([...direct.data]);
  });
});

it('averaging takes the mean or sum of the words within a sample and leaves others out', () => {
  const features = matrix([[1], [3], [5], [7], [9]]);
  const times = Float64Array.of(-0.1, 0, 1.9, 4, 99);
  expect([...averageSample(features, times, 3, 2, 'mean').data]).toEqual([4, 0, 7]);
  expect([...averageSample(features, times, 3, 2, 'sum').data]).toEqual([8, 0, 7]);
});

describe('hemodynamics', () => {
  it("agrees with SPM's formula", () => {
    for (const [interval, values] of Object.entries(fixture.hrf)) {
      const hrf = spmHrf(Number(interval));
      expect(hrf.length).toBe(values.length);
      values.forEach((value, at) => {
        expect(hrf[at]).toBeCloseTo(value, 12);
      });
    }
  });

  it('peaks 5 ± 1 s after the event, falls below zero after 10 s and comes back', () => {
    const curve = Array.from({ length: 320 }, (_, index) => doubleGamma(index / 10));
    const peak = curve.indexOf(Math.max(...curve)) / 10;
    expect(Math.abs(peak - 5)).toBeLessThanOrEqual(1);
    const trough = curve.indexOf(Math.min(...curve)) / 10;
    expect(trough).toBeGreaterThan(10);
    expect(Math.abs(curve[319])).toBeLessThan(0.01 * Math.max(...curve));
  });

  it('convolves causally: an impulse gives the response, and nothing before it', () => {
    const impulse = matrix(Array.from({ length: 30 }, (_, row) => [row === 4 ? 1 : 0]));
    const { data } = applyHemodynamics(impulse, { kind: 'spm' }, 2);
    const hrf = spmHrf(2);
    for (let row = 0; row < 30; row++) expect(data[row]).toBeCloseTo(row < 4 ? 0 : (hrf[row - 4] ?? 0), 7);
  });

  it('delays within the run and pads with zeros', () => {
    const samples = matrix([
      [1, 10],
      [2, 20],
      [3, 30],
    ]);
    const { cols, data } = applyHemodynamics(samples, { kind: 'fir', delays: [1, 2] }, 2);
    expect(cols).toBe(4);
    expect([...data]).toEqual([0, 0, 0, 0, 1, 10, 0, 0, 2, 20, 1, 10]);
  });

  it('is linear', () => {
    const column = fc.array(fc.double({ min: -5, max: 5, noNaN: true }), { minLength: 12, maxLength: 12 });
    fc.assert(
      fc.property(column, column, (a, b) => {
        const apply = (values: number[]) =>
          applyHemodynamics(matrix(values.map((v) => [v])), { kind: 'spm' }, 1.5).data;
        const sum = apply(a.map((value, at) => Math.fround(value) + Math.fround(b[at])));
        const parts = [apply(a), apply(b)];
        sum.forEach((value, at) => {
          expect(value).toBeCloseTo(parts[0][at] + parts[1][at], 4);
        });
      }),
    );
  });
});
