import { afterAll, describe, expect, it } from 'vitest';
import { autocorrelationFeatures } from '../../../main/analysis/controls/autocorrelation-features.ts';
import { trialwiseScore } from '../../../main/analysis/controls/mean-pattern.ts';
import { fitRidge } from '../../../main/analysis/ridge/fit-ridge.ts';
import { mean } from '../../../main/analysis/significance/bootstrap.ts';
import { contiguousFolds } from '../../../main/analysis/splits/make-splits.ts';
import { shuffledFolds } from '../../../main/analysis/splits/shuffled-splits.ts';
import type { OuterFold } from '../../../main/analysis/splits/split-manifest.ts';
import { matrixTargets } from '../../../main/analysis/target-source.ts';
import { type Matrix64, matrixOf } from '../../../main/tensor/matrix.ts';
import { multiplyPlain } from '../../../main/tensor/plain-engine.ts';
import { normals } from '../../../main/tensor/random/sampling.ts';
import { createRandom } from '../../../main/tensor/random/xoshiro.ts';
import { createRuntimeEngine } from '../../../main/tensor/runtime-engine.ts';

const engine = createRuntimeEngine({ threads: 2 });
afterAll(() => engine.dispose());

/**
 * Simulated word fMRI: voxels with means of their own, signal from 20 dimensions that explains r = .61 voxel by
 * voxel, noise. Returns items × voxels.
 */
function wordFmri(
  items: number,
  voxels: number,
  seed: number,
): { x: Matrix64; y: Matrix64; truth: Matrix64 } {
  const dims = 20;
  const random = createRandom(seed);
  const offsets = normals(createRandom(99), voxels).map((value) => 0.47 * value);
  const weights = matrixOf(
    dims,
    voxels,
    normals(createRandom(98), dims * voxels).map((value) => value * Math.sqrt(0.372 / dims)),
  );
  const x = matrixOf(items, dims, normals(random, items * dims));
  const truth = multiplyPlain(x, weights);
  truth.data.forEach((value, at) => {
    truth.data[at] = value + offsets[at % voxels];
  });
  const y = matrixOf(
    items,
    voxels,
    truth.data.map((value) => value + Math.sqrt(0.628) * random.normal()),
  );
  return { x, y, truth };
}

describe('trap 3: the trial-wise word score hardly measures the model', () => {
  const training = wordFmri(300, 500, 1);
  const test = wordFmri(300, 500, 2);

  it('a constant pattern scores near .49 where the true model has .74, and voxelwise r tells them apart', () => {
    const truth = trialwiseScore(test.truth, test.y, training.y);
    expect(Math.abs(truth.meanPattern - 0.49)).toBeLessThan(0.03);
    expect(Math.abs(truth.score - 0.74)).toBeLessThan(0.05);
    expect(Math.abs(truth.voxelwise - 0.61)).toBeLessThan(0.03);
  });

  it('random features score near .44 by the released rule, and nothing above the mean pattern by ours', () => {
    const random = createRandom(3);
    const offsets = training.y.data.slice(0, 500).map((_, voxel) => {
      let sum = 0;
      for (let row = 0; row < 300; row++) sum += training.y.data[row * 500 + voxel] / 300;
      return sum;
    });
    const guess = matrixOf(
      300,
      500,
      test.y.data.map((_, at) => offsets[at % 500] + 0.2 * random.normal()),
    );
    const found = trialwiseScore(guess, test.y, training.y);
    expect(Math.abs(found.score - 0.44)).toBeLessThan(0.06);
    expect(found.aboveMeanPattern).toBeLessThanOrEqual(0.01);
    expect(Math.abs(found.voxelwise)).toBeLessThan(0.02);
  });
});

describe('leaky splits: who your neighbours are predicts you', () => {
  const [samples, voxels] = [400, 60];
  const runs = [
    { id: 'a', samples: 200 },
    { id: 'b', samples: 200 },
  ];
  const noise = normals(createRandom(4), samples * voxels);
  for (let at = voxels; at < noise.length; at++) noise[at] = 0.8 * noise[at - voxels] + 0.6 * noise[at];
  const data = matrixOf(samples, voxels, Float32Array.from(noise));

  async function autocorrelationOnly(folds: readonly OuterFold[]): Promise<number> {
    const scores: number[] = [];
    const features = autocorrelationFeatures(runs);
    await fitRidge(
      engine,
      { features, targets: matrixTargets(data), folds, penalties: [0.1, 1, 10, 100] },
      (block) => {
        scores.push(...block.r);
      },
    );
    return mean(scores);
  }

  it('an identity of samples explains pure noise under shuffled folds, and next to nothing under ours', async () => {
    const shuffled = shuffledFolds({ runs, folds: 5, seed: 1, data, insist: true });
    expect(shuffled.leakageMark).toBe(true);
    expect(await autocorrelationOnly(shuffled.folds)).toBeGreaterThan(0.6);
    const contiguous = contiguousFolds({ runs, folds: 4, gap: 10, innerFolds: 0 });
    expect(Math.abs(await autocorrelationOnly(contiguous.folds))).toBeLessThan(0.1);
    expect(() => shuffledFolds({ runs, folds: 5, seed: 1, data })).toThrow('Shuffled folds are refused');
  });
});

describe('trap 8: what is selected on the data that scores it', () => {
  it('choosing the top 5 % of pure-noise sensors on the test data gives r > 0; choosing on other data gives 0', () => {
    const [items, sensors] = [40, 300];
    const draw = (seed: number) => normals(createRandom(seed), items * sensors);
    const correlations = (predicted: Float64Array, measured: Float64Array): number[] =>
      Array.from({ length: sensors }, (_, sensor) => {
        let sum = 0;
        for (let item = 0; item < items; item++)
          sum += predicted[item * sensors + sensor] * measured[item * sensors + sensor];
        return sum / items;
      });
    const onDev = correlations(draw(1), draw(2));
    const onTest = correlations(draw(3), draw(4));
    const top = (by: number[]): number[] =>
      [...by.keys()].sort((a, b) => by[b] - by[a]).slice(0, sensors / 20);
    const score = (chosen: number[]): number => mean(chosen.map((sensor) => onTest[sensor]));
    expect(score(top(onTest))).toBeGreaterThan(0.25);
    expect(Math.abs(score(top(onDev)))).toBeLessThan(0.1);
  });
});
