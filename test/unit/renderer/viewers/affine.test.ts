import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  determinant,
  flatten,
  gridBounds,
  invert,
  transform,
  voxelSizes,
} from '../../../../renderer/viewers/maths/affine.ts';

const entry = fc.double({ min: -4, max: 4, noNaN: true });
const affines = fc
  .array(entry, { minLength: 12, maxLength: 12 })
  .filter((values) => Math.abs(determinant(Float64Array.from(values))) > 0.05);

describe('affines', () => {
  it('brings any point back through the inverse', () => {
    fc.assert(
      fc.property(affines, fc.tuple(entry, entry, entry), (values, point) => {
        const a = Float64Array.from(values);
        const back = transform(invert(a), ...transform(a, ...point));
        for (let axis = 0; axis < 3; axis++) expect(back[axis]).toBeCloseTo(point[axis], 6);
      }),
    );
  });

  it('knows voxel sizes and bounds of an oblique grid', () => {
    const c = Math.cos(0.3);
    const s = Math.sin(0.3);
    const a = flatten([
      [2 * c, -3 * s, 0, 10],
      [2 * s, 3 * c, 0, -20],
      [0, 0, 4, 5],
      [0, 0, 0, 1],
    ]);
    expect(voxelSizes(a)[0]).toBeCloseTo(2, 12);
    expect(voxelSizes(a)[1]).toBeCloseTo(3, 12);
    expect(voxelSizes(a)[2]).toBeCloseTo(4, 12);
    expect(determinant(a)).toBeCloseTo(24, 10);
    const { low, high } = gridBounds(a, [10, 1, 2]);
    expect(low[0]).toBeCloseTo(10 - 0.5 * 2 * c - 0.5 * 3 * s, 10);
    expect(high[0]).toBeCloseTo(10 + 9.5 * 2 * c + 0.5 * 3 * s, 10);
    expect(low[2]).toBeCloseTo(3, 10);
    expect(high[2]).toBeCloseTo(11, 10);
  });

  it('refuses a singular affine', () => {
    expect(() =>
      invert(
        flatten([
          [1, 2, 0, 0],
          [2, 4, 0, 0],
          [0, 0, 1, 0],
          [0, 0, 0, 1],
        ]),
      ),
    ).toThrow('singular');
  });
});
