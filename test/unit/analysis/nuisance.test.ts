import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { driftColumns, orthonormalBasis, removeNuisance } from '../../../main/analysis/nuisance.ts';

const dot = (a: Float64Array, b: Float64Array) => a.reduce((sum, value, t) => sum + value * b[t], 0);

describe('drift and confounds', () => {
  test('the cosine set has floor(2 n Δ / cutoff) + 1 columns, as SPM counts them', () => {
    expect(driftColumns(240, 2, 128)).toHaveLength(8);
    expect(driftColumns(240, 2, null)).toHaveLength(1);
  });

  test('columns of the cosine set are orthogonal', () => {
    const columns = driftColumns(60, 2, 50);
    columns.forEach((a, i) => {
      columns.slice(0, i).forEach((b) => {
        expect(Math.abs(dot(a, b))).toBeLessThan(1e-9);
      });
    });
  });

  test('duplicates and constants leave the basis', () => {
    const ramp = Float64Array.from({ length: 20 }, (_, t) => t);
    const constant = new Float64Array(20).fill(3);
    expect(orthonormalBasis([constant, ramp, ramp, constant, new Float64Array(20)])).toHaveLength(2);
  });

  test('what is left is orthogonal to every column, and removing again changes nothing', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 10_000 }), (seed) => {
        const wave = (k: number) => Float64Array.from({ length: 40 }, (_, t) => Math.sin(seed + k * t * t));
        const confounds = [wave(1), wave(2)];
        const basis = orthonormalBasis([...driftColumns(40, 2, 40), ...confounds]);
        const run = { rows: 40, cols: 1, data: Float32Array.from(wave(3)) };
        removeNuisance(run, basis);
        const once = Float64Array.from(run.data);
        for (const column of confounds) expect(Math.abs(dot(column, once))).toBeLessThan(1e-4);
        removeNuisance(run, basis);
        run.data.forEach((value, t) => {
          expect(value).toBeCloseTo(once[t], 5);
        });
      }),
      { numRuns: 20 },
    );
  });
});
