import { describe, expect, it } from 'vitest';
import {
  labelPermutationTest,
  pairedT,
  signFlipTest,
} from '../../../main/analysis/significance/group-tests.ts';
import { checkPermutations, permutationP } from '../../../main/analysis/significance/permutation-count.ts';
import { phaseNullTest } from '../../../main/analysis/significance/phase-null.ts';
import { matrixOf } from '../../../main/tensor/matrix.ts';
import { normals } from '../../../main/tensor/random/sampling.ts';
import { createRandom } from '../../../main/tensor/random/xoshiro.ts';

const drawn = (rows: number, cols: number, seed: number) =>
  matrixOf(rows, cols, normals(createRandom(seed), rows * cols));

describe('sign flip', () => {
  it('knows the exact p of four equal signs: 2 of 16 relabellings are as extreme', () => {
    const { p, pMax } = signFlipTest(matrixOf(4, 1, Float64Array.of(1, 2, 3, 4)), {
      seed: 1,
      permutations: 20_000,
    });
    expect(p[0]).toBeCloseTo(2 / 16, 2);
    expect(pMax[0]).toBe(p[0]);
  });
  it('finds a planted column, corrects for all others, is the same for a seed', () => {
    const values = drawn(14, 50, 2);
    for (let row = 0; row < 14; row++) values.data[row * 50] += 2.5;
    const run = () => signFlipTest(values, { seed: 3, permutations: 500 });
    const { p, pMax } = run();
    expect(p[0]).toBeCloseTo(1 / 501, 6);
    expect(pMax[0]).toBeLessThan(0.05);
    for (let col = 0; col < 50; col++) expect(pMax[col]).toBeGreaterThanOrEqual(p[col]);
    expect(run()).toEqual(run());
  });
});

describe('label permutation and paired t', () => {
  it('find a difference between groups and none where there is none', () => {
    const [first, second] = [drawn(15, 2, 4), drawn(12, 2, 5)];
    for (let row = 0; row < 15; row++) first.data[row * 2] += 3;
    const { p } = labelPermutationTest(first, second, { seed: 1, permutations: 400 });
    expect(p[0]).toBeCloseTo(1 / 401, 6);
    expect(p[1]).toBeGreaterThan(0.05);
  });
  it("paired t is SciPy's ttest_rel for differences 1 2 3 0 4", () => {
    const { t, p } = pairedT(
      matrixOf(5, 1, Float64Array.of(2, 4, 6, 4, 9)),
      matrixOf(5, 1, Float64Array.of(1, 2, 3, 4, 5)),
    );
    expect(t[0]).toBeCloseTo(2.8284271, 6);
    expect(p[0]).toBeCloseTo(0.0474207, 5);
  });
});

describe('phase null', () => {
  it('keeps a planted correlation and forgives autocorrelation', () => {
    const predicted = drawn(128, 40, 6);
    for (let at = 40; at < predicted.data.length; at++) predicted.data[at] += 0.8 * predicted.data[at - 40];
    const measured = drawn(128, 40, 7);
    for (let at = 40; at < measured.data.length; at++) measured.data[at] += 0.8 * measured.data[at - 40];
    for (let row = 0; row < 128; row++) measured.data[row * 40] += 2 * predicted.data[row * 40];
    const { p } = phaseNullTest(predicted, measured, { seed: 1, permutations: 99 });
    expect(p[0]).toBe(0.01);
    expect(p.slice(1).filter((value) => value <= 0.05).length).toBeLessThan(7);
  });
});

describe('permutation counts', () => {
  it('are refused where they cannot reach the level', () => {
    expect(() => checkPermutations(99, 0.001)).toThrow('use at least 999');
    expect(() => checkPermutations(999, 0.001)).not.toThrow();
    expect(permutationP(5, [1, 2, 3])).toBe(0.25);
  });
});
