import { describe, expect, it } from 'vitest';
import { kMeansPoints, peakGrid } from '../../../../main/analysis/pressure/baseline-keypoints.ts';
import {
  fitLinear,
  jointErrors,
  predictLinear,
} from '../../../../main/analysis/pressure/joint-regression.ts';
import type { MatrixEngine } from '../../../../main/tensor/engine.ts';
import { multiplyPlain } from '../../../../main/tensor/plain-engine.ts';
import { createRandom } from '../../../../main/tensor/random/xoshiro.ts';

const plainEngine: MatrixEngine = {
  device: 'TypeScript',
  multiply: async (a, b, options) => multiplyPlain(a, b, options),
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
    const [, row, col, value, lowRow, lowCol] = kMeansPoints(map, 8, 4, 2);
    expect([row, col, value, lowRow, lowCol]).toEqual([0, 0.75, 2, 7, 2]);
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
    const map = await fitLinear(plainEngine, features, truth);
    const predicted = await predictLinear(plainEngine, map, features);
    const near = jointErrors(predicted, truth, 2, { neck: 0, hips: [1, 2] });
    expect(near.meanCm).toBeLessThan(0.01);
    expect(near.pck).toBe(1);
    const off = { ...truth, data: truth.data.map((value, at) => (at % 2 === 0 ? value + 3 : value + 4)) };
    expect(jointErrors(off, truth, 2, { neck: 0, hips: [1, 2] }).meanCm).toBeCloseTo(10, 9);
  });
});
