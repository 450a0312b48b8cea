import { expect, test } from 'vitest';
import { choosePrecision } from '../../../main/analysis/ridge/check-inputs.ts';
import { estimateRidge } from '../../../main/analysis/ridge/estimate-cost.ts';
import {
  addPenaltyScores,
  bestPenalties,
  foldModel,
  inPrecision,
  penaltySums,
  projectTargets,
} from '../../../main/analysis/ridge/fold-model.ts';
import { logSpaced } from '../../../main/analysis/ridge/penalties.ts';
import { contiguousFolds } from '../../../main/analysis/splits/make-splits.ts';
import { matrixOf } from '../../../main/tensor/matrix.ts';
import { multiplyPlain } from '../../../main/tensor/plain-engine.ts';
import { normals } from '../../../main/tensor/random/sampling.ts';
import { createRandom } from '../../../main/tensor/random/xoshiro.ts';
import { createRuntimeEngine } from '../../../main/tensor/runtime-engine.ts';
import { createScratch } from '../../../main/tensor/scratch.ts';

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

test('raw values far from zero are computed in float64, as small problems are', () => {
  const features = matrixOf(3000, 1000, new Float32Array(3e6));
  const noise = normals(createRandom(1), 400);
  const around = (mean: number) =>
    matrixOf(
      100,
      4,
      Float64Array.from(noise, (value) => mean + value),
    );
  expect(choosePrecision(features, 30_000)).toBe('float32');
  expect(choosePrecision(features, 30_000, around(0))).toBe('float32');
  expect(choosePrecision(features, 30_000, around(1000))).toBe('float64');
  expect(choosePrecision(features, 10)).toBe('float64');
});

test('float32 chooses the penalties that float64 chooses', async () => {
  const engine = createRuntimeEngine({ threads: 2 });
  const [n, p, t] = [240, 60, 40];
  const random = createRandom(2);
  const x = matrixOf(
    n,
    p,
    Float32Array.from(normals(random, n * p), (v, at) => v / (1 + (at % p)) ** 0.7),
  );
  const weights = matrixOf(p, t, Float32Array.from(normals(random, p * t)));
  const y = multiplyPlain(x, weights);
  y.data.forEach((value, at) => {
    y.data[at] = value + random.normal() * (0.2 + (at % t) / 5);
  });
  const { folds } = contiguousFolds({ runs: [{ id: 'a', samples: n }], folds: 4, innerFolds: 0 });
  const penalties = logSpaced(1e-2, 1e6, 20);
  const losses = [];
  for (const precision of ['float64', 'float32'] as const) {
    const sums = penaltySums(penalties.length, t, createScratch());
    for (const fold of folds) {
      const shared = { featureScaling: 'none', targetScaling: 'none', precision, penalties } as const;
      const model = await foldModel(engine, x, fold, shared);
      const scratch = createScratch();
      const projected = await projectTargets(engine, model, inPrecision(y, precision), scratch);
      await addPenaltyScores(engine, model, projected, sums, scratch);
    }
    losses.push(sums);
  }
  const [exact, narrow] = losses;
  expect(bestPenalties(narrow).index).toEqual(bestPenalties(exact).index);
  exact.r2.data.forEach((value, at) => {
    expect(Math.abs(narrow.r2.data[at] - value)).toBeLessThan(1e-4);
  });
  await engine.dispose();
});
