import { expect, test } from 'vitest';
import { insideOf, keptInside, layerInside } from '../../../../renderer/viewers/explorer/deep-layer.ts';
import { benjaminiHochberg } from '../../../../renderer/viewers/maths/fdr.ts';

test('voxels inside the brain get the values, p and whole-map q of their places', () => {
  // Places 7 and 8 are voxels 21 and 37; place 2 was left out of the map, place 8 is its fifth value.
  const { voxelIndex, kept } = keptInside(Int32Array.of(7, 21, 2, 30, 8, 37), Uint32Array.of(0, 1, 3, 7, 8));
  expect([[...voxelIndex], [...kept]]).toEqual([
    [21, 37],
    [3, 4],
  ]);
  const p = Float32Array.of(0.5, 0.6, 0.7, 0.01, 0.04);
  const layer = layerInside({ kept }, { id: 'a', label: 'a', values: Float32Array.of(1, 2, 3, 4, 5), p });
  expect([...layer.values]).toEqual([4, 5]);
  const q = benjaminiHochberg(p);
  expect([...(layer.q ?? [])]).toEqual([q[3], q[4]]);
  expect(q[3]).toBeCloseTo(0.05, 6);
  expect([insideOf({ kept }, 4), insideOf({ kept }, 0), insideOf({ kept }, null)]).toEqual([1, null, null]);
});
