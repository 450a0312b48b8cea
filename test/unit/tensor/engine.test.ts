import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { matrixOf } from '../../../main/tensor/matrix.ts';
import {
  asMatrix,
  broadcastTo,
  ndArray,
  permute,
  pick,
  slice,
  transposeLast,
} from '../../../main/tensor/nd-array.ts';
import { multiplyBatchPlain, multiplyPlain } from '../../../main/tensor/plain-engine.ts';
import { normals } from '../../../main/tensor/random/sampling.ts';
import { createRandom } from '../../../main/tensor/random/xoshiro.ts';
import { createRuntimeEngine } from '../../../main/tensor/runtime-engine.ts';

const engine = createRuntimeEngine({ threads: 2 });
afterAll(() => engine.dispose());

const random = createRandom(1);
const drawn = (rows: number, cols: number) => matrixOf(rows, cols, normals(random, rows * cols));
const narrow = (rows: number, cols: number) =>
  matrixOf(rows, cols, Float32Array.from(normals(random, rows * cols)));
const farthest = (a: ArrayLike<number>, b: ArrayLike<number>): number => {
  let most = 0;
  for (let at = 0; at < a.length; at++) most = Math.max(most, Math.abs(a[at] - b[at]));
  return most;
};

describe('multiply', () => {
  it('knows a product by hand', () => {
    const a = matrixOf(2, 3, Float64Array.of(1, 2, 3, 4, 5, 6));
    expect([...multiplyPlain(a, a, { transposeB: true }).data]).toEqual([14, 32, 32, 77]);
    expect([...multiplyPlain(a, a, { transposeA: true }).data]).toEqual([17, 22, 27, 22, 29, 36, 27, 36, 45]);
  });

  it('refuses factors that do not fit', () => {
    const a = drawn(2, 3);
    expect(() => multiplyPlain(a, a)).toThrow('2 × 3 and 2 × 3 cannot be multiplied');
  });

  it('agrees between ONNX Runtime and TypeScript for every transposition', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 30, max: 90 }), fc.boolean(), fc.boolean(), async (size, ta, tb) => {
        const [m, k, n] = [size, size + 13, size + 29];
        const how = { transposeA: ta, transposeB: tb };
        const [a, b] = [ta ? drawn(k, m) : drawn(m, k), tb ? drawn(n, k) : drawn(k, n)];
        expect(farthest((await engine.multiply(a, b, how)).data, multiplyPlain(a, b, how).data)).toBeLessThan(
          1e-12,
        );
        const [c, d] = [ta ? narrow(k, m) : narrow(m, k), tb ? narrow(n, k) : narrow(k, n)];
        expect(farthest((await engine.multiply(c, d, how)).data, multiplyPlain(c, d, how).data)).toBeLessThan(
          1e-4,
        );
      }),
      { numRuns: 20 },
    );
  });

  it('gives the same bytes twice', async () => {
    const [a, b] = [narrow(200, 300), narrow(300, 170)];
    expect((await engine.multiply(a, b)).data).toEqual((await engine.multiply(a, b)).data);
  });
});

describe('multiplyBatch', () => {
  it('is the product of the matrices place by place, views among them, on either engine', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 40 }),
        fc.integer({ min: 1, max: 30 }),
        async (size, inner) => {
          const [a, b] = [drawn(6 * size, inner), drawn(2 * (size + 1), 3 * inner)];
          // 3 × 2 places: the left factor lies turned in memory, the right one is transposed and repeated.
          const left = permute(ndArray([2, 3, size, inner], a.data), [1, 0, 2, 3]);
          const right = transposeLast(
            broadcastTo(ndArray([2, size + 1, 3 * inner], b.data), [3, 2, size + 1, 3 * inner]),
          );
          const third = slice(right, 2, 0, inner);
          for (const found of [await engine.multiplyBatch(left, third), multiplyBatchPlain(left, third)]) {
            expect(found.shape).toEqual([3, 2, size, size + 1]);
            for (let i = 0; i < 3; i++)
              for (let j = 0; j < 2; j++) {
                const [l, r, own] = [left, third, found].map((one) => asMatrix(pick(pick(one, 0, i), 0, j)));
                expect(farthest(own.data, multiplyPlain(l, r).data)).toBeLessThan(1e-12);
              }
          }
        },
      ),
      { numRuns: 30 },
    );
    const [c, d] = [narrow(5 * 60, 70), narrow(5 * 70, 50)];
    const [left, right] = [ndArray([5, 60, 70], c.data), ndArray([5, 70, 50], d.data)];
    const found = await engine.multiplyBatch(left, right);
    expect(farthest(found.data, multiplyBatchPlain(left, right).data)).toBeLessThan(1e-4);
  });

  it('refuses batches that do not fit', () => {
    const [a, b] = [ndArray([2, 3, 4], new Float64Array(24)), ndArray([3, 4, 2], new Float64Array(24))];
    expect(() => multiplyBatchPlain(a, b)).toThrow(
      '2 × 3 × 4 and 3 × 4 × 2 cannot be multiplied place by place',
    );
  });
});
