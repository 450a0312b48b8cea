import { describe, expect, it } from 'vitest';
import { extrapolateCeiling, fitSaturation } from '../../../main/analysis/pool-ceiling.ts';
import { retrieval } from '../../../main/analysis/retrieval-metrics.ts';
import { matrixOf } from '../../../main/tensor/matrix.ts';
import { normals } from '../../../main/tensor/random/sampling.ts';
import { createRandom } from '../../../main/tensor/random/xoshiro.ts';

describe('ceiling from pools of subjects', () => {
  const curve = (size: number): number => 0.32 * (1 - Math.exp(-size / 2.5));

  it('recovers the planted curve exactly without noise', () => {
    const { asymptote, tau } = fitSaturation(
      [2, 3, 4, 5, 6, 8, 10].map((size) => ({ size, score: curve(size) })),
    );
    expect(asymptote).toBeCloseTo(0.32, 6);
    expect(tau).toBeCloseTo(2.5, 4);
  });

  it('recovers v₀ = .32 within .02 from noisy pools, inside its interval', () => {
    const random = createRandom(1);
    const pools = [2, 3, 4, 5, 6, 7, 8, 9, 10].map((size) => ({
      size,
      scores: normals(random, 40).map((value) => curve(size) + 0.04 * value),
    }));
    const { ceiling, low, high } = extrapolateCeiling(pools, { seed: 2 });
    expect(Math.abs(ceiling - 0.32)).toBeLessThan(0.02);
    expect(low).toBeLessThan(0.32);
    expect(high).toBeGreaterThan(0.32);
  });

  it('stays within 0 and 1, and needs a curve', () => {
    expect(
      fitSaturation([
        { size: 2, score: 3 },
        { size: 3, score: 4 },
      ]).asymptote,
    ).toBe(1);
    expect(() => extrapolateCeiling([{ size: 2, scores: Float64Array.of(1) }], { seed: 1 })).toThrow(
      'no curve',
    );
  });
});

describe('retrieval', () => {
  it('is 1 for the data themselves and near chance for other data', () => {
    const measured = matrixOf(30, 12, normals(createRandom(1), 360));
    expect(retrieval(measured, measured)).toMatchObject({ rankAccuracy: 1, topOne: 1, twoVersusTwo: 1 });
    const { rankAccuracy, twoVersusTwo } = retrieval(
      matrixOf(30, 12, normals(createRandom(2), 360)),
      measured,
    );
    expect(Math.abs(rankAccuracy - 0.5)).toBeLessThan(0.1);
    expect(Math.abs(twoVersusTwo - 0.5)).toBeLessThan(0.15);
  });

  it('knows two items that are swapped, and counts ties half', () => {
    const measured = matrixOf(2, 3, Float64Array.of(1, 2, 4, 4, 2, 1));
    const swapped = matrixOf(2, 3, Float64Array.of(4, 2, 1, 1, 2, 4));
    expect(retrieval(swapped, measured)).toMatchObject({ rankAccuracy: 0, topOne: 0, twoVersusTwo: 0 });
    const same = matrixOf(2, 3, Float64Array.of(1, 2, 4, 1, 2, 4));
    expect(retrieval(same, measured).twoVersusTwo).toBe(0.5);
  });

  it('refuses shapes that do not match and constant patterns', () => {
    const one = matrixOf(2, 3, Float64Array.of(1, 2, 4, 4, 2, 1));
    expect(() => retrieval(matrixOf(1, 3, new Float64Array(3)), one)).toThrow('cannot be matched');
    expect(() => retrieval(matrixOf(2, 3, new Float64Array(6)), one)).toThrow('without any variation');
  });
});
