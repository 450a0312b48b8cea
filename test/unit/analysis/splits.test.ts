import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { customFolds } from '../../../main/analysis/splits/custom-folds.ts';
import { blockedFolds, contiguousFolds, leaveOneRunOut } from '../../../main/analysis/splits/make-splits.ts';
import { lagOneAutocorrelation, shuffledFolds } from '../../../main/analysis/splits/shuffled-splits.ts';
import {
  type Fold,
  rowIndices,
  type SplitManifest,
  splitHash,
} from '../../../main/analysis/splits/split-manifest.ts';
import { matrixOf } from '../../../main/tensor/matrix.ts';
import { normals } from '../../../main/tensor/random/sampling.ts';
import { createRandom } from '../../../main/tensor/random/xoshiro.ts';

const runs = [
  { id: 'a', samples: 50 },
  { id: 'b', samples: 40 },
  { id: 'c', samples: 45 },
  { id: 'c again', samples: 45, group: 'c' },
];

/** No sample on both sides, and at least `gap` samples between sides within a run. */
function leaks(fold: Fold, gap: number): boolean {
  const train = [...rowIndices(fold.train)];
  const starts = [0, 50, 90, 135, 180];
  const runOf = (row: number): number => starts.findLastIndex((start) => row >= start);
  return [...rowIndices(fold.test)].some((test) =>
    train.some((row) => runOf(row) === runOf(test) && Math.abs(row - test) <= gap),
  );
}

const foldsOf = (manifest: SplitManifest): Fold[] => manifest.folds.flatMap((fold) => [fold, ...fold.inner]);

describe('contiguousFolds', () => {
  it('tests every kept sample once, keeps the gap, nests inner folds in training', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 6 }), fc.nat(4), fc.nat(3), (folds, trim, gap) => {
        const split = contiguousFolds({ runs: runs.slice(0, 3), folds, trim, gap, innerFolds: 2 });
        const tested = split.folds.flatMap((fold) => [...rowIndices(fold.test)]);
        const kept = [...Array(135).keys()].filter((row) =>
          [
            [0, 50],
            [50, 90],
            [90, 135],
          ].some(([start, stop]) => row >= start + trim && row < stop - trim),
        );
        expect(tested).toEqual(kept);
        for (const fold of foldsOf(split)) expect(leaks(fold, gap)).toBe(false);
        for (const fold of split.folds) {
          const train = new Set(rowIndices(fold.train));
          for (const inner of fold.inner) {
            for (const row of [...rowIndices(inner.train), ...rowIndices(inner.test)])
              expect(train.has(row)).toBe(true);
          }
        }
      }),
      { numRuns: 40 },
    );
  });

  it('refuses repeats, silly fold counts and short runs', () => {
    expect(() => contiguousFolds({ runs, folds: 3 })).toThrow('repeat one stimulus');
    expect(() => contiguousFolds({ runs: [{ id: 'a', samples: 4 }], folds: 5 })).toThrow(
      '5 folds cannot be made from 4',
    );
    expect(() => contiguousFolds({ runs: [{ id: 'a', samples: 4 }], folds: 2, trim: 2 })).toThrow(
      'Run a has 4 samples',
    );
  });
});

describe('blockedFolds', () => {
  it('tests every kept sample once, in blocks dealt in turn, with the gap around each', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 2, max: 4 }),
        fc.integer({ min: 4, max: 12 }),
        fc.nat(3),
        fc.nat(2),
        (folds, block, trim, gap) => {
          const split = blockedFolds({ runs: runs.slice(0, 3), folds, block, trim, gap, innerFolds: 2 });
          const tested = split.folds.flatMap((fold) => [...rowIndices(fold.test)]);
          expect(new Set(tested).size).toBe(tested.length);
          expect(tested.length).toBe(135 - 6 * trim);
          for (const fold of foldsOf(split)) expect(leaks(fold, gap)).toBe(false);
          expect(split.folds[0].test[0]).toEqual({ start: trim, stop: trim + block });
        },
      ),
      { numRuns: 40 },
    );
    const [first, second] = blockedFolds({
      runs: [{ id: 'a', samples: 23 }],
      folds: 2,
      block: 5,
      innerFolds: 0,
    }).folds;
    expect(first.test).toEqual([
      { start: 0, stop: 5 },
      { start: 10, stop: 15 },
    ]);
    expect(second.test).toEqual([
      { start: 5, stop: 10 },
      { start: 15, stop: 23 },
    ]);
  });

  it('refuses blocks longer than a run, and more folds than blocks', () => {
    expect(() => blockedFolds({ runs, folds: 2, block: 60 })).toThrow(
      'Blocks of 60 samples cannot be cut from runs of 40',
    );
    expect(() => blockedFolds({ runs: runs.slice(0, 1), folds: 6, block: 10 })).toThrow(
      '6 folds cannot be made',
    );
  });
});

