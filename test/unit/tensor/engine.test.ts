import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { matrixOf } from '../../../main/tensor/matrix.ts';
import { multiplyPlain } from '../../../main/tensor/plain-engine.ts';
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
