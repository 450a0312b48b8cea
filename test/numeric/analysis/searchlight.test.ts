import { afterAll, describe, expect, it } from 'vitest';
import { dissimilarities } from '../../../main/analysis/rsa/dissimilarity.ts';
import {
  meshEdges,
  searchlight,
  surfaceNeighbourhoods,
  volumeNeighbourhoods,
} from '../../../main/analysis/rsa/searchlight.ts';
import { movieScores, rdmMovie } from '../../../main/analysis/rsa/time-resolved.ts';
import { matrixOf, zeros64 } from '../../../main/tensor/matrix.ts';
import { ndArray } from '../../../main/tensor/nd-array.ts';
import { normals } from '../../../main/tensor/random/sampling.ts';
import { createRandom } from '../../../main/tensor/random/xoshiro.ts';
import { createRuntimeEngine } from '../../../main/tensor/runtime-engine.ts';

const engine = createRuntimeEngine({ threads: 2 });
afterAll(() => engine.dispose());

/** A flat strip of triangles, `width` × `height` vertices 1 mm apart. */
function strip(width: number, height: number) {
  const positions: number[] = [];
  const triangles: number[] = [];
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      positions.push(x, y, 0);
      const at = y * width + x;
      if (x + 1 < width && y + 1 < height)
        triangles.push(at, at + 1, at + width, at + 1, at + width + 1, at + width);
    }
  }
  return { positions, triangles };
}

describe('neighbourhoods', () => {
  it('spheres hold the voxels whose middle is within the radius, in millimetres', () => {
    const voxels = Array.from({ length: 125 }, (_, index) => index);
    const grid = { shape: [5, 5, 5], voxels, size: [1, 1, 1] } as const;
    const { centres, members } = volumeNeighbourhoods(grid, 1, 1);
    expect(centres.length).toBe(125);
    expect(members[62].length).toBe(7);
    expect(members[0].length).toBe(4);
    // Voxels 2 mm high: those above and below are out of reach.
    expect(volumeNeighbourhoods({ ...grid, size: [1, 1, 2] }, 1, 1).members[62].length).toBe(5);
    expect(volumeNeighbourhoods(grid, 1, 7).centres.length).toBe(27);
  });

  it('discs go along the surface, not through the gap between its banks', () => {
    const flat = strip(9, 9);
    const whole = surfaceNeighbourhoods(flat, 2.1, 1);
    const middle = whole.members[40];
    // Along edges (one diagonal per square) the corners (±2, ±2) of either kind are too far.
    expect(middle.length).toBeGreaterThanOrEqual(13);
    expect(middle).toContain(38);
    expect(middle).not.toContain(0);
    // Fold the strip at x = 4: columns 3 and 5 lie on each other, but are two steps apart along the surface.
    const folded = { ...flat, positions: flat.positions.map((v, at) => (at % 3 === 0 && v > 4 ? 8 - v : v)) };
    expect(surfaceNeighbourhoods(folded, 1.1, 1).members[4 * 9 + 3]).not.toContain(4 * 9 + 5);
    expect(meshEdges(flat)[0]).toEqual(Int32Array.of(1, 9));
  });

  it('refuses a radius that holds nothing', () => {
    expect(() => surfaceNeighbourhoods(strip(3, 3), 0)).toThrow('holds nothing');
  });
});

