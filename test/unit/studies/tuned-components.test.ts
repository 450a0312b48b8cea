import { describe, expect, test } from 'vitest';
import {
  interior,
  smallestEigenvectors,
  standardised,
  tunedComponents,
  withEdges,
} from '../../../main/studies/sample/tuned-components.ts';
import { type Matrix, toFloat64 } from '../../../main/tensor/matrix.ts';
import { createRandom } from '../../../main/tensor/random/xoshiro.ts';

function random(rows: number, cols: number, seed: number): Matrix {
  const source = createRandom(seed);
  return { rows, cols, data: Float32Array.from({ length: rows * cols }, () => source.normal()) };
}

/** `private` own columns beside `shared` columns that all layers have, the shared ones three times as strong. */
function layerOf(own: Matrix, shared: Matrix): Matrix {
  const rows = own.rows;
  const cols = own.cols + shared.cols;
  const data = new Float32Array(rows * cols);
  for (let r = 0; r < rows; r += 1) {
    for (let c = 0; c < own.cols; c += 1) data[r * cols + c] = own.data[r * own.cols + c];
    for (let c = 0; c < shared.cols; c += 1) data[r * cols + own.cols + c] = shared.data[r * shared.cols + c];
  }
  return { rows, cols, data };
}

describe('components that tell layers apart', () => {
  const rows = 300;
  const shared = random(rows, 3, 1);
  const [first, second] = [random(rows, 3, 2), random(rows, 3, 3)];
  const controls = standardised(random(rows, 2, 4));
  const [a] = tunedComponents([layerOf(first, shared), layerOf(second, shared)], controls, {
    leading: 6,
    kept: 3,
    random: createRandom(5),
  });
  const correlation = (
    x: ArrayLike<number>,
    xs: number,
    xo: number,
    y: ArrayLike<number>,
    ys: number,
    yo: number,
  ) => {
    let sum = 0;
    let px = 0;
    let py = 0;
    for (let r = 0; r < rows; r += 1) {
      sum += x[r * xs + xo] * y[r * ys + yo];
      px += x[r * xs + xo] ** 2;
      py += y[r * ys + yo] ** 2;
    }
    return sum / Math.sqrt(px * py);
  };

  test('they lie in what a layer has alone, not in what layers share', () => {
    for (let k = 0; k < 3; k += 1) {
      let own = 0;
      let common = 0;
      for (let c = 0; c < 3; c += 1) {
        own += correlation(a.data, 3, k, first.data, 3, c) ** 2;
        common += correlation(a.data, 3, k, shared.data, 3, c) ** 2;
      }
      expect(own).toBeGreaterThan(0.8);
      expect(common).toBeLessThan(0.1);
    }
  });

  test('they have unit variance, are uncorrelated, and know nothing of the controls', () => {
    for (let k = 0; k < 3; k += 1) {
      let power = 0;
      for (let r = 0; r < rows; r += 1) power += a.data[r * 3 + k] ** 2 / rows;
      expect(power).toBeCloseTo(1, 6);
      for (let j = 0; j < k; j += 1) expect(correlation(a.data, 3, k, a.data, 3, j)).toBeCloseTo(0, 6);
      for (let c = 0; c < 2; c += 1)
        expect(Math.abs(correlation(a.data, 3, k, controls.data, 2, c))).toBeLessThan(1e-4);
    }
  });

  test('eigenvectors of a matrix with known spectrum', () => {
    const { data } = smallestEigenvectors({ rows: 2, cols: 2, data: Float64Array.of(2, 1, 1, 2) }, 1);
    expect(Math.abs(data[0] + data[1])).toBeLessThan(1e-12);
  });

  test('edges taken off and put back are zeros around the same values', () => {
    const whole = { rows: 12, cols: 1, data: Float32Array.from({ length: 12 }, (_, t) => t + 1) };
    const inner = interior(whole, 6, 2);
    expect([...inner.data]).toEqual([3, 4, 9, 10]);
    expect([...withEdges(toFloat64(inner), 6, 2).data]).toEqual([0, 0, 3, 4, 0, 0, 0, 0, 9, 10, 0, 0]);
  });
});
