import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  ceilingFromRepeats,
  normaliseByCeiling,
  spearmanBrown,
  splitHalfReliability,
} from '../../../main/analysis/ceilings.ts';
import { chooseCandidates } from '../../../main/analysis/choose-candidates.ts';
import { autocorrelationFeatures } from '../../../main/analysis/controls/autocorrelation-features.ts';
import { layerProfile } from '../../../main/analysis/layer-profile.ts';
import { pearsonColumns, r2Columns, signedSquare } from '../../../main/analysis/metrics.ts';
import { blockPermutationTest } from '../../../main/analysis/significance/block-permutation.ts';
import { bootstrapInterval, mean, quantile } from '../../../main/analysis/significance/bootstrap.ts';
import { adjustForDiscovery } from '../../../main/analysis/significance/false-discovery.ts';
import { type Matrix, matrixOf } from '../../../main/tensor/matrix.ts';
import { normals } from '../../../main/tensor/random/sampling.ts';
import { createRandom } from '../../../main/tensor/random/xoshiro.ts';

const fixture = JSON.parse(
  readFileSync(join(import.meta.dirname, '../../fixtures/numerics/statistics.json'), 'utf8'),
);
const matrix = (rows: number[][]): Matrix =>
  matrixOf(rows.length, rows[0].length, Float32Array.from(rows.flat()));
const drawn = (rows: number, cols: number, seed: number): Matrix =>
  matrixOf(rows, cols, Float32Array.from(normals(createRandom(seed), rows * cols)));

describe('against SciPy, statsmodels and the voxelwise tutorials', () => {
  it('Benjamini-Hochberg and -Yekutieli', () => {
    const p = Float64Array.from(fixture.p);
    adjustForDiscovery(p).forEach((q, at) => {
      expect(q).toBeCloseTo(fixture.bh[at], 12);
    });
    adjustForDiscovery(p, 'benjamini-yekutieli').forEach((q, at) => {
      expect(q).toBeCloseTo(fixture.by[at], 12);
    });
  });

  it('leaves excluded voxels out of the count', () => {
    expect([...adjustForDiscovery(Float64Array.of(0.01, Number.NaN, 0.04))]).toEqual([
      0.02,
      Number.NaN,
      0.04,
    ]);
  });

  it('Pearson r and quantiles', () => {
    pearsonColumns(matrix(fixture.a), matrix(fixture.b)).forEach((r, at) => {
      expect(r).toBeCloseTo(fixture.pearson[at], 6);
    });
    const ascending = Float64Array.from(fixture.p).sort();
    [0, 0.025, 0.31, 0.975, 1].forEach((share, at) => {
      expect(quantile(ascending, share)).toBeCloseTo(fixture.quantiles[at], 12);
    });
  });

  it('explainable variance', () => {
    const ceiling = ceilingFromRepeats(fixture.repeats.map(matrix));
    ceiling.explainableVariance.forEach((ev, at) => {
      expect(ev).toBeCloseTo(fixture.explainable[at], 5);
    });
  });
});

describe('metrics', () => {
  it('know closed forms', () => {
    const y = matrix([[1], [2], [3]]);
    expect(r2Columns(y, matrix([[2], [2], [2]]))[0]).toBe(0);
    expect(r2Columns(y, y)[0]).toBe(1);
    expect(pearsonColumns(y, matrix([[5], [5], [5]]))[0]).toBe(0);
    expect([...signedSquare(Float32Array.of(-0.5, 0.5))]).toEqual([-0.25, 0.25]);
  });
});

describe('ceilings', () => {
  it('find the planted share of signal', () => {
    const [samples, voxels, share] = [400, 60, 0.36];
    const signal = drawn(samples, voxels, 1);
    const repeats = [2, 3, 4].map((seed) => {
      const noise = drawn(samples, voxels, seed).data;
      return matrixOf(
        samples,
        voxels,
        signal.data.map((value, at) => Math.sqrt(share) * value + Math.sqrt(1 - share) * noise[at]),
      );
    });
    const ceiling = ceilingFromRepeats(repeats);
    expect(mean(ceiling.explainableVariance)).toBeCloseTo(share, 2);
    expect(mean(ceiling.singleTrial)).toBeCloseTo(Math.sqrt(share), 1.7);
    // A perfect model of the signal reaches the ceiling against the mean of the repeats.
    const average = matrixOf(
      samples,
      voxels,
      repeats[0].data.map((value, at) => (value + repeats[1].data[at] + repeats[2].data[at]) / 3),
    );
    expect(mean(pearsonColumns(signal, average))).toBeCloseTo(mean(ceiling.meanOfRepeats), 1.7);
    expect(mean(splitHalfReliability(repeats[0], repeats[1]))).toBeCloseTo(spearmanBrown(share, 2), 1.5);
  });

  it('give 0 for constant voxels and NaN where nothing is to explain', () => {
    const flat = matrixOf(4, 1, new Float32Array(4));
    expect(ceilingFromRepeats([flat, flat]).explainableVariance[0]).toBe(0);
    expect(normaliseByCeiling(Float32Array.of(0.3, 0.3), Float32Array.of(0.6, 0.05))[0]).toBeCloseTo(0.5);
    expect(normaliseByCeiling(Float32Array.of(0.3), Float32Array.of(0.05))[0]).toBeNaN();
  });
});

