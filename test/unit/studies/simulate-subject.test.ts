import { describe, expect, test } from 'vitest';
import { pearson } from '../../../main/analysis/metrics.ts';
import { driftColumns, orthonormalBasis, removeNuisance } from '../../../main/analysis/nuisance.ts';
import { type SubjectPlan, simulateSubject } from '../../../main/studies/sample/simulate-subject.ts';
import { createRandom } from '../../../main/tensor/random/xoshiro.ts';

const samples = 200;
const random = createRandom(9);
const components = {
  rows: 2 * samples,
  cols: 1,
  data: Float64Array.from({ length: 2 * samples }, () => random.normal()),
};
const plan: SubjectPlan = {
  voxels: 30,
  runs: [0, 1, 0].map((story) => ({ story, start: story * samples, samples })),
  tunings: [
    { components, voxels: Int32Array.from({ length: 10 }, (_, v) => v), strength: 0.9, ceiling: 0.8 },
  ],
  repetitionTime: 2,
  highPassSeconds: 128,
  trim: 5,
  autocorrelation: 0.35,
  seed: 4,
  stream: 1,
};

function cleaned(run: number, voxel: number): Float32Array {
  const { data } = simulated.runs[run].data;
  const column = {
    rows: samples,
    cols: 1,
    data: Float32Array.from({ length: samples }, (_, t) => data[t * 30 + voxel]),
  };
  removeNuisance(column, orthonormalBasis(driftColumns(samples, 2, 128)));
  return column.data;
}
const simulated = simulateSubject(plan);
const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length;

describe('a simulated listener', () => {
  test('realised ceiling and strength are near what was asked for', () => {
    const [voxels] = simulated.realised;
    expect(voxels).toHaveLength(10);
    expect(mean(voxels.map((voxel) => voxel.ceiling))).toBeCloseTo(0.8, 1);
    expect(mean(voxels.map((voxel) => voxel.strength))).toBeCloseTo(0.9, 1);
  });

  test('planted voxels repeat themselves, the others do not', () => {
    const planted = Array.from({ length: 10 }, (_, v) => pearson(cleaned(0, v), cleaned(2, v)));
    const noise = Array.from({ length: 20 }, (_, v) => pearson(cleaned(0, 10 + v), cleaned(2, 10 + v)));
    expect(mean(planted)).toBeGreaterThan(0.5);
    expect(Math.abs(mean(noise))).toBeLessThan(0.06);
  });

  test('noise is autocorrelated as asked', () => {
    const lagged = Array.from({ length: 20 }, (_, v) => {
      const series = cleaned(1, 10 + v);
      return pearson(series.subarray(1), series.subarray(0, samples - 1));
    });
    expect(mean(lagged)).toBeGreaterThan(0.2);
    expect(mean(lagged)).toBeLessThan(0.4);
  });

  test('grey values are about 1000, and one seed gives one listener', () => {
    expect(mean([...simulated.runs[0].data.data])).toBeGreaterThan(900);
    expect(simulateSubject(plan).runs[2].data.data).toEqual(simulated.runs[2].data.data);
    expect(simulateSubject({ ...plan, stream: 2 }).runs[2].data.data).not.toEqual(
      simulated.runs[2].data.data,
    );
  });
});
