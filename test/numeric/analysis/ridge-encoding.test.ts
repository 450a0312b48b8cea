import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { EncodingBlock } from '../../../main/analysis/ridge/encoding-types.ts';
import { fitEncoding } from '../../../main/analysis/ridge/fit-encoding.ts';
import { contiguousFolds } from '../../../main/analysis/splits/make-splits.ts';
import { matrixTargets } from '../../../main/analysis/target-source.ts';
import { type Matrix, matrixOf } from '../../../main/tensor/matrix.ts';
import { createRuntimeEngine } from '../../../main/tensor/runtime-engine.ts';

interface Case {
  x: number[][];
  y: number[][];
  nested: { penaltyIndex: number[][]; r: number[][]; r2: number[][] };
}
const fixture: { alphas: number[]; cases: Record<string, Case> } = JSON.parse(
  readFileSync(join(import.meta.dirname, '../../fixtures/numerics/ridge.json'), 'utf8'),
);
const engine = createRuntimeEngine({ threads: 2 });
afterAll(() => engine.dispose());

const matrix = (rows: number[][]): Matrix =>
  matrixOf(rows.length, rows[0].length, Float32Array.from(rows.flat()));

async function fit(
  x: Matrix,
  y: Matrix,
  extra: { batch?: number; firstTarget?: number } = {},
): Promise<EncodingBlock[]> {
  const split = contiguousFolds({ runs: [{ id: '1', samples: x.rows }], folds: 3, innerFolds: 3 });
  const blocks: EncodingBlock[] = [];
  const options = { features: x, targets: matrixTargets(y), split, penalties: fixture.alphas, ...extra };
  await fitEncoding(engine, options, (block) => void blocks.push(block));
  return blocks;
}

describe.each(Object.entries(fixture.cases))('nested ridge, %s, against scikit-learn', (_name, reference) => {
  it('chooses the same penalties and gives the same scores', async () => {
    const [block] = await fit(matrix(reference.x), matrix(reference.y));
    expect([...block.penaltyIndex.data]).toEqual(reference.nested.penaltyIndex.flat());
    reference.nested.r.flat().forEach((r, at) => {
      expect(block.foldR.data[at]).toBeCloseTo(r, 5);
    });
    reference.nested.r2.flat().forEach((r2, at) => {
      expect(block.foldR2.data[at]).toBeCloseTo(r2, 5);
    });
  });

  it('gives the same for any batch, and goes on from a later target', async () => {
    const [x, y] = [matrix(reference.x), matrix(reference.y)];
    const [whole] = await fit(x, y);
    const parts = await fit(x, y, { batch: 2 });
    expect(parts.map((part) => part.start)).toEqual([0, 2, 4]);
    expect(parts.flatMap((part) => [...part.r]).map((r) => r.toFixed(6))).toEqual(
      [...whole.r].map((r) => r.toFixed(6)),
    );
    const [resumed] = await fit(x, y, { batch: 2, firstTarget: 4 });
    expect(resumed.predictions.data).toEqual(parts[2].predictions.data);
  });
});

describe('nested ridge on awkward data', () => {
  const { x, y } = fixture.cases.primal;

  it('excludes constant, NaN and infinite targets and leaves the others alone', async () => {
    const [clean] = await fit(matrix(x), matrix(y));
    const spoilt = matrix(
      y.map(([a, b, c, ...rest], row) =>
        [a, 5, row === 7 ? Number.NaN : c, ...rest].map((v, i) =>
          i === 3 && row === 9 ? Infinity : v + b * 0,
        ),
      ),
    );
    const [block] = await fit(matrix(x), spoilt);
    expect([...block.excluded]).toEqual([0, 1, 1, 1, 0, 0]);
    expect([...block.r].map(Number.isNaN)).toEqual([false, true, true, true, false, false]);
    expect(block.r[4]).toBeCloseTo(clean.r[4], 6);
  });

  it('ignores constant feature columns and survives duplicated ones', async () => {
    const [clean] = await fit(matrix(x), matrix(y));
    const [constant] = await fit(matrix(x.map((row) => [...row, 1e6])), matrix(y));
    constant.r.forEach((r, target) => {
      expect(r).toBeCloseTo(clean.r[target], 5);
    });
    const [doubled] = await fit(matrix(x.map((row) => [...row, ...row])), matrix(y));
    for (const r of doubled.r) expect(Number.isFinite(r)).toBe(true);
  });

  it('refuses features that hold NaN, naming the place, and samples that do not match', async () => {
    const spoilt = matrix(x.map((row, index) => (index === 4 ? [Number.NaN, ...row.slice(1)] : row)));
    await expect(fit(spoilt, matrix(y))).rejects.toMatchObject({
      code: 'ridge.features-not-finite',
      params: { row: 4, column: 0 },
    });
    await expect(fit(matrix(x), matrix(y.slice(1)))).rejects.toMatchObject({ code: 'ridge.sample-mismatch' });
  });

  it('stops when asked to', async () => {
    const split = contiguousFolds({ runs: [{ id: '1', samples: x.length }], folds: 3 });
    const options = {
      features: matrix(x),
      targets: matrixTargets(matrix(y)),
      split,
      signal: AbortSignal.abort(),
    };
    await expect(fitEncoding(engine, options, () => {})).rejects.toThrow();
  });
});
