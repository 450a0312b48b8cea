import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { type Exclusions, heldOutSimilarity } from '../../../main/analysis/similarity/held-out-similarity.ts';
import {
  shuffleRows,
  similarityEncoding,
  zscoreColumns,
  zscoreRows,
} from '../../../main/analysis/similarity/similarity-encoding.ts';
import type { Matrix } from '../../../main/tensor/matrix.ts';
import { permutation } from '../../../main/tensor/random/sampling.ts';
import { createRandom } from '../../../main/tensor/random/xoshiro.ts';
import { createRuntimeEngine } from '../../../main/tensor/runtime-engine.ts';

const engine = createRuntimeEngine({ threads: 1 });
afterAll(() => engine.dispose());

function random(rows: number, cols: number, seed: number): Matrix {
  const source = createRandom(seed);
  return { rows, cols, data: Float32Array.from({ length: rows * cols }, () => source.normal()) };
}

/** The definition, term by term. */
function byDefinition(embeddings: Matrix, data: Matrix, exclusions: Exclusions): Float64Array {
  const z = zscoreRows(embeddings);
  const c = zscoreColumns(data);
  const out = new Float64Array(c.data.length);
  for (let i = 0; i < z.rows; i++) {
    const others = Array.from({ length: z.rows }, (_, j) => j).filter((j) =>
      exclusions.every((labels) => labels[j] !== labels[i]),
    );
    for (let col = 0; col < c.cols; col++) {
      const mean = others.reduce((sum, j) => sum + c.data[j * c.cols + col], 0) / others.length;
      for (const j of others) {
        let similarity = 0;
        for (let k = 0; k < z.cols; k++) similarity += z.data[i * z.cols + k] * z.data[j * z.cols + k];
        out[i * c.cols + col] += (similarity / z.cols) * (c.data[j * c.cols + col] - mean);
      }
    }
  }
  return out;
}

describe('similarity encoding on held-out items', () => {
  it('equals its definition for any labels', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.nat(3), fc.nat(5)), { minLength: 12, maxLength: 24 }),
        fc.nat(1000),
        async (labels, seed) => {
          const exclusions = [labels.map(([story]) => story), labels.map(([, word]) => word)];
          const items = labels.map((_, i) => i);
          const alone = items.some(
            (i) => items.filter((j) => exclusions.every((list) => list[j] !== list[i])).length < 2,
          );
          fc.pre(!alone);
          const [e, c] = [random(labels.length, 7, seed), random(labels.length, 3, seed + 1)];
          const { predicted } = await heldOutSimilarity(engine, e, c, exclusions);
          const expected = byDefinition(e, c, exclusions);
          for (let at = 0; at < expected.length; at++)
            expect(predicted.data[at]).toBeCloseTo(expected[at], 8);
        },
      ),
      { numRuns: 40 },
    );
  });

  it('reproduces the planted table of the published form', async () => {
    const [n, d, k, draws] = [600, 100, 9, 8];
    const items = [Int32Array.from({ length: n }, (_, row) => row)];
    const noise = createRandom(3);
    for (const [level, expected] of [
      [0, 0.922],
      [0.5, 0.81],
      [1, 0.603],
      [2, 0.306],
    ]) {
      let [found, published] = [0, 0];
      for (let draw = 0; draw < draws; draw++) {
        const e = random(n, d, 100 + draw);
        const w = random(d, k, 200 + draw);
        const c = await engine.multiply(zscoreRows(e), { ...w, data: Float64Array.from(w.data) });
        for (let at = 0; at < c.data.length; at++)
          c.data[at] = c.data[at] / Math.sqrt(d) + level * noise.normal();
        found += (await heldOutSimilarity(engine, e, c, items)).score / draws;
        published += (await similarityEncoding(engine, e, c)).score / draws;
      }
      expect(Math.abs(found - published)).toBeLessThan(0.005);
      expect(Math.abs(found - expected)).toBeLessThan(0.025);
    }
  });

  it('is not moved by a direction that all embeddings share; the published form is', async () => {
    const [n, d, k] = [300, 60, 40];
    const e = random(n, d, 5);
    const common = random(1, d, 6);
    for (let at = 0; at < e.data.length; at++) e.data[at] += 3 * common.data[at % d];
    const c = random(n, k, 7);
    const items = [Int32Array.from({ length: n }, (_, row) => row)];
    let [heldOut, published] = [0, 0];
    for (let draw = 0; draw < 5; draw++) {
      const shuffled = shuffleRows(e, permutation(createRandom(8, draw), n));
      heldOut += (await heldOutSimilarity(engine, shuffled, c, items)).score / 5;
      published += (await similarityEncoding(engine, shuffled, c)).score / 5;
    }
    expect(Math.abs(heldOut)).toBeLessThan(0.03);
    expect(published).toBeLessThan(-0.2);
  });

  it('neighbours in time do not predict each other', async () => {
    const [stories, samples, d, k] = [6, 60, 20, 20];
    const smooth = (cols: number, seed: number): Matrix => {
      const made = random(stories * samples, cols, seed);
      for (let row = 1; row < made.rows; row++) {
        if (row % samples === 0) continue;
        for (let col = 0; col < cols; col++) {
          made.data[row * cols + col] =
            0.95 * made.data[(row - 1) * cols + col] + 0.31 * made.data[row * cols + col];
        }
      }
      return made;
    };
    const each = Int32Array.from({ length: stories * samples }, (_, row) => row);
    const story = each.map((row) => Math.floor(row / samples));
    let [leaky, clean] = [0, 0];
    for (let draw = 0; draw < 4; draw++) {
      const [e, c] = [smooth(d, 10 + draw), smooth(k, 20 + draw)];
      leaky += (await heldOutSimilarity(engine, e, c, [each])).score / 4;
      clean += (await heldOutSimilarity(engine, e, c, [story])).score / 4;
    }
    expect(leaky).toBeGreaterThan(0.3);
    expect(Math.abs(clean)).toBeLessThan(0.1);
  });

  it('says so when nothing is left to predict from', async () => {
    await expect(
      heldOutSimilarity(engine, random(4, 5, 1), random(4, 2, 2), [[0, 0, 0, 0]]),
    ).rejects.toMatchObject({ code: 'similarity.few-groups' });
  });
});
