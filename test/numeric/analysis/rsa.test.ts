import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { comparators, compareRdms, reorderRdm, resampleRdm } from '../../../main/analysis/rsa/compare.ts';
import {
  crossnobis,
  type Distance,
  dissimilarities,
  type Rdm,
} from '../../../main/analysis/rsa/dissimilarity.ts';
import { evaluateModels } from '../../../main/analysis/rsa/evaluate-models.ts';
import { precisionOf, shrunkCovariance } from '../../../main/analysis/rsa/noise-precision.ts';
import { kendallTauA } from '../../../main/analysis/rsa/ranks.ts';
import { rsaCeiling } from '../../../main/analysis/rsa/rsa-ceiling.ts';
import { type Matrix64, matrixOf } from '../../../main/tensor/matrix.ts';
import { ndArray } from '../../../main/tensor/nd-array.ts';
import { multiplyPlain } from '../../../main/tensor/plain-engine.ts';
import { normals, permutation } from '../../../main/tensor/random/sampling.ts';
import { createRandom } from '../../../main/tensor/random/xoshiro.ts';
import { createRuntimeEngine } from '../../../main/tensor/runtime-engine.ts';

const fixture = JSON.parse(
  readFileSync(join(import.meta.dirname, '../../fixtures/numerics/rsa.json'), 'utf8'),
);
const engine = createRuntimeEngine({ threads: 2 });
afterAll(() => engine.dispose());

const matrix = (rows: number[][]): Matrix64 =>
  matrixOf(rows.length, rows[0].length, Float64Array.from(rows.flat()));
const rdm = (values: number[]): Rdm => ({ items: 8, values: Float64Array.from(values) });
const drawn = (rows: number, cols: number, seed: number): Matrix64 =>
  matrixOf(rows, cols, normals(createRandom(seed), rows * cols));

function close(found: Float64Array, expected: number[], digits = 10): void {
  expect(found.length).toBe(expected.length);
  expected.forEach((value, at) => {
    expect(found[at]).toBeCloseTo(value, digits);
  });
}

describe('against rsatoolbox', () => {
  const partitions: Matrix64[] = fixture.partitions.map(matrix);
  const mean = matrixOf(
    8,
    5,
    partitions[0].data.map((_, at) => partitions.reduce((sum, { data }) => sum + data[at] / 3, 0)),
  );

  it.each(['diagonal', 'identity'] as const)('noise covariance shrunk to the %s', async (target) => {
    const { covariance, shrinkage } = await shrunkCovariance(engine, matrix(fixture.residuals), target);
    close(covariance.data, fixture.covariance[target].flat());
    expect(shrinkage).toBeGreaterThan(0);
    expect(shrinkage).toBeLessThan(1);
  });

  it('distances: correlation, Euclidean, Mahalanobis, crossnobis', async () => {
    const precision = await precisionOf(engine, matrix(fixture.covariance.diagonal));
    for (const distance of ['correlation', 'euclidean', 'mahalanobis'] as Distance[])
      close((await dissimilarities(engine, mean, distance, precision)).values, fixture.rdms[distance], 9);
    const all = ndArray([3, 8, 5], Float64Array.from(partitions.flatMap(({ data }) => [...data])));
    close((await crossnobis(engine, all, precision)).values, fixture.rdms.crossnobis, 9);
    close((await crossnobis(engine, all)).values, fixture.rdms.crossEuclidean);
  });

  it.each(comparators)('comparator %s, with a model of ties', (comparator) => {
    const subjects: Rdm[] = fixture.subjects.map(rdm);
    fixture.models.forEach((model: number[], row: number) => {
      const found = Float64Array.from(subjects, (subject) => compareRdms(rdm(model), subject, comparator));
      close(found, fixture.comparisons[comparator][row], 9);
    });
  });

  it.each(comparators)('noise ceiling by %s', (comparator) => {
    const { lower, upper } = rsaCeiling(fixture.subjects.map(rdm), comparator);
    // rsatoolbox solves the whitened ones by conjugate gradients to five digits.
    const digits = comparator.startsWith('whitened') ? 4 : 9;
    close(Float64Array.of(lower, upper), fixture.ceilings[comparator], digits);
  });
});