describe('leaveOneRunOut', () => {
  it('keeps repeats of one stimulus on one side', () => {
    const split = leaveOneRunOut({ runs });
    expect(split.folds.map((fold) => fold.label)).toEqual(['a', 'b', 'c']);
    expect(split.folds[2].test).toEqual([
      { start: 90, stop: 135 },
      { start: 135, stop: 180 },
    ]);
    expect(split.folds[0].inner.map((fold) => fold.test[0].start)).toEqual([50, 90]);
  });

  it('refuses a single stimulus', () => {
    expect(() => leaveOneRunOut({ runs: runs.slice(2) })).toThrow('at least two runs with different stimuli');
  });
});

describe('splitHash', () => {
  it('is the same for the same split and another for another', () => {
    const make = (folds: number) => splitHash(contiguousFolds({ runs: runs.slice(0, 3), folds }));
    expect(make(3)).toBe(make(3));
    expect(make(3)).not.toBe(make(4));
  });
});

describe('shuffled folds', () => {
  const white = matrixOf(400, 5, Float32Array.from(normals(createRandom(1), 2000)));
  const smooth = matrixOf(400, 5, white.data.slice());
  for (let at = 5; at < 2000; at++) smooth.data[at] = 0.6 * smooth.data[at - 5] + 0.8 * white.data[at];
  const one = [{ id: 'a', samples: 400 }];

  it('measures lag-1 autocorrelation within runs', () => {
    expect(Math.abs(lagOneAutocorrelation(white, one))).toBeLessThan(0.08);
    expect(Math.abs(lagOneAutocorrelation(smooth, one) - 0.6)).toBeLessThan(0.1);
    expect(lagOneAutocorrelation(matrixOf(3, 1, Float32Array.of(2, 2, 2)), [{ id: 'a', samples: 3 }])).toBe(
      0,
    );
  });

  it('is refused on autocorrelated data with the number, and marked when somebody insists', () => {
    const options = { runs: one, folds: 5, seed: 1, data: smooth };
    expect(() => shuffledFolds(options)).toThrow(/correlate by 0\.\d\d \(limit 0\.1\)/);
    expect(shuffledFolds({ ...options, insist: true }).leakageMark).toBe(true);
    const fine = shuffledFolds({ ...options, data: white });
    expect(fine.leakageMark).toBe(false);
    expect(fine.folds.flatMap((fold) => [...rowIndices(fold.test)]).toSorted((a, b) => a - b)).toEqual([
      ...Array(400).keys(),
    ]);
  });

  it('finds folds of other software that are shuffled, and folds that cheat', () => {
    const scattered = [0, 1].map((odd) => ({
      test: [...Array(400).keys()].filter((row) => row % 2 === odd),
    }));
    expect(() => customFolds({ samples: 400, folds: scattered, data: smooth })).toThrow(
      'Shuffled folds are refused',
    );
    expect(customFolds({ samples: 400, folds: scattered, data: white }).leakageMark).toBe(false);
    const blocks = [{ test: [...Array(200).keys()] }];
    expect(customFolds({ samples: 400, folds: blocks, data: smooth }).folds[0].train).toEqual([
      { start: 200, stop: 400 },
    ]);
    const cheat = [{ test: [1, 2], train: [2, 3] }];
    expect(() => customFolds({ samples: 400, folds: cheat, data: white })).toThrow(
      'Sample 2 both trains and tests',
    );
    expect(() => customFolds({ samples: 4, folds: [{ test: [4] }], data: white })).toThrow('samples 0 to 3');
  });
});
