import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { cholesky, solveCholesky, solveTriangular } from '../../../main/tensor/linear/cholesky.ts';
import { eigh } from '../../../main/tensor/linear/eigh.ts';
import { leastSquares, thinSvd } from '../../../main/tensor/linear/svd.ts';
import { type Matrix64, matrixOf, rowView } from '../../../main/tensor/matrix.ts';
import {
  broadcastTo,
  ndArray,
  packed,
  permute,
  reshape,
  slice,
  windows,
} from '../../../main/tensor/nd-array.ts';
import { multiplyPlain } from '../../../main/tensor/plain-engine.ts';
import { normals } from '../../../main/tensor/random/sampling.ts';
import { createRandom } from '../../../main/tensor/random/xoshiro.ts';
import { createRuntimeEngine } from '../../../main/tensor/runtime-engine.ts';

const fixture = JSON.parse(
  readFileSync(join(import.meta.dirname, '../../fixtures/numerics/tensor.json'), 'utf8'),
);
const engine = createRuntimeEngine({ threads: 2 });
afterAll(() => engine.dispose());

const matrix = (rows: number[][]): Matrix64 =>
  matrixOf(rows.length, rows[0].length, Float64Array.from(rows.flat()));
function expectClose(found: ArrayLike<number>, wanted: ArrayLike<number>, tolerance: number): void {
  expect(found.length).toBe(wanted.length);
  for (let at = 0; at < found.length; at++) expect(Math.abs(found[at] - wanted[at])).toBeLessThan(tolerance);
}

describe('against NumPy', () => {
  it('products, one and in batches', async () => {
    const [a, b] = [matrix(fixture.a), matrix(fixture.b)];
    expectClose((await engine.multiply(a, b, { transposeA: true })).data, fixture.product.flat(), 1e-13);
    const cube = ndArray([2, 3, 4, 6], Float64Array.from(fixture.cube.flat(3)));
    const right = ndArray([3, 6, 5], Float64Array.from(fixture.right.flat(2)));
    const found = await engine.multiplyBatch(cube, broadcastTo(right, [2, 3, 6, 5]));
    expect(found.shape).toEqual([2, 3, 4, 5]);
    expectClose(found.data, fixture.batched.flat(3), 1e-13);
  });
  it('views: windows, turned axes, slices, reshaped', () => {
    const cube = ndArray([2, 3, 4, 6], Float64Array.from(fixture.cube.flat(3)));
    const own = windows(cube, 3, 3, 2);
    expect(own.shape).toEqual([2, 3, 4, 2, 3]);
    expect([...packed(own)]).toEqual(fixture.windowed.flat(4));
    const turned = reshape(slice(permute(cube, [2, 0, 3, 1]), 0, 1, 4, 2), [8, 9]);
    expect([...packed(turned)]).toEqual(fixture.turned.flat());
  });
  it('symmetric eigendecomposition, vectors up to their sign', async () => {
    const { values, vectors } = await eigh(engine, matrix(fixture.spd));
    expectClose(values, fixture.eigenvalues, 1e-12);
    const wanted = matrix(fixture.eigenvectors);
    const signs = multiplyPlain(wanted, vectors, { transposeA: true });
    for (let i = 0; i < 9; i++)
      for (let j = 0; j < 9; j++)
        expect(Math.abs(Math.abs(signs.data[i * 9 + j]) - (i === j ? 1 : 0))).toBeLessThan(1e-12);
  });
  it('triangular and Cholesky solves', async () => {
    const [l, b] = [matrix(fixture.cholesky), rowView(matrix(fixture.b), 0, 9)];
    expectClose((await solveTriangular(engine, l, b)).data, fixture.triangular.flat(), 1e-12);
    expectClose((await solveTriangular(engine, l, b, true)).data, fixture.triangularTransposed.flat(), 1e-12);
    expectClose((await solveCholesky(engine, l, b)).data, fixture.solved.flat(), 1e-12);
  });
  it('Cholesky', async () => {
    expectClose((await cholesky(engine, matrix(fixture.spd))).data, fixture.cholesky.flat(), 1e-12);
  });
  it('least squares of smallest norm without full rank', async () => {
    expectClose(
      (await leastSquares(engine, matrix(fixture.a), matrix(fixture.b))).data,
      fixture.leastSquares.flat(),
      1e-10,
    );
  });
  it('singular values', async () => {
    const { values, u, v } = await thinSvd(engine, matrix(fixture.a));
    expectClose(values, fixture.singular.slice(0, 8), 1e-11);
    const scaled = matrixOf(
      u.rows,
      u.cols,
      u.data.map((value, at) => value * values[at % u.cols]),
    );
    expectClose(multiplyPlain(scaled, v, { transposeB: true }).data, fixture.a.flat(), 1e-12);
  });
});

describe('Cholesky solve', () => {
  it('solves for many right-hand sides, across block borders', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 200 }), fc.nat(99), async (size, seed) => {
        const x = matrixOf(size + 5, size, normals(createRandom(seed), (size + 5) * size));
        const a = multiplyPlain(x, x, { transposeA: true });
        for (let i = 0; i < size; i++) a.data[i * size + i] += 10;
        const truth = matrixOf(size, 3, normals(createRandom(seed, 1), size * 3));
        const found = await solveCholesky(engine, await cholesky(engine, a), multiplyPlain(a, truth));
        expectClose(found.data, truth.data, 1e-10);
      }),
      { numRuns: 20 },
    );
  });
  it('refuses a matrix that is not positive definite, naming the pivot', async () => {
    await expect(
      cholesky(
        engine,
        matrix([
          [1, 2],
          [2, 1],
        ]),
      ),
    ).rejects.toMatchObject({
      code: 'linear.not-positive-definite',
      params: { pivot: 1 },
    });
  });
});