describe('rank comparators', () => {
  it('τ-a counts pairs, ties being neither', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.integer({ min: 0, max: 4 }), fc.integer({ min: 0, max: 4 })), {
          minLength: 2,
          maxLength: 40,
        }),
        (pairs) => {
          let sum = 0;
          for (let i = 0; i < pairs.length; i++)
            for (let j = 0; j < i; j++)
              sum += Math.sign(pairs[i][0] - pairs[j][0]) * Math.sign(pairs[i][1] - pairs[j][1]);
          const found = kendallTauA(
            pairs.map(([a]) => a),
            pairs.map(([, b]) => b),
          );
          expect(found).toBeCloseTo((2 * sum) / (pairs.length * (pairs.length - 1)), 12);
        },
      ),
    );
  });

  it('every comparator gives 1 to itself, and the same to items in the same other order', () => {
    const [a, b] = [rdm(fixture.subjects[0]), rdm(fixture.subjects[1])];
    const order = permutation(createRandom(4), 8);
    for (const comparator of comparators) {
      expect(compareRdms(a, a, comparator)).toBeCloseTo(1, 10);
      const turned = compareRdms(reorderRdm(a, order), reorderRdm(b, order), comparator);
      expect(turned).toBeCloseTo(compareRdms(a, b, comparator), 10);
    }
  });

  it('resampling leaves out pairs of an item with itself', () => {
    const values = resampleRdm(rdm(fixture.models[1]), [2, 2, 5]);
    expect(values.length).toBe(2);
    expect(values[0]).toBe(values[1]);
  });
});

describe('evaluation', () => {
  /** Simulated subjects who share a geometry of four dimensions, with noise of their own. */
  const truth = drawn(14, 4, 1);
  const subjects = async (noise: number): Promise<Rdm[]> => {
    const made: Rdm[] = [];
    for (let subject = 0; subject < 6; subject++) {
      const patterns = multiplyPlain(truth, drawn(4, 30, 10 + subject));
      const own = drawn(14, 30, 30 + subject).data;
      const data = patterns.data.map((value, at) => value + noise * own[at]);
      made.push(await dissimilarities(engine, matrixOf(14, 30, data), 'euclidean'));
    }
    return made;
  };

  it('finds the planted model near the ceiling with the least p, and a strange one at nothing', async () => {
    const models = [
      await dissimilarities(engine, truth, 'euclidean'),
      await dissimilarities(engine, drawn(14, 4, 2), 'euclidean'),
    ];
    const options = { comparator: 'rho-a', seed: 1, draws: 200, permutations: 199 } as const;
    const { models: found, ceiling, differenceErrors } = evaluateModels(await subjects(1), models, options);
    expect(found[0].mean).toBeGreaterThan(ceiling.lower - 0.1);
    expect(ceiling.lower).toBeLessThan(ceiling.upper);
    expect(found[0].p).toBe(1 / 200);
    expect(found[1].p).toBeGreaterThan(0.05);
    expect(found[0].low).toBeGreaterThan(found[1].high);
    const difference = found[0].mean - found[1].mean;
    expect(difference).toBeGreaterThan(2 * differenceErrors[0][1]);
    expect(differenceErrors[0][0]).toBe(0);
  });

  it('a ceiling needs two subjects; one subject still has an interval over items', async () => {
    const [only] = await subjects(1);
    const options = { comparator: 'pearson', seed: 1, draws: 50, permutations: 19 } as const;
    const { models, ceiling } = evaluateModels([only], [only], options);
    expect(ceiling.lower).toBeNaN();
    expect(models[0].mean).toBeCloseTo(1, 10);
    expect(models[0].standardError).toBeGreaterThanOrEqual(0);
  });
});

describe('refusals', () => {
  it('name what is wrong', async () => {
    const patterns = drawn(5, 4, 1);
    patterns.data.fill(2, 8, 12);
    await expect(dissimilarities(engine, patterns, 'correlation')).rejects.toThrow(
      'pattern of item 2 is constant',
    );
    patterns.data[9] = Number.NaN;
    await expect(dissimilarities(engine, patterns, 'euclidean')).rejects.toThrow(
      'Item 2 has NaN or infinity in channel 1',
    );
    await expect(dissimilarities(engine, drawn(2, 4, 1), 'euclidean')).rejects.toThrow('at least 3 items');
    await expect(crossnobis(engine, ndArray([1, 5, 4], drawn(5, 4, 1).data))).rejects.toThrow(
      'at least two partitions',
    );
    const [a, b] = [
      await dissimilarities(engine, drawn(5, 4, 1), 'euclidean'),
      await dissimilarities(engine, drawn(6, 4, 1), 'euclidean'),
    ];
    expect(() => compareRdms(a, b, 'cosine')).toThrow('Dissimilarities of 5 and of 6 items');
  });
});
