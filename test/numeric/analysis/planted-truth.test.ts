import { afterAll, describe, expect, it } from 'vitest';
import { ceilingFromRepeats, normaliseByCeiling } from '../../../main/analysis/ceilings.ts';
import { chooseCandidates } from '../../../main/analysis/choose-candidates.ts';
import type { EncodingBlock } from '../../../main/analysis/ridge/encoding-types.ts';
import { fitEncoding } from '../../../main/analysis/ridge/fit-encoding.ts';
import { fitStacked, type StackedBlock } from '../../../main/analysis/ridge/fit-stacked.ts';
import { simplexWeights } from '../../../main/analysis/ridge/simplex-weights.ts';
import { bootstrapInterval, mean, median } from '../../../main/analysis/significance/bootstrap.ts';
import { contiguousFolds } from '../../../main/analysis/splits/make-splits.ts';
import { matrixTargets } from '../../../main/analysis/target-source.ts';
import { thinSvd } from '../../../main/tensor/linear/svd.ts';
import {
  type Matrix64,
  matrixOf,
  takeColumnRange,
  takeRows,
  toFloat32,
} from '../../../main/tensor/matrix.ts';
import { multiplyPlain } from '../../../main/tensor/plain-engine.ts';
import { normals, permutation } from '../../../main/tensor/random/sampling.ts';
import { createRandom } from '../../../main/tensor/random/xoshiro.ts';
import { createRuntimeEngine } from '../../../main/tensor/runtime-engine.ts';

const engine = createRuntimeEngine({ threads: 2 });
afterAll(() => engine.dispose());

const drawn = (rows: number, cols: number, seed: number): Matrix64 =>
  matrixOf(rows, cols, normals(createRandom(seed), rows * cols));
const sum = (a: Matrix64, b: Matrix64, scale: number): Matrix64 =>
  matrixOf(
    a.rows,
    a.cols,
    a.data.map((value, at) => value + scale * b.data[at]),
  );
const split = contiguousFolds({ runs: [{ id: 'words', samples: 300 }], folds: 5, innerFolds: 3 });
const penalties = [1, 10, 100, 1000, 10_000];

async function encode(features: Matrix64, y: Matrix64): Promise<EncodingBlock> {
  const blocks: EncodingBlock[] = [];
  const options = { features, targets: matrixTargets(y), split, penalties };
  await fitEncoding(engine, options, (block) => void blocks.push(block));
  return blocks[0];
}
const score = async (features: Matrix64, y: Matrix64): Promise<number> => mean((await encode(features, y)).r);

/** Linear targets of a feature space: variance 1 of signal, then noise. Simulated. */
function voxelsOf(features: Matrix64, voxels: number, noise: number, seed: number): Matrix64 {
  const weights = drawn(features.cols, voxels, seed);
  const signal = multiplyPlain(features, weights);
  const scale = 1 / Math.sqrt(features.cols);
  const scaled = matrixOf(
    signal.rows,
    signal.cols,
    signal.data.map((value) => value * scale),
  );
  return sum(scaled, drawn(300, voxels, seed + 1), noise);
}

describe('experience ratings against a language model', () => {
  const experience = drawn(300, 6, 1);
  /** 300 dimensions: a random projection of the experience with twice as much noise power as signal. */
  const language = (() => {
    const mixed = multiplyPlain(experience, drawn(6, 300, 2));
    const scaled = matrixOf(
      300,
      300,
      mixed.data.map((value) => value / Math.sqrt(6)),
    );
    return sum(scaled, drawn(300, 300, 3), Math.SQRT2);
  })();

  it('six planted dimensions beat 300 noisy projections of them; planted the other way they lose', async () => {
    const y = voxelsOf(experience, 40, 1, 10);
    expect(await score(experience, y)).toBeGreaterThan((await score(language, y)) + 0.02);
    const reversed = voxelsOf(language, 40, 1, 20);
    expect(await score(language, reversed)).toBeGreaterThan((await score(experience, reversed)) + 0.02);
  });

  it('matched numbers of components do not flip the order, and permuted words give nothing', async () => {
    const y = voxelsOf(experience, 40, 1, 10);
    const { u, values } = await thinSvd(engine, language);
    const matched = takeColumnRange(u, 0, 6);
    matched.data.forEach((value, at) => {
      matched.data[at] = value * values[at % 6];
    });
    expect(await score(experience, y)).toBeGreaterThan(await score(matched, y));
    let permuted = 0;
    for (const seed of [1, 2, 3, 4])
      permuted += (await score(takeRows(experience, permutation(createRandom(seed), 300)), y)) / 4;
    expect(Math.abs(permuted)).toBeLessThan(0.03);
  });
});

