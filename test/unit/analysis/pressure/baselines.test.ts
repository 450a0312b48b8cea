import { describe, expect, it } from 'vitest';
import { kMeansPoints, peakGrid } from '../../../../main/analysis/pressure/baseline-keypoints.ts';
import {
  choosePenalty,
  fitLinear,
  jointErrors,
  predictLinear,
} from '../../../../main/analysis/pressure/joint-regression.ts';
import type { MatrixEngine } from '../../../../main/tensor/engine.ts';
import { multiplyBatchPlain, multiplyPlain } from '../../../../main/tensor/plain-engine.ts';
import { createRandom } from '../../../../main/tensor/random/xoshiro.ts';

const plainEngine: MatrixEngine = {
  device: 'TypeScript',
  multiply: async (a, b, options) => multiplyPlain(a, b, options),
  multiplyBatch: async (a, b) => multiplyBatchPlain(a, b),
  dispose: async () => {},
};

describe('baseline keypoints', () => {
  it('finds the peak of each block, and the middle of an empty one', () => {
    const map = new Float32Array(8 * 4);
    map[1 * 4 + 1] = 3;
    map[6 * 4 + 2] = 5;
    expect([...peakGrid(map, 8, 4, 2)]).toEqual([3, 1, 1, 5, 6, 2]);
    expect([...peakGrid(new Float32Array(32), 8, 4, 2)]).toEqual([0, 1.5, 1.5, 0, 5.5, 1.5]);
  });

  it('settles on the weighted middles of two heaps', () => {
    const map = new Float32Array(8 * 4);
    map[0] = 1;
    map[1] = 3;
    map[7 * 4 + 2] = 2;
    const { points, spread } = kMeansPoints(map, 8, 4, 2);
    expect([...points.subarray(1)]).toEqual([0, 0.75, 2, 7, 2]);
    expect(spread[0]).toBeCloseTo(Math.sqrt((1 * 0.75 ** 2 + 3 * 0.25 ** 2) / 4), 6);
    expect(spread[1]).toBe(0);
  });
});

describe('joint regression', () => {
  it('recovers a linear map exactly but for its small penalty, and measures what is left in centimetres', async () => {
    const random = createRandom(1);
    const n = 200;
    const features = { rows: n, cols: 3, data: Float64Array.from({ length: n * 3 }, () => random.normal()) };
    const truth = { rows: n, cols: 6, data: new Float64Array(n * 6) };
    for (let row = 0; row < n; row++)
      for (let col = 0; col < 6; col++)
        truth.data[row * 6 + col] =
          10 * col + features.data[row * 3 + (col % 3)] - 2 * features.data[row * 3];
    const map = await fitLinear(plainEngine, features, truth, 1e-4);
    const predicted = await predictLinear(plainEngine, map, features);
    const near = jointErrors(predicted, truth, 2, { neck: 0, hips: [1, 2] });
    expect(near.meanCm).toBeLessThan(0.01);
    expect(near.pck).toBe(1);
    const off = { ...truth, data: truth.data.map((value, at) => (at % 2 === 0 ? value + 3 : value + 4)) };
    expect(jointErrors(off, truth, 2, { neck: 0, hips: [1, 2] }).meanCm).toBeCloseTo(10, 9);
  });

  it('chooses a large penalty for noise and a small one for signal, never by the people it is judged on', async () => {
    const random = createRandom(4);
    const n = 120;
    const groups = Array.from({ length: n }, (_, row) => String(row % 6));
    const features = {
      rows: n,
      cols: 40,
      data: Float64Array.from({ length: n * 40 }, () => random.normal()),
    };
    const noise = { rows: n, cols: 2, data: Float64Array.from({ length: n * 2 }, () => random.normal()) };
    const signal = {
      rows: n,
      cols: 2,
      data: Float64Array.from(
        { length: n * 2 },
        (_, at) => features.data[Math.floor(at / 2) * 40 + (at % 2)],
      ),
    };
    const blind = await choosePenalty(plainEngine, { features, targets: noise, groups }, null, 3);
    const clear = await choosePenalty(plainEngine, { features, targets: signal, groups }, null, 3);
    expect(blind.penalty).toBe(0.1);
    expect(clear.penalty).toBe(1e-4);
    expect(clear.error).toBeLessThan(0.01);
    expect(blind.error).toBeGreaterThan(1);
  });
});
