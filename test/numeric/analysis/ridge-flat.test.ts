import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { fitRidge, type RidgeBlock, type RidgeOptions } from '../../../main/analysis/ridge/fit-ridge.ts';
import { contiguousFolds } from '../../../main/analysis/splits/make-splits.ts';
import { matrixTargets } from '../../../main/analysis/target-source.ts';
import { type Matrix, matrixOf } from '../../../main/tensor/matrix.ts';
import { createRuntimeEngine } from '../../../main/tensor/runtime-engine.ts';

interface Case {
  x: number[][];
  y: number[][];
  flat: { alphas: number[]; scores: number[]; coefficients: number[][] };
}
const fixture: { alphas: number[]; cases: Record<string, Case> } = JSON.parse(
  readFileSync(join(import.meta.dirname, '../../fixtures/numerics/ridge.json'), 'utf8'),
);
const engine = createRuntimeEngine({ threads: 2 });
afterAll(() => engine.dispose());

const matrix = (rows: number[][]): Matrix =>
  matrixOf(rows.length, rows[0].length, Float32Array.from(rows.flat()));

async function fit(reference: Case, extra: Partial<RidgeOptions> = {}): Promise<RidgeBlock[]> {
  const { folds } = contiguousFolds({
    runs: [{ id: '1', samples: reference.x.length }],
    folds: 5,
    innerFolds: 0,
  });
  const blocks: RidgeBlock[] = [];
  const options = {
    features: matrix(reference.x),
    targets: matrixTargets(matrix(reference.y)),
    folds,
    penalties: fixture.alphas,
    ...extra,
  };
  await fitRidge(engine, options, (block) => void blocks.push(block));
  return blocks;
}

describe.each(Object.entries(fixture.cases))('ridge, %s', (_name, reference) => {
  it("chooses himalaya's penalties with its scores", async () => {
    const [block] = await fit(reference);
    reference.flat.alphas.forEach((alpha, target) => {
      expect(block.penalty[target] / alpha).toBeCloseTo(1, 6);
      expect(block.score[target]).toBeCloseTo(reference.flat.scores[target], 5);
    });
  });

  it("has scikit-learn's coefficients to 10⁻⁵ of the largest", async () => {
    const [{ coefficients, intercept }] = await fit(reference);
    const expected = reference.flat.coefficients.flat();
    const largest = Math.max(...expected.map(Math.abs));
    expected.forEach((value, at) => {
      expect(Math.abs(coefficients.data[at] - value) / largest).toBeLessThan(1e-5);
    });
    expect([...intercept]).toEqual(reference.y[0].map(() => 0));
  });

  it('predicts raw values from raw features when it scales inside', async () => {
    const [{ coefficients, intercept, penalty }] = await fit(reference, {
      scaling: 'zscore',
      penalties: [1e-6],
    });
    expect(penalty[0]).toBeCloseTo(1e-6, 12);
    const { x, y } = reference;
    const total = y.reduce((sum, row) => sum + row[0], 0) / y.length;
    const predicted = x.map((row) =>
      row.reduce((sum, value, i) => sum + value * coefficients.data[i * y[0].length], intercept[0]),
    );
    // Least squares with an intercept: predictions have the mean of the data.
    expect(predicted.reduce((sum, value) => sum + value, 0) / y.length).toBeCloseTo(total, 3);
  });

  it('tells r without forming predictions', async () => {
    const [block] = await fit(reference, { penalties: [100] });
    const { x, y } = reference;
    const split = contiguousFolds({ runs: [{ id: '1', samples: x.length }], folds: 5, innerFolds: 0 });
    const { fitEncoding } = await import('../../../main/analysis/ridge/fit-encoding.ts');
    const options = {
      features: matrix(x),
      targets: matrixTargets(matrix(y)),
      split,
      penalties: [100],
      featureScaling: 'none',
      targetScaling: 'none',
    } as const;
    await fitEncoding(engine, options, (formed) => {
      formed.r.forEach((r, target) => {
        expect(block.r[target]).toBeCloseTo(r, 5);
      });
    });
  });
});