describe('one harness, three planted worlds', () => {
  const models = [drawn(300, 8, 31), drawn(300, 8, 32), drawn(300, 8, 33)];

  it('no row wins all columns: each world is won by the model that made it', async () => {
    for (const [world, truth] of models.entries()) {
      const y = voxelsOf(truth, 30, 1.5, 40 + 2 * world);
      const scores: number[] = [];
      for (const model of models) scores.push(await score(model, y));
      expect(scores.indexOf(Math.max(...scores))).toBe(world);
    }
  });

  it('the true model reaches the ceiling within its interval, and not more', async () => {
    const noise = [51, 52, 53, 54].map((seed) => drawn(300, 60, seed));
    const signal = voxelsOf(models[0], 60, 0, 60);
    const repeats = noise.map((own) => toFloat32(sum(signal, own, 1)));
    const { meanOfRepeats } = ceilingFromRepeats(repeats);
    const average = sum(
      signal,
      noise.reduce((all, own) => sum(all, own, 1)),
      0.25,
    );
    const normalised = normaliseByCeiling((await encode(models[0], average)).r, meanOfRepeats);
    const { estimate, low } = bootstrapInterval(normalised, median, { seed: 1 });
    expect(estimate).toBeGreaterThan(0.95);
    expect(low).toBeLessThanOrEqual(1);
    // What a model can lack is only what it could not learn from 240 words.
    expect(estimate).toBeLessThan(1.02);
  });

  it('a layer chosen on inner folds scores no more than one chosen by an oracle on the test', async () => {
    // Four layers that blend from one model to another; voxels prefer different ones.
    const layers = [0, 1, 2, 3].map((layer) => sum(models[0], models[1], layer / 1.5));
    const half = voxelsOf(models[0], 20, 2, 70);
    const y = matrixOf(300, 40, new Float64Array(12_000));
    const other = voxelsOf(layers[3], 20, 2, 80);
    for (let row = 0; row < 300; row++) {
      y.data.set(half.data.subarray(row * 20, (row + 1) * 20), row * 40);
      y.data.set(other.data.subarray(row * 20, (row + 1) * 20), row * 40 + 20);
    }
    const blocks: EncodingBlock[] = [];
    for (const layer of layers) blocks.push(await encode(layer, y));
    const chosen = chooseCandidates(blocks);
    const oracle = new Float32Array(40);
    for (let fold = 0; fold < 5; fold++)
      for (let col = 0; col < 40; col++)
        oracle[col] += Math.max(...blocks.map(({ foldR }) => foldR.data[fold * 40 + col])) / 5;
    for (let col = 0; col < 40; col++) expect(chosen.r[col]).toBeLessThanOrEqual(oracle[col] + 1e-6);
    expect(mean(chosen.r)).toBeLessThan(mean(oracle));
    // Better all the same than the layer that is worst on average.
    expect(mean(chosen.r)).toBeGreaterThan(Math.min(...blocks.map(({ r }) => mean(r))));
  });
});

describe('stacked models', () => {
  const bands = [
    { start: 0, stop: 8 },
    { start: 8, stop: 16 },
  ];
  const both = matrixOf(300, 16, new Float64Array(4800));
  const [first, second] = [drawn(300, 8, 91), drawn(300, 8, 92)];
  for (let row = 0; row < 300; row++) {
    both.data.set(first.data.subarray(row * 8, (row + 1) * 8), row * 16);
    both.data.set(second.data.subarray(row * 8, (row + 1) * 8), row * 16 + 8);
  }
  const y = matrixOf(300, 9, new Float64Array(2700));
  const [a, b] = [voxelsOf(first, 9, 0.7, 93), voxelsOf(second, 9, 0.7, 95)];
  // Columns 0 to 2 hang on the first band, 3 to 5 on the second, 6 to 8 on both.
  y.data.forEach((_, at) => {
    const col = at % 9;
    y.data[at] = col < 3 ? a.data[at] : col < 6 ? b.data[at] : a.data[at] + b.data[at];
  });
  y.data[8] = Number.NaN;

  async function stack(batch?: number): Promise<StackedBlock[]> {
    const blocks: StackedBlock[] = [];
    const size = batch === undefined ? {} : { batch };
    const options = { features: both, bands, targets: matrixTargets(y), split, penalties, ...size };
    await fitStacked(engine, options, (block) => void blocks.push(block));
    return blocks;
  }

  it('give the weight to the band that predicts, share it where both do, and lose nothing by it', async () => {
    const [{ weights, r2, alone, excluded }] = await stack();
    for (let col = 0; col < 8; col++) {
      expect(weights.data[col] + weights.data[9 + col]).toBeCloseTo(1, 5);
      expect(r2[col]).toBeGreaterThan(Math.max(alone.data[col], alone.data[9 + col]) - 0.02);
      if (col < 3) expect(weights.data[col]).toBeGreaterThan(0.85);
      else if (col < 6) expect(weights.data[col]).toBeLessThan(0.15);
      else expect(r2[col]).toBeGreaterThan(Math.max(alone.data[col], alone.data[9 + col]));
    }
    expect(excluded[8]).toBe(1);
    expect(r2[8]).toBeNaN();
    const pieces = await stack(4);
    expect(pieces.flatMap((block) => [...block.r2].slice(0, 4)).slice(0, 8)).toEqual([...r2].slice(0, 8));
  });

  it('weights solve their small problem exactly', () => {
    const measured = matrixOf(2, 1, Float64Array.of(1, 1));
    const of = (x: number, z: number) => matrixOf(2, 1, Float64Array.of(x, z));
    // Errors (1, 0) and (0, 1): equal weights. Errors (1, 1) and (.5, .5): all to the second.
    expect([...simplexWeights(measured, [of(0, 1), of(1, 0)]).data]).toEqual([0.5, 0.5]);
    const [none, all] = simplexWeights(measured, [of(0, 0), of(0.5, 0.5)]).data;
    expect(none).toBeCloseTo(0, 8);
    expect(all).toBeCloseTo(1, 8);
  });

  it('need inner folds', async () => {
    const flat = contiguousFolds({ runs: [{ id: 'words', samples: 300 }], folds: 5, innerFolds: 0 });
    const options = { features: both, bands, targets: matrixTargets(y), split: flat, penalties };
    await expect(fitStacked(engine, options, () => {})).rejects.toThrow('at least 3 inner folds');
  });
});
