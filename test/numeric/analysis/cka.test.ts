import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { ckaMatrix, linearCka } from '../../../main/analysis/similarity/cka.ts';
import { eigh } from '../../../main/tensor/linear/eigh.ts';
import { type Matrix64, matrixOf } from '../../../main/tensor/matrix.ts';
import { multiplyPlain } from '../../../main/tensor/plain-engine.ts';
import { normals } from '../../../main/tensor/random/sampling.ts';
import { createRandom } from '../../../main/tensor/random/xoshiro.ts';
import { createRuntimeEngine } from '../../../main/tensor/runtime-engine.ts';

const engine = createRuntimeEngine({ threads: 2 });
afterAll(() => engine.dispose());

const drawn = (rows: number, cols: number, seed: number): Matrix64 =>
  matrixOf(rows, cols, normals(createRandom(seed), rows * cols));

/** CKA by its definition, from kernels that are formed and centred by H = I − 1/n. */
function explicit(x: Matrix64, y: Matrix64): number {
  const n = x.rows;
  const h = matrixOf(
    n,
    n,
    Float64Array.from({ length: n * n }, (_, at) => (at % (n + 1) === 0 ? 1 : 0) - 1 / n),
  );
  const kernel = (m: Matrix64) =>
    multiplyPlain(h, multiplyPlain(multiplyPlain(m, m, { transposeB: true }), h));
  const [k, l] = [kernel(x).data, kernel(y).data];
  const dot = (a: Float64Array, b: Float64Array) => a.reduce((sum, value, at) => sum + value * b[at], 0);
  return dot(k, l) / Math.sqrt(dot(k, k) * dot(l, l));
}

describe('linear CKA', () => {
  it.each([
    [30, 4, 7],
    [12, 40, 25],
  ])('equals its definition, %i items × %i and %i features', async (n, p, q) => {
    const [x, y] = [drawn(n, p, 1), drawn(n, q, 2)];
    expect(await linearCka(engine, x, y)).toBeCloseTo(explicit(x, y), 10);
  });

  it('does not feel rotation, scale or shift', async () => {
    const x = drawn(40, 6, 3);
    const { vectors } = await eigh(
      engine,
      multiplyPlain(drawn(6, 6, 4), drawn(6, 6, 4), { transposeA: true }),
    );
    const turned = multiplyPlain(x, vectors);
    turned.data.forEach((value, at) => {
      turned.data[at] = 3 * value + (at % 6);
    });
    expect(await linearCka(engine, x, turned)).toBeCloseTo(1, 10);
    expect(await linearCka(engine, x, turned, { debiased: true })).toBeCloseTo(1, 10);
  });

  it('debiased: unrelated wide features score 0 on average where the plain form scores far above', async () => {
    let [plain, debiased] = [0, 0];
    for (let seed = 0; seed < 20; seed++) {
      const [x, y] = [drawn(20, 100, 10 + seed), drawn(20, 100, 50 + seed)];
      plain += (await linearCka(engine, x, y)) / 20;
      debiased += (await linearCka(engine, x, y, { debiased: true })) / 20;
    }
    expect(plain).toBeGreaterThan(0.7);
    expect(Math.abs(debiased)).toBeLessThan(0.03);
  });

  it('debiased equals the sums over all quadruples of different items', async () => {
    const [x, y] = [drawn(6, 3, 5), drawn(6, 2, 6)];
    const kernel = (m: Matrix64) => multiplyPlain(m, m, { transposeB: true }).data;
    const hsic = (k: Float64Array, l: Float64Array): number => {
      let sum = 0;
      let count = 0;
      for (let i = 0; i < 6; i++)
        for (let j = 0; j < 6; j++)
          for (let q = 0; q < 6; q++)
            for (let r = 0; r < 6; r++) {
              if (new Set([i, j, q, r]).size < 4) continue;
              count++;
              sum += k[i * 6 + j] * (l[i * 6 + j] + l[q * 6 + r] - 2 * l[i * 6 + q]);
            }
      return sum / count;
    };
    const [k, l] = [kernel(x), kernel(y)];
    const expected = hsic(k, l) / Math.sqrt(hsic(k, k) * hsic(l, l));
    expect(await linearCka(engine, x, y, { debiased: true })).toBeCloseTo(expected, 8);
  });

  it('is symmetric and within 0 and 1', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: 1e6 }), fc.integer({ min: 1, max: 9 }), async (seed, p) => {
        const sets = [drawn(8, p, seed), drawn(8, 3, seed + 1)];
        const { data } = await ckaMatrix(engine, sets, sets);
        expect(data[0]).toBeCloseTo(1, 10);
        expect(data[1]).toBeCloseTo(data[2], 10);
        expect(data[1]).toBeGreaterThanOrEqual(0);
        expect(data[1]).toBeLessThanOrEqual(1 + 1e-12);
      }),
      { numRuns: 25 },
    );
  });

  it('refuses other numbers of items, and NaN by its place', async () => {
    await expect(linearCka(engine, drawn(5, 2, 1), drawn(6, 2, 1))).rejects.toMatchObject({
      code: 'cka.items-mismatch',
    });
    const bad = drawn(5, 2, 1);
    bad.data[7] = Number.NaN;
    await expect(linearCka(engine, bad, drawn(5, 2, 1))).rejects.toThrow(
      'Item 3 has NaN or infinity in feature 1',
    );
  });
});
