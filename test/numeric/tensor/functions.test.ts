import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fft, inverseFft, realFft } from '../../../main/core/fft.ts';
import { phaseRandomise } from '../../../main/tensor/fourier/phase-randomise.ts';
import {
  blockPermutation,
  dirichlet,
  gamma,
  normals,
  permutation,
  uniforms,
} from '../../../main/tensor/random/sampling.ts';
import { createRandom } from '../../../main/tensor/random/xoshiro.ts';
import {
  chiSquaredCdf,
  fisherUpper,
  logGamma,
  normalCdf,
  normalQuantile,
  studentCdf,
  studentTwoSided,
} from '../../../main/tensor/special/distributions.ts';

const fixture = JSON.parse(
  readFileSync(join(import.meta.dirname, '../../fixtures/numerics/tensor.json'), 'utf8'),
);
const relative = (found: number, wanted: number): number =>
  Math.abs(found - wanted) / Math.max(1e-300, Math.abs(wanted));

describe('distributions against SciPy', () => {
  it('normal', () => {
    fixture.x.forEach((x: number, at: number) => {
      expect(relative(normalCdf(x), fixture.normal[at])).toBeLessThan(1e-12);
    });
    for (const [p, z] of fixture.quantiles) expect(Math.abs(normalQuantile(p) - z)).toBeLessThan(1e-9);
  });
  it("Student's t", () => {
    for (const [t, degrees, cdf, two] of fixture.student) {
      expect(relative(studentCdf(t, degrees), cdf)).toBeLessThan(1e-10);
      expect(relative(studentTwoSided(t, degrees), two)).toBeLessThan(1e-10);
    }
  });
  it('F, chi-squared, ln Γ', () => {
    for (const [f, above, below, p] of fixture.fisher)
      expect(relative(fisherUpper(f, above, below), p)).toBeLessThan(1e-11);
    for (const [x, degrees, p] of fixture.chi)
      expect(relative(chiSquaredCdf(x, degrees), p)).toBeLessThan(1e-11);
    for (const [x, value] of fixture.gamma)
      expect(Math.abs(logGamma(x) - value)).toBeLessThan(1e-11 * (1 + Math.abs(value)));
  });
});

describe('fft', () => {
  it.each(Object.keys(fixture.signals))("is NumPy's for length %s", (length) => {
    const { re, im } = realFft(fixture.signals[length]);
    fixture.spectra[length][0].forEach((value: number, k: number) => {
      expect(Math.abs(re[k] - value)).toBeLessThan(1e-12);
      expect(Math.abs(im[k] - fixture.spectra[length][1][k])).toBeLessThan(1e-12);
    });
  });
  it('comes back', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 300 }), (length) => {
        const re = normals(createRandom(length), length);
        const back = inverseFft(fft({ re, im: new Float64Array(length) })).re;
        for (let at = 0; at < length; at++) expect(Math.abs(back[at] - re[at])).toBeLessThan(1e-12);
      }),
      { numRuns: 40 },
    );
  });
  it.each([64, 75])('phase randomisation keeps power and mean, length %i', (length) => {
    const signal = normals(createRandom(1), length).map((value) => value + 3);
    const surrogate = phaseRandomise(createRandom(2), signal);
    const [before, after] = [realFft(signal), realFft(surrogate)];
    for (let k = 0; k < length; k++) {
      expect(Math.hypot(after.re[k], after.im[k])).toBeCloseTo(Math.hypot(before.re[k], before.im[k]), 9);
    }
    expect(Math.abs(surrogate[5] - signal[5])).toBeGreaterThan(1e-3);
  });
});

describe('seeded random numbers', () => {
  it('are pinned: a change of these numbers changes every result', () => {
    const random = createRandom(42);
    expect([random.nextUint32(), random.nextUint32(), random.nextUint32()]).toMatchInlineSnapshot(`
      [
        2155558669,
        465006396,
        2933091145,
      ]
    `);
    expect([...permutation(createRandom(7), 8)]).toMatchInlineSnapshot(`
      [
        3,
        0,
        2,
        6,
        1,
        4,
        5,
        7,
      ]
    `);
  });
  it('streams of one seed differ', () => {
    expect(createRandom(1, 0).nextUint32()).not.toBe(createRandom(1, 1).nextUint32());
  });
  it('have the right moments', () => {
    const moments = (values: Float64Array): [number, number] => {
      const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
      return [mean, values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length];
    };
    const [uniformMean, uniformVariance] = moments(uniforms(createRandom(3), 40_000));
    expect(uniformMean).toBeCloseTo(0.5, 2);
    expect(uniformVariance).toBeCloseTo(1 / 12, 2);
    const [normalMean, normalVariance] = moments(normals(createRandom(3), 40_000));
    expect(normalMean).toBeCloseTo(0, 1.5);
    expect(normalVariance).toBeCloseTo(1, 1.5);
    const random = createRandom(4);
    const [gammaMean, gammaVariance] = moments(
      Float64Array.from({ length: 40_000 }, () => gamma(random, 0.6)),
    );
    expect(gammaMean).toBeCloseTo(0.6, 1.5);
    expect(gammaVariance).toBeCloseTo(0.6, 1);
  });
  it('permutations are permutations, blocks stay whole, Dirichlet weights sum to 1', () => {
    fc.assert(
      fc.property(
        fc.nat(1000),
        fc.integer({ min: 1, max: 60 }),
        fc.integer({ min: 1, max: 12 }),
        (seed, count, block) => {
          const all = [...Array(count).keys()];
          expect([...permutation(createRandom(seed), count)].toSorted((a, b) => a - b)).toEqual(all);
          const blocks = [...blockPermutation(createRandom(seed), count, block)];
          expect(blocks.toSorted((a, b) => a - b)).toEqual(all);
          for (let at = 1; at < count; at++)
            if (at % block !== 0 && blocks[at] !== at) expect(blocks[at]).toBe(blocks[at - 1] + 1);
          const weights = dirichlet(createRandom(seed), [0.1, 1, 5]);
          expect(weights.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1, 12);
        },
      ),
      { numRuns: 60 },
    );
  });
});
