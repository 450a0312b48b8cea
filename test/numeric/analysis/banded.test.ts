import { afterAll, describe, expect, it } from 'vitest';
import { r2Columns } from '../../../main/analysis/metrics.ts';
import type { BandedBlock, BandedOptions } from '../../../main/analysis/ridge/banded-types.ts';
import { bandWeights, parseBands } from '../../../main/analysis/ridge/bands.ts';
import { fitBanded } from '../../../main/analysis/ridge/fit-banded.ts';
import { fitRidge, type RidgeBlock } from '../../../main/analysis/ridge/fit-ridge.ts';
import { productMeasure } from '../../../main/analysis/ridge/product-measure.ts';
import { mean } from '../../../main/analysis/significance/bootstrap.ts';
import { contiguousFolds } from '../../../main/analysis/splits/make-splits.ts';
import { matrixTargets } from '../../../main/analysis/target-source.ts';
import { type Matrix, matrixOf } from '../../../main/tensor/matrix.ts';
import { multiplyPlain } from '../../../main/tensor/plain-engine.ts';
import { normals } from '../../../main/tensor/random/sampling.ts';
import { createRandom } from '../../../main/tensor/random/xoshiro.ts';
import { createRuntimeEngine } from '../../../main/tensor/runtime-engine.ts';

const engine = createRuntimeEngine({ threads: 2 });
afterAll(() => engine.dispose());

const [samples, targets] = [120, 12];
const bands = [
  { start: 0, stop: 8 },
  { start: 8, stop: 68 },
];
const drawn = (rows: number, cols: number, seed: number): Matrix =>
  matrixOf(rows, cols, Float32Array.from(normals(createRandom(seed), rows * cols)));

/** Simulated: the first six targets hang on the first band alone, the others on the second alone. */
const x = drawn(samples, 68, 1);
const weights = drawn(68, targets, 2);
for (let at = 0; at < weights.data.length; at++) {
  const [feature, target] = [Math.floor(at / targets), at % targets];
  if (feature < 8 !== target < 6) weights.data[at] = 0;
  else if (feature >= 8) weights.data[at] *= 0.3;
}
const signal = multiplyPlain(x, weights);
const noise = drawn(samples, targets, 3);
const y = matrixOf(
  samples,
  targets,
  signal.data.map((value, at) => value + noise.data[at]),
);
const { folds } = contiguousFolds({ runs: [{ id: 'a', samples }], folds: 4, innerFolds: 0 });
const penalties = [0.1, 1, 10, 100, 1000];
const options: BandedOptions = {
  features: x,
  bands,
  targets: matrixTargets(y),
  folds,
  penalties,
  seed: 1,
  search: 20,
};

/** All targets in one block. */
async function fit(changed: Partial<BandedOptions> = {}): Promise<BandedBlock> {
  const blocks: BandedBlock[] = [];
  await fitBanded(engine, { ...options, ...changed }, (block) => void blocks.push(block));
  return blocks[0];
}

async function plain(features: Matrix): Promise<RidgeBlock> {
  const blocks: RidgeBlock[] = [];
  await fitRidge(
    engine,
    { features, targets: matrixTargets(y), folds, penalties },
    (block) => void blocks.push(block),
  );
  return blocks[0];
}

describe('banded ridge', () => {
  it('is plain ridge on features scaled by √½ when there is nothing to search', async () => {
    const banded = await fit({ search: 1 });
    const block = await plain(
      matrixOf(
        samples,
        68,
        x.data.map((value) => value * Math.SQRT1_2),
      ),
    );
    for (let target = 0; target < targets; target++) {
      expect(banded.penalty[target]).toBe(block.penalty[target]);
      expect(banded.score[target]).toBeCloseTo(block.score[target], 5);
      expect(banded.r[target]).toBeCloseTo(block.r[target], 4);
      expect(banded.coefficients.data[target]).toBeCloseTo(block.coefficients.data[target] * Math.SQRT1_2, 4);
    }
  });

  it('gives the weight, and the split R², to the band that was planted', async () => {
    const { weights: chosen, split, score, r } = await fit();
    const own = (values: Matrix, target: number): number =>
      values.data[(target < 6 ? 0 : 1) * targets + target];
    for (let target = 0; target < targets; target++) {
      expect(chosen.data[target] + chosen.data[targets + target]).toBeCloseTo(1, 5);
      const joint = split.data[target] + split.data[targets + target];
      expect(own(split, target)).toBeGreaterThan(0.8 * joint);
      expect(joint).toBeCloseTo(score[target], 4);
      expect(r[target]).toBeGreaterThan(0.2);
    }
    // One target may choose oddly; the planted band must win on average.
    const all = [...Array(targets).keys()];
    expect(mean(all.map((target) => own(chosen, target)))).toBeGreaterThan(0.7);
    expect(mean(score)).toBeGreaterThan(mean((await plain(x)).score) + 0.02);
  });

  it('is the same for a seed, in any batch, and leaves out unusable targets', async () => {
    const spoilt = matrixOf(samples, targets, y.data.slice());
    spoilt.data[3] = Number.NaN;
    const changed = { targets: matrixTargets(spoilt), search: 4 };
    const [a, b] = [await fit(changed), await fit(changed)];
    expect(a).toEqual(b);
    expect([...a.excluded].indexOf(1)).toBe(3);
    expect(a.score[3]).toBeNaN();
    const blocks: BandedBlock[] = [];
    await fitBanded(engine, { ...options, ...changed, batch: 5 }, (block) => void blocks.push(block));
    expect(blocks.map(({ start, stop }) => [start, stop])).toEqual([
      [0, 5],
      [5, 10],
      [10, 12],
    ]);
    expect(blocks.flatMap(({ penalty }) => [...penalty])).toEqual([...a.penalty]);
    expect(blocks.flatMap(({ r }) => [...r.map(Math.fround)])).toEqual([...a.r]);
  });

  it('predicts raw values from raw features when it scales inside', async () => {
    const { coefficients, intercept } = await fit({ scaling: 'zscore', penalties: [1e-6], search: 1 });
    const own = matrixOf(samples, 68, x.data);
    const predicted = multiplyPlain(own, coefficients);
    for (let target = 0; target < targets; target++) {
      let [sum, goal] = [0, 0];
      for (let row = 0; row < samples; row++) {
        sum += predicted.data[row * targets + target] + intercept[target];
        goal += y.data[row * targets + target];
      }
      expect(sum / samples).toBeCloseTo(goal / samples, 3);
    }
  });

  it('refuses bands that do not cover the features', () => {
    expect(parseBands('0:8,8:68', 68)).toEqual(bands);
    for (const text of ['0:8,9:68', '0:8', '8:68,0:8', 'x'])
      expect(() => parseBands(text, 68)).toThrow('do not cover');
    expect([...bandWeights(3, 5, 1)[0]]).toEqual([1 / 3, 1 / 3, 1 / 3]);
  });
});

describe('productMeasure', () => {
  it('sums to the joint R², offset or none', () => {
    const parts = [drawn(50, 3, 5), drawn(50, 3, 6)];
    const measured = drawn(50, 3, 7);
    measured.data.forEach((value, at) => {
      measured.data[at] = value + (at % 3);
    });
    const joint = matrixOf(
      50,
      3,
      parts[0].data.map((value, at) => value + parts[1].data[at]),
    );
    const split = productMeasure(measured, parts);
    r2Columns(measured, joint).forEach((r2, col) => {
      expect(split.data[col] + split.data[3 + col]).toBeCloseTo(r2, 5);
    });
  });
});
