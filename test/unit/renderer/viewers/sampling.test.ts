import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { flatten, transform } from '../../../../renderer/viewers/maths/affine.ts';
import {
  buildVertexWeights,
  placeWeights,
  sampleProbability,
  sampleWeighted,
} from '../../../../renderer/viewers/sampling/vertex-weights.ts';
import {
  buildVoxelLookup,
  voxelAt,
  voxelCentre,
  voxelSubscripts,
} from '../../../../renderer/viewers/sampling/voxel-lookup.ts';
import type { VolumeGrid } from '../../../../renderer/viewers/types.ts';

const shape = [9, 8, 7] as const;
/** Oblique, anisotropic and stored right to left, as scanners give it. */
const affine = [
  [-2.9, 0.3, 0.1, 12],
  [0.2, 2.1, -0.4, -9],
  [0.1, 0.5, 3.3, -10],
  [0, 0, 0, 1],
];

function grid(keep: (i: number, j: number, k: number) => boolean = () => true): VolumeGrid {
  const kept: number[] = [];
  for (let k = 0; k < shape[2]; k++)
    for (let j = 0; j < shape[1]; j++)
      for (let i = 0; i < shape[0]; i++) if (keep(i, j, k)) kept.push(i + shape[0] * (j + shape[1] * k));
  return { shape, affine, voxelIndex: Uint32Array.from(kept), spaceName: 'test' };
}

/** 3·x − 2·y + 0.5·z + 7 in mm at every kept voxel: trilinear sampling must return it exactly. */
const linear = (mm: readonly number[]) => 3 * mm[0] - 2 * mm[1] + 0.5 * mm[2] + 7;

function linearField(volume: VolumeGrid): Float32Array {
  const lookup = buildVoxelLookup(volume);
  return Float32Array.from(volume.voxelIndex, (_, voxel) => linear(voxelCentre(lookup, voxel)));
}

function sampledAt(
  volume: VolumeGrid,
  values: Float32Array,
  points: readonly (readonly number[])[],
  method: 'trilinear' | 'nearest',
  depthsMm = [0],
  normal = [0, 0, 1],
) {
  const positions = Float32Array.from(points.flat());
  const normals = Float32Array.from(points.flatMap(() => normal));
  const weights = buildVertexWeights(positions, normals, buildVoxelLookup(volume), { method, depthsMm });
  const out = new Float32Array(points.length);
  sampleWeighted(weights, values, out);
  return { out, weights };
}