describe('block permutation', () => {
  const folds = [[{ start: 0, stop: 105 }], [{ start: 105, stop: 200 }]];
  /** Autocorrelated noise that nothing predicts. */
  const smooth = (seed: number): Matrix => {
    const noise = drawn(200, 300, seed);
    for (let at = 300; at < noise.data.length; at++) noise.data[at] += 0.6 * noise.data[at - 300];
    return noise;
  };

  it('is calibrated on autocorrelated noise and finds a planted prediction', () => {
    const [predicted, measured] = [smooth(1), smooth(2)];
    for (let row = 0; row < 200; row++) measured.data[row * 300] += 1.5 * predicted.data[row * 300];
    const { p, observed, nullMaxima } = blockPermutationTest(predicted, measured, {
      folds,
      permutations: 199,
      seed: 3,
    });
    expect(p[0]).toBeCloseTo(1 / 200, 6);
    expect(observed[0]).toBeGreaterThan(0.5);
    const rejected = p.slice(1).filter((value) => value <= 0.05).length / 299;
    expect(rejected).toBeGreaterThan(0.01);
    expect(rejected).toBeLessThan(0.1);
    expect(Math.min(...p)).toBeGreaterThan(0);
    expect(Math.min(...nullMaxima)).toBeGreaterThan(0);
  });

  it('is the same for the same seed, and NaN for constant voxels', () => {
    const [predicted, measured] = [smooth(4), smooth(5)];
    for (let row = 0; row < 200; row++) measured.data[row * 300 + 7] = 2;
    const run = () => blockPermutationTest(predicted, measured, { folds, permutations: 50, seed: 9 });
    expect(run()).toEqual(run());
    expect(run().p[7]).toBeNaN();
  });

  it('counts exactly: with two blocks in one fold either order reaches half of the time', () => {
    const x = matrixOf(4, 1, Float32Array.of(1, 2, 3, 5));
    const { p } = blockPermutationTest(x, x, {
      folds: [[{ start: 0, stop: 4 }]],
      blockLength: 2,
      permutations: 999,
      seed: 1,
    });
    expect(p[0]).toBeGreaterThan(0.45);
    expect(p[0]).toBeLessThan(0.55);
  });

  it('refuses folds with fewer than two blocks', () => {
    expect(() => blockPermutationTest(smooth(1), smooth(2), { folds, blockLength: 50, seed: 1 })).toThrow(
      'fewer than two blocks of 50',
    );
  });
});

describe('bootstrap and profiles', () => {
  it('covers the mean of normal data about as often as it says', () => {
    let covered = 0;
    for (let seed = 0; seed < 200; seed++) {
      const { low, high } = bootstrapInterval(normals(createRandom(seed), 40), mean, { seed, draws: 200 });
      if (low <= 0 && high >= 0) covered++;
    }
    expect(covered / 200).toBeGreaterThan(0.88);
    expect(covered / 200).toBeLessThan(0.99);
  });

  it('profiles layers over a region without its excluded voxels', () => {
    const scores = [Float32Array.of(0.1, 0.2, Number.NaN, 9), Float32Array.of(0.4, 0.5, 0.5, 9)];
    const profile = layerProfile(scores, [0, 1, 2], { seed: 1 });
    expect(profile).toMatchObject({ best: 1, voxels: 2 });
    expect(profile.layers[0].estimate).toBeCloseTo(0.15, 6);
  });

  it('chooses candidates by inner folds only', () => {
    const one = (inner: number[], r: number[]) => ({
      innerScore: matrixOf(1, 2, Float32Array.from(inner)),
      foldR: matrixOf(1, 2, Float32Array.from(r)),
    });
    const choice = chooseCandidates([one([0.3, 0.1], [0.2, 0.9]), one([0.2, 0.1], [0.8, 0.4])]);
    expect([...choice.chosen.data]).toEqual([0, 0]);
    expect(choice.r[0]).toBeCloseTo(0.2);
  });
});

describe('autocorrelation-only features', () => {
  it('are bumps in time that stop at the end of a run', () => {
    const { rows, cols, data } = autocorrelationFeatures(
      [
        { id: 'a', samples: 3 },
        { id: 'b', samples: 2 },
      ],
      1,
    );
    expect([rows, cols]).toEqual([5, 5]);
    expect([...data.slice(0, 5)].map((value) => value.toFixed(4))).toEqual([
      '1.0000',
      '0.6065',
      '0.1353',
      '0.0000',
      '0.0000',
    ]);
    expect(data[2 * 5 + 3]).toBe(0);
  });
});
