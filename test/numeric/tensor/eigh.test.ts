import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { eigh } from '../../../main/tensor/linear/eigh.ts';
import { type Matrix64, matrixOf, zeros64 } from '../../../main/tensor/matrix.ts';
import { multiplyPlain } from '../../../main/tensor/plain-engine.ts';
import { normals } from '../../../main/tensor/random/sampling.ts';
import { createRandom } from '../../../main/tensor/random/xoshiro.ts';
import { createRuntimeEngine } from '../../../main/tensor/runtime-engine.ts';

const engine = createRuntimeEngine({ threads: 2 });
afterAll(() => engine.dispose());

function fill(size: number, value: (row: number, col: number) => number): Matrix64 {
  const out = zeros64(size, size);
  for (let row = 0; row < size; row++)
    for (let col = 0; col < size; col++) out.data[row * size + col] = value(row, col);
  return out;
}

/** XᵀX of `samples` simulated rows. */
function gram(samples: number, size: number, seed: number): Matrix64 {
  const x = matrixOf(samples, size, normals(createRandom(seed), samples * size));
  return multiplyPlain(x, x, { transposeA: true });
}

/** Largest residual of A V = V Λ relative to the largest eigenvalue, and of VᵀV = I. */
async function faults(a: Matrix64): Promise<[number, number]> {
  const { values, vectors } = await eigh(engine, a);
  const size = a.rows;
  const av = multiplyPlain(a, vectors);
  const vv = multiplyPlain(vectors, vectors, { transposeA: true });
  let [residual, orthogonality, largest] = [0, 0, Number.MIN_VALUE];
  for (let row = 0; row < size; row++) {
    largest = Math.max(largest, Math.abs(values[row]));
    for (let col = 0; col < size; col++) {
      const at = row * size + col;
      residual = Math.max(residual, Math.abs(av.data[at] - values[col] * vectors.data[at]));
      orthogonality = Math.max(orthogonality, Math.abs(vv.data[at] - (row === col ? 1 : 0)));
    }
  }
  for (let i = 1; i < size; i++) expect(values[i]).toBeGreaterThanOrEqual(values[i - 1]);
  return [residual / largest, orthogonality];
}

describe('eigh', () => {
  it('knows the second-difference matrix: 2 − 2 cos(kπ/(n+1))', async () => {
    const size = 90;
    const { values } = await eigh(
      engine,
      fill(size, (r, c) => (r === c ? 2 : Math.abs(r - c) === 1 ? -1 : 0)),
    );
    values.forEach((value, k) => {
      expect(value).toBeCloseTo(2 - 2 * Math.cos(((k + 1) * Math.PI) / (size + 1)), 13);
    });
  });

  const awkward: Record<string, Matrix64> = {
    zero: zeros64(70, 70),
    identity: fill(70, (r, c) => (r === c ? 1 : 0)),
    'ones + identity (one eigenvalue 70 times)': fill(70, (r, c) => (r === c ? 2 : 1)),
    'rank 10 of 100': gram(10, 100, 1),
    'smooth kernel (condition beyond 10¹⁶)': fill(120, (r, c) => 1e12 * Math.exp(-((r - c) ** 2) / 50)),
    Hilbert: fill(80, (r, c) => 1 / (r + c + 1)),
    'Wilkinson (close pairs)': fill(101, (r, c) =>
      r === c ? Math.abs(50 - r) : Math.abs(r - c) === 1 ? 1 : 0,
    ),
    'three equal blocks': fill(99, (r, c) =>
      Math.floor(r / 33) === Math.floor(c / 33) ? Math.exp(-((r - c) ** 2) / 8) : 0,
    ),
    'covariance, 300': gram(305, 300, 2),
  };
  it.each(Object.entries(awkward))('decomposes %s', async (_name, a) => {
    const [residual, orthogonality] = await faults(a);
    expect(residual).toBeLessThan(2e-14);
    expect(orthogonality).toBeLessThan(2e-14);
  });

  it('decomposes random matrices of every size', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 100 }), fc.nat(1000), async (size, seed) => {
        const [residual, orthogonality] = await faults(gram(size + 3, size, seed));
        expect(residual).toBeLessThan(1e-14);
        expect(orthogonality).toBeLessThan(1e-14);
      }),
      { numRuns: 15 },
    );
  });

  it('gives the same bytes twice and refuses NaN', async () => {
    const a = gram(205, 200, 3);
    expect((await eigh(engine, a)).vectors.data).toEqual((await eigh(engine, a)).vectors.data);
    await expect(
      eigh(
        engine,
        fill(3, () => Number.NaN),
      ),
    ).rejects.toThrow('not finite');
  });
});