describe('sampling a masked volume onto vertices', () => {
  it('returns a linear field exactly, whatever the affine', () => {
    const volume = grid();
    const values = linearField(volume);
    const inside = (most: number) => fc.double({ min: 0, max: most, noNaN: true });
    fc.assert(
      fc.property(inside(8), inside(7), inside(6), (i, j, k) => {
        const mm = transform(flatten(affine), i, j, k);
        expect(sampledAt(volume, values, [mm], 'trilinear').out[0]).toBeCloseTo(linear(mm), 3);
      }),
    );
  });

  it('averages depths along the inward normal', () => {
    const volume = grid();
    const mm = transform(flatten(affine), 4, 4, 3);
    const { out } = sampledAt(volume, linearField(volume), [mm], 'trilinear', [0, 1, 2], [0, 0, 1]);
    expect(out[0]).toBeCloseTo(linear([mm[0], mm[1], mm[2] - 1]), 3);
  });

  it('takes the containing voxel in nearest sampling', () => {
    const volume = grid();
    const values = Float32Array.from(volume.voxelIndex, (cell) => cell);
    const mm = transform(flatten(affine), 3.4, 5.6, 2.45);
    expect(sampledAt(volume, values, [mm], 'nearest').out[0]).toBe(3 + 9 * (6 + 8 * 2));
  });

  it('does not dim the rim of the mask and invents nothing beyond it', () => {
    const volume = grid((i) => i < 4);
    const ones = new Float32Array(volume.voxelIndex.length).fill(1);
    const rim = transform(flatten(affine), 3.9, 4, 3);
    const outside = transform(flatten(affine), 5.2, 4, 3);
    const { out, weights } = sampledAt(volume, ones, [rim, outside], 'trilinear');
    expect(out[0]).toBeCloseTo(1, 6);
    expect(out[1]).toBeNaN();
    expect(weights.dominant[1]).toBe(-1);
  });

  it('leaves a NaN voxel out and rescales the rest', () => {
    const volume = grid();
    const values = new Float32Array(volume.voxelIndex.length).fill(2);
    values[3 + 9 * (4 + 8 * 3)] = Number.NaN;
    expect(
      sampledAt(volume, values, [transform(flatten(affine), 3.25, 4, 3)], 'trilinear').out[0],
    ).toBeCloseTo(2, 6);
    expect(sampledAt(volume, values, [transform(flatten(affine), 3, 4, 3)], 'trilinear').out[0]).toBeNaN();
  });

  it('interpolates probabilities as logarithms and keeps single voxels as they are', () => {
    const volume = grid();
    const q = new Float32Array(volume.voxelIndex.length).fill(0.5);
    const at = (i: number) => i + 9 * (4 + 8 * 3);
    q[at(3)] = 0.01;
    q[at(4)] = 0.0001;
    const { weights } = sampledAt(volume, q, [transform(flatten(affine), 3.5, 4, 3)], 'trilinear');
    const out = new Float32Array(1);
    sampleProbability(weights, q, out, 0, 1);
    expect(out[0]).toBeCloseTo(0.001, 6);
    q[at(3)] = Math.fround(0.05);
    const nearest = sampledAt(volume, q, [transform(flatten(affine), 3.1, 4, 3)], 'nearest').weights;
    sampleProbability(nearest, q, out, 0, 1);
    expect(out[0]).toBe(Math.fround(0.05));
  });

  it('has rows that sum to one', () => {
    const volume = grid((i, j, k) => (i * 7 + j * 5 + k * 3) % 3 !== 0);
    const points = Array.from({ length: 200 }, (_, n) =>
      transform(flatten(affine), (n * 0.37) % 8, (n * 0.73) % 7, (n * 0.91) % 6),
    );
    const { weights } = sampledAt(
      volume,
      new Float32Array(volume.voxelIndex.length),
      points,
      'trilinear',
      [0, 0.7, 1.9],
    );
    for (let vertex = 0; vertex < points.length; vertex++) {
      const row = weights.weights.subarray(weights.offsets[vertex], weights.offsets[vertex + 1]);
      if (row.length > 0) expect(row.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1, 5);
      expect(
        new Set(weights.voxels.subarray(weights.offsets[vertex], weights.offsets[vertex + 1])).size,
      ).toBe(row.length);
    }
  });
});

describe('finding voxels', () => {
  it('goes from a voxel to mm and back', () => {
    const volume = grid((i, j) => i + j > 4);
    const lookup = buildVoxelLookup(volume);
    for (let voxel = 0; voxel < volume.voxelIndex.length; voxel += 17) {
      expect(voxelAt(lookup, voxelCentre(lookup, voxel))).toBe(voxel);
      const [i, j, k] = voxelSubscripts(lookup, voxel);
      expect(i + shape[0] * (j + shape[1] * k)).toBe(volume.voxelIndex[voxel]);
    }
    expect(voxelAt(lookup, [900, 0, 0])).toBeNull();
  });

  it('refuses an index outside the grid', () => {
    expect(() => buildVoxelLookup({ ...grid(), voxelIndex: Uint32Array.of(504) })).toThrow('outside');
  });
});

it('vertices with places of their own take exactly their value, others and other surfaces none', () => {
  const lookup = buildVoxelLookup({
    shape: [4, 1, 1],
    affine: [
      [1, 0, 0, 0],
      [0, 1, 0, 0],
      [0, 0, 1, 0],
      [0, 0, 0, 1],
    ],
    // Place 2 was left out.
    voxelIndex: Uint32Array.of(0, 1, 3),
    spaceName: 'fsLR',
  });
  const places = Int32Array.of(3, -1, 2, 0, 3);
  const { offsets, voxels, weights, dominant } = placeWeights(places, lookup, 5);
  expect([...dominant]).toEqual([2, -1, -1, 0, 2]);
  expect([...offsets]).toEqual([0, 1, 1, 1, 2, 3]);
  expect([...voxels]).toEqual([2, 0, 2]);
  expect([...weights]).toEqual([1, 1, 1]);
  expect([...placeWeights(places, lookup, 6).dominant]).toEqual([-1, -1, -1, -1, -1, -1]);
});
