import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { bandFold } from '../../../main/analysis/ridge/band-fold.ts';
import type { BandedBlock, BandedOptions } from '../../../main/analysis/ridge/banded-types.ts';
import { bandsOfWidths } from '../../../main/analysis/ridge/bands.ts';
import { fitBanded } from '../../../main/analysis/ridge/fit-banded.ts';
import { bandedLoss, inBasis, refineFold } from '../../../main/analysis/ridge/refine-bands.ts';
import { mean } from '../../../main/analysis/significance/bootstrap.ts';
import { contiguousFolds } from '../../../main/analysis/splits/make-splits.ts';
import { matrixTargets } from '../../../main/analysis/target-source.ts';
import { type Matrix64, matrixOf, takeRows, zeros64 } from '../../../main/tensor/matrix.ts';
import { createRuntimeEngine } from '../../../main/tensor/runtime-engine.ts';

interface Case {
  x: number[][];
  y: number[][];
  bands: number[];
  gammas: number[][];
  deltas: number[][];
  weights: number[][];
  scores: number[];
  r: number[];
  split: number[][];
}
const fixture: { alphas: number[]; folds: number; cases: Record<string, Case> } = JSON.parse(
  readFileSync(join(import.meta.dirname, '../../fixtures/numerics/banded.json'), 'utf8'),
);
const engine = createRuntimeEngine({ threads: 2 });
afterAll(() => engine.dispose());

const matrix = (rows: number[][]): Matrix64 =>
  matrixOf(rows.length, rows[0].length, Float64Array.from(rows.flat()));

function optionsOf(reference: Case): BandedOptions {
  const runs = [{ id: 'all', samples: reference.x.length }];
  return {
    features: matrix(reference.x),
    bands: bandsOfWidths(reference.bands),
    targets: matrixTargets(matrix(reference.y)),
    folds: contiguousFolds({ runs, folds: fixture.folds, innerFolds: 0 }).folds,
    penalties: fixture.alphas,
    search: reference.gammas.map((row) => Float64Array.from(row)),
    seed: 1,
  };
}

async function fit(options: BandedOptions): Promise<BandedBlock> {
  const blocks: BandedBlock[] = [];
  await fitBanded(engine, options, (block) => void blocks.push(block));
  return blocks[0];
}

describe.each(Object.entries(fixture.cases))('banded ridge beside himalaya, %s', (_name, reference) => {
  const targets = reference.y[0].length;

  it('chooses the same weights and penalties among the same candidates', async () => {
    const { weights, penalty } = await fit(optionsOf(reference));
    reference.deltas.forEach((row, band) => {
      row.forEach((delta, target) => {
        const own = Math.log(weights.data[band * targets + target] / penalty[target]);
        expect(own).toBeCloseTo(delta, 4);
      });
    });
  });

  it('has the same coefficients, R², r and split', async () => {
    const { coefficients, score, r, split } = await fit(optionsOf(reference));
    const expected = reference.weights.flat();
    const largest = Math.max(...expected.map(Math.abs));
    expected.forEach((value, at) => {
      expect(Math.abs(coefficients.data[at] - value) / largest).toBeLessThan(1e-5);
    });
    for (let target = 0; target < targets; target++) {
      expect(score[target]).toBeCloseTo(reference.scores[target], 5);
      expect(r[target]).toBeCloseTo(reference.r[target], 5);
      reference.split.forEach((row, band) => {
        expect(split.data[band * targets + target]).toBeCloseTo(row[target], 5);
      });
    }
  });

  it('has the gradient that differences show, at weights away from those that made the basis', async () => {
    const options = optionsOf(reference);
    const [bands, cols] = [reference.bands.length, targets];
    const around = new Float64Array(bands).fill(1 / bands);
    const y = matrix(reference.y);
    const folds = [];
    for (const fold of options.folds) {
      const own = await bandFold(engine, options.features, fold, options.bands, 'none');
      const prepared = await refineFold(engine, own, around);
      const train = await inBasis(engine, prepared, takeRows(y, own.trainRows));
      folds.push({ fold: prepared, targets: { train, test: takeRows(y, own.testRows) } });
    }
    const at = zeros64(bands, cols);
    at.data.forEach((_, index) => {
      at.data[index] = Math.sin(index) * 2 - 3;
    });
    const { gradient } = await bandedLoss(engine, folds, at);
    const step = 1e-4;
    for (let band = 0; band < bands; band++) {
      const moved = (by: number): Matrix64 => {
        const data = at.data.slice();
        for (let col = 0; col < cols; col++) data[band * cols + col] += by;
        return matrixOf(bands, cols, data);
      };
      const up = (await bandedLoss(engine, folds, moved(step))).loss;
      const down = (await bandedLoss(engine, folds, moved(-step))).loss;
      for (let col = 0; col < cols; col++) {
        const slope = (up[col] - down[col]) / (2 * step);
        expect(gradient.data[band * cols + col]).toBeCloseTo(slope, 4);
      }
    }
  });

  it('refinement never scores lower by its own measure, mostly higher, and its parts still sum', async () => {
    const search = reference.gammas.slice(0, 2).map((row) => Float64Array.from(row));
    const options = { ...optionsOf(reference), search };
    const [before, after] = [await fit(options), await fit({ ...options, refine: 15 })];
    expect(mean(after.score)).toBeGreaterThan(mean(before.score));
    for (let target = 0; target < targets; target++) {
      let [sum, total] = [0, 0];
      for (let band = 0; band < reference.bands.length; band++) {
        sum += after.split.data[band * targets + target];
        total += after.weights.data[band * targets + target];
      }
      expect(sum).toBeCloseTo(after.score[target], 4);
      expect(total).toBeCloseTo(1, 5);
    }
    // Coefficients of a refined target solve its own normal equations, and not those before refinement.
    expect(after.coefficients).not.toEqual(before.coefficients);
    const none = await fit({ ...options, refine: 0 });
    expect(none).toEqual(before);
  });
});
