import { afterAll, describe, expect, it } from 'vitest';
import { pearsonColumns } from '../../../main/analysis/metrics.ts';
import {
  leaveItemOut,
  shuffleRows,
  similarityEncoding,
  zscoreColumns,
  zscoreRows,
} from '../../../main/analysis/similarity/similarity-encoding.ts';
import { type Matrix64, matrixOf } from '../../../main/tensor/matrix.ts';
import { multiplyPlain } from '../../../main/tensor/plain-engine.ts';
import { normals, permutation } from '../../../main/tensor/random/sampling.ts';
import { createRandom } from '../../../main/tensor/random/xoshiro.ts';
import { createRuntimeEngine } from '../../../main/tensor/runtime-engine.ts';

const engine = createRuntimeEngine({ threads: 2 });
afterAll(() => engine.dispose());

/** Simulated items: nine measures linear in a hundred embedding dimensions. */
function simulate(
  noise: number,
  seed: number,
  items = 600,
): { embeddings: Matrix64; data: Matrix64; order: Int32Array } {
  const [dims, measures] = [100, 9];
  const random = createRandom(seed);
  const embeddings = matrixOf(items, dims, normals(random, items * dims));
  const signal = multiplyPlain(embeddings, matrixOf(dims, measures, normals(random, dims * measures)));
  const data = matrixOf(
    items,
    measures,
    signal.data.map((value) => value / Math.sqrt(dims) + noise * random.normal()),
  );
  return { embeddings, data, order: permutation(random, items) };
}

/** Mean over six simulations, as single ones scatter by .02. */
async function average(score: (seed: number) => Promise<number>): Promise<number> {
  let sum = 0;
  for (let seed = 0; seed < 6; seed++) sum += await score(seed);
  return sum / 6;
}

/** M C with the − I left out: the trap. */
function withSelf(embeddings: Matrix64, data: Matrix64): number {
  const z = zscoreRows(embeddings);
  const c = zscoreColumns(data);
  const scores = pearsonColumns(multiplyPlain(z, multiplyPlain(z, c, { transposeA: true })), c);
  return scores.reduce((sum, r) => sum + r, 0) / scores.length;
}

describe('similarity encoding', () => {
  it.each([
    [0, 0.922],
    [0.5, 0.81],
    [1, 0.603],
    [2, 0.306],
  ])('recovers planted structure at noise %f: %f', async (noise, expected) => {
    const found = await average(async (seed) => {
      const { embeddings, data } = simulate(noise, seed);
      return (await similarityEncoding(engine, embeddings, data)).score;
    });
    expect(Math.abs(found - expected)).toBeLessThan(0.02);
  });

  it('equals the explicit (M − I) C', async () => {
    const { embeddings, data } = simulate(1, 1, 80);
    const z = zscoreRows(embeddings);
    const m = multiplyPlain(z, z, { transposeB: true });
    for (let row = 0; row < 80; row++) {
      for (let col = 0; col < 80; col++)
        m.data[row * 80 + col] = m.data[row * 80 + col] / 100 - (row === col ? 1 : 0);
    }
    const explicit = multiplyPlain(m, zscoreColumns(data)).data;
    (await similarityEncoding(engine, embeddings, data)).predicted.data.forEach((value, at) => {
      expect(Math.abs(value - explicit[at])).toBeLessThan(1e-10);
    });
  });

  it('trap: without − I, shuffled embeddings score .37 to .39; with it, none', async () => {
    const shuffled = (seed: number) => {
      const { embeddings, data, order } = simulate(1, seed);
      return { embeddings: matrixOf(600, 100, Float64Array.from(shuffleRows(embeddings, order).data)), data };
    };
    const trapped = await average(async (seed) => withSelf(shuffled(seed).embeddings, shuffled(seed).data));
    expect(trapped).toBeGreaterThan(0.36);
    expect(trapped).toBeLessThan(0.4);
    const ours = await average(
      async (seed) =>
        (await similarityEncoding(engine, shuffled(seed).embeddings, shuffled(seed).data)).score,
    );
    expect(Math.abs(ours)).toBeLessThan(0.03);
    const left = await average(
      async (seed) => (await leaveItemOut(engine, shuffled(seed).embeddings, shuffled(seed).data)).score,
    );
    expect(Math.abs(left)).toBeLessThan(0.03);
  });

  it('leave-item-out agrees where every item has as much weight', async () => {
    const { embeddings, data } = simulate(1, 3);
    const [all, left] = [
      await similarityEncoding(engine, embeddings, data),
      await leaveItemOut(engine, embeddings, data),
    ];
    expect(Math.abs(all.score - left.score)).toBeLessThan(0.01);
  });

  it('trap: a constant embedding scores −1 by the published form, for it is like nothing and less itself', () => {
    const c = zscoreColumns(simulate(1, 3, 50).data);
    // z of a constant row is 0 throughout, and so are its row and column of M.
    const z = matrixOf(50, 100, new Float64Array(5000));
    const predicted = multiplyPlain(z, multiplyPlain(z, c, { transposeA: true }));
    predicted.data.forEach((value, at) => {
      predicted.data[at] = value / 100 - c.data[at];
    });
    for (const r of pearsonColumns(predicted, c)) expect(r).toBeCloseTo(-1, 12);
  });

  it('refuses constant embeddings (they would score −1) and items that do not match', async () => {
    const { embeddings, data } = simulate(1, 3, 20);
    embeddings.data.fill(1, 300, 400);
    await expect(similarityEncoding(engine, embeddings, data)).rejects.toMatchObject({
      code: 'similarity.constant-row',
      params: { row: 3 },
    });
    await expect(
      leaveItemOut(engine, matrixOf(19, 100, embeddings.data.slice(100)), data),
    ).rejects.toMatchObject({ code: 'similarity.items-mismatch' });
  });
});
