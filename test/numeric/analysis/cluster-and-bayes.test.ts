import { describe, expect, it } from 'vitest';
import { meshEdges } from '../../../main/analysis/rsa/searchlight.ts';
import {
  bayesFactorOneSample,
  bayesFactorTwoSample,
} from '../../../main/analysis/significance/bayes-factor.ts';
import { clusterTest, volumeEdges } from '../../../main/analysis/significance/cluster-test.ts';
import { matrixOf } from '../../../main/tensor/matrix.ts';
import { normals } from '../../../main/tensor/random/sampling.ts';
import { createRandom } from '../../../main/tensor/random/xoshiro.ts';

const drawn = (rows: number, cols: number, seed: number) =>
  matrixOf(rows, cols, normals(createRandom(seed), rows * cols));

describe('neighbours in a volume', () => {
  const voxels = Array.from({ length: 27 }, (_, index) => index);
  it.each([
    [6, 6, 3],
    [18, 18, 6],
    [26, 26, 7],
  ] as const)('%i-connectivity: %i around the middle, %i around a corner', (connectivity, middle, corner) => {
    const edges = volumeEdges({ shape: [3, 3, 3], voxels }, connectivity);
    expect([edges[13].length, edges[0].length]).toEqual([middle, corner]);
  });
  it('does not leave the mask', () => {
    expect(volumeEdges({ shape: [3, 3, 3], voxels: [0, 1, 8] }, 6)).toEqual([
      Int32Array.of(1),
      Int32Array.of(0),
      new Int32Array(0),
    ]);
  });
});

describe('cluster test', () => {
  const voxels = Array.from({ length: 216 }, (_, index) => index);
  const edges = volumeEdges({ shape: [6, 6, 6], voxels }, 6);

  it('finds a planted blob of either sign, its columns and nothing else', async () => {
    const values = drawn(16, 216, 1);
    const blob = [0, 1, 2, 6, 7, 8, 36, 37];
    for (let row = 0; row < 16; row++) {
      for (const column of blob) values.data[row * 216 + column] += 1.6;
      for (const column of [215, 214, 209]) values.data[row * 216 + column] -= 2.5;
    }
    const { clusters } = await clusterTest(values, edges, { threshold: 3, seed: 1, permutations: 499 });
    expect(clusters[0].mass * clusters[1].mass).toBeLessThan(0);
    const [up, down] = clusters[0].mass > 0 ? clusters : [clusters[1], clusters[0]];
    expect([...up.columns].filter((column) => blob.includes(column)).length).toBeGreaterThanOrEqual(6);
    expect([...down.columns]).toEqual(expect.arrayContaining([214, 215]));
    expect(up.p).toBeLessThan(0.01);
    expect(clusters.slice(2).every(({ p }) => p > 0.05)).toBe(true);
    const onlyUp = await clusterTest(values, edges, {
      threshold: 3,
      seed: 1,
      permutations: 99,
      sides: 'greater',
    });
    expect(onlyUp.clusters.every(({ mass }) => mass > 0)).toBe(true);
  });

  it('joins columns of a surface along its edges only', async () => {
    // Two triangles that share no vertex.
    const mesh = { positions: new Float32Array(18), triangles: [0, 1, 2, 3, 4, 5] };
    const values = matrixOf(
      8,
      6,
      drawn(8, 6, 2).data.map((value) => value * 0.2 + 2),
    );
    const { clusters } = await clusterTest(values, meshEdges(mesh), {
      threshold: 3,
      seed: 1,
      permutations: 99,
    });
    expect(clusters.map(({ columns }) => [...columns].join())).toEqual(
      expect.arrayContaining(['0,1,2', '3,4,5']),
    );
    // 8 subjects, all up: of 2⁸ relabellings two are as extreme.
    expect(clusters[0].p).toBeLessThan(0.05);
  });

  it('rejects null maps at its level', async () => {
    let rejected = 0;
    for (let set = 0; set < 200; set++) {
      const { clusters } = await clusterTest(drawn(10, 216, 100 + set), edges, {
        threshold: 2.3,
        seed: set,
        permutations: 99,
      });
      if (clusters.some(({ p }) => p <= 0.05)) rejected++;
    }
    expect(rejected / 200).toBeGreaterThan(0.01);
    expect(rejected / 200).toBeLessThan(0.1);
  });

  it('refuses a threshold that is none', async () => {
    await expect(clusterTest(drawn(4, 216, 1), edges, { threshold: 0, seed: 1 })).rejects.toThrow(
      'A cluster threshold of 0',
    );
  });
});

describe('Bayes factor', () => {
  it("equals scipy's quadrature of Rouder's integral, and the values pingouin documents", () => {
    expect(bayesFactorOneSample(3.5, 20)).toBeCloseTo(17.18461571963917, 8);
    expect(bayesFactorTwoSample(3.5, 20, 20)).toBeCloseTo(26.74354620713614, 8);
    expect(bayesFactorOneSample(0.3, 12)).toBeCloseTo(0.2988269197199825, 10);
    expect(bayesFactorOneSample(-2.1, 15)).toBeCloseTo(1.4416866207791348, 9);
  });
});