describe('searchlight', () => {
  it('finds the planted corner of a volume, and nothing in noise', async () => {
    const [items, side] = [10, 6];
    const voxels = Array.from({ length: side ** 3 }, (_, index) => index);
    const random = createRandom(2);
    const truth = matrixOf(items, 5, normals(random, items * 5));
    const data = Float32Array.from(normals(random, items * voxels.length));
    for (const voxel of voxels) {
      const planted = voxel % side < 3 && Math.floor(voxel / side) % side < 3 && voxel < 3 * side * side;
      if (!planted) continue;
      const weights = normals(random, 5);
      for (let item = 0; item < items; item++)
        for (let k = 0; k < 5; k++)
          data[item * voxels.length + voxel] += 2 * truth.data[item * 5 + k] * weights[k];
    }
    const model = await dissimilarities(engine, truth, 'euclidean');
    const around = volumeNeighbourhoods({ shape: [side, side, side], voxels, size: [2, 2, 2] }, 3, 5);
    const patterns = matrixOf(items, voxels.length, data);
    const options = { distance: 'euclidean', comparator: 'pearson' } as const;
    const map = await searchlight(engine, patterns, around, [model], options);
    const at = (x: number, y: number, z: number): number => map.data[x + side * (y + side * z)];
    expect(at(1, 1, 1)).toBeGreaterThan(0.7);
    expect(Math.abs(at(4, 4, 4))).toBeLessThan(0.5);
    // A constant patch has no correlation distance: NaN there, numbers elsewhere.
    const flat = matrixOf(
      items,
      voxels.length,
      Float32Array.from(data, (v, i) => (i % voxels.length < 60 ? 1 : v)),
    );
    const correlated = await searchlight(engine, flat, around, [model], {
      ...options,
      distance: 'correlation',
    });
    expect(correlated.data[0]).toBeNaN();
    expect(correlated.data[voxels.length - 1]).not.toBeNaN();
  });
});

describe('time-resolved', () => {
  it('sees the planted geometry in its window only', async () => {
    const [items, sensors, times] = [12, 20, 30];
    const random = createRandom(3);
    const truth = matrixOf(items, 4, normals(random, items * 4));
    const mixing = normals(random, 4 * sensors);
    const data = normals(random, items * sensors * times);
    for (let item = 0; item < items; item++)
      for (let sensor = 0; sensor < sensors; sensor++)
        for (let t = 10; t < 16; t++)
          for (let k = 0; k < 4; k++)
            data[(item * sensors + sensor) * times + t] +=
              truth.data[item * 4 + k] * mixing[k * sensors + sensor];
    const movie = await rdmMovie(engine, ndArray([items, sensors, times], data), {
      distance: 'euclidean',
      length: 2,
      step: 2,
    });
    expect(movie.length).toBe(15);
    const scores = movieScores(movie, [await dissimilarities(engine, truth, 'euclidean')], 'spearman');
    const best = scores.data.indexOf(Math.max(...scores.data));
    expect([5, 6, 7]).toContain(best);
    expect(scores.data[best]).toBeGreaterThan(0.6);
    const outside = [...scores.data].filter((_, window) => window < 5 || window > 7);
    expect(outside.reduce((sum, value) => sum + value, 0) / outside.length).toBeLessThan(0.2);
  });

  it('has in every window what that window alone gives, over several chunks', async () => {
    const [items, sensors, times, length, step] = [40, 60, 50, 20, 3];
    const data = normals(createRandom(4), items * sensors * times);
    const epochs = ndArray([items, sensors, times], data);
    const movie = await rdmMovie(engine, epochs, { distance: 'correlation', length, step });
    expect(movie.length).toBe(11);
    for (const [window, rdm] of movie.entries()) {
      const own = zeros64(items, sensors * length);
      for (let row = 0; row < items * sensors; row++)
        own.data.set(
          data.subarray(row * times + window * step, row * times + window * step + length),
          row * length,
        );
      const alone = await dissimilarities(engine, own, 'correlation');
      alone.values.forEach((value, at) => {
        expect(Math.abs(rdm.values[at] - value)).toBeLessThan(1e-12);
      });
    }
  });

  it('refuses windows that do not fit', async () => {
    const epochs = ndArray([3, 2, 10], new Float64Array(60));
    for (const options of [{ length: 11 }, { step: 0 }, { length: 1.5 }])
      await expect(rdmMovie(engine, epochs, { distance: 'euclidean', ...options })).rejects.toThrow(
        'do not fit into 10 samples',
      );
  });
});
