import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Bvh, buildBvh, refitBvh } from '../../../../renderer/viewers/brain/bvh.ts';
import { intersectBvh, intersectTriangle, type RayHit } from '../../../../renderer/viewers/brain/ray.ts';
import type { Vec3 } from '../../../../renderer/viewers/types.ts';

function build(positions: Float32Array, indices: Uint32Array): Bvh {
  const steps = buildBvh(positions, indices, 50);
  for (let step = steps.next(); ; step = steps.next()) if (step.done) return step.value;
}

function bruteForce(
  positions: Float32Array,
  indices: Uint32Array,
  origin: Vec3,
  direction: Vec3,
  accept: (hit: RayHit) => boolean,
): RayHit | null {
  let best: RayHit | null = null;
  for (let triangle = 0; triangle < indices.length / 3; triangle++) {
    const hit = intersectTriangle(positions, indices, triangle, origin, direction);
    if (hit && accept(hit) && (!best || hit.distance < best.distance)) best = hit;
  }
  return best;
}

/** On a grid of 1/16, so that coplanar and touching triangles come often and rounding stays out of the comparison. */
const coordinate = fc.integer({ min: -160, max: 160 }).map((value) => value / 16);
function expectSame(found: RayHit | null, expected: RayHit | null): void {
  expect(found === null).toBe(expected === null);
  if (found && expected) expect(found.distance).toBeCloseTo(expected.distance, 9);
}

const vector = fc.tuple(coordinate, coordinate, coordinate);
const soup = fc.array(vector, { minLength: 3, maxLength: 240 }).map((points) => {
  const count = points.length - (points.length % 3);
  return {
    positions: Float32Array.from(points.slice(0, count).flat()),
    indices: Uint32Array.from({ length: count }, (_, at) => at),
  };
});
const rays = fc.tuple(
  vector,
  vector.filter((d) => Math.hypot(...d) > 0.1),
);

describe('bounding volume hierarchy', () => {
  it('finds the same distance as trying every triangle', () => {
    fc.assert(
      fc.property(soup, rays, ({ positions, indices }, [origin, direction]) => {
        const even = (hit: RayHit) => hit.triangle % 2 === 0;
        for (const accept of [() => true, even]) {
          const expected = bruteForce(positions, indices, origin, direction, accept);
          const found = intersectBvh(
            build(positions, indices),
            positions,
            indices,
            origin,
            direction,
            (triangle, u, v) => accept({ triangle, u, v, distance: 0 }),
          );
          expectSame(found, expected);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('still agrees after vertices moved and boxes were refitted', () => {
    fc.assert(
      fc.property(soup, rays, vector, ({ positions, indices }, [origin, direction], shift) => {
        const bvh = build(positions, indices);
        const moved = positions.map((value, at) => value * 1.3 + shift[at % 3]);
        refitBvh(bvh, moved, indices);
        const expected = bruteForce(moved, indices, origin, direction, () => true);
        expectSame(intersectBvh(bvh, moved, indices, origin, direction), expected);
      }),
    );
  });

  it('holds every triangle once', () => {
    fc.assert(
      fc.property(soup, ({ positions, indices }) => {
        const bvh = build(positions, indices);
        expect(Array.from(bvh.order).sort((a, b) => a - b)).toEqual(
          Array.from({ length: indices.length / 3 }, (_, at) => at),
        );
      }),
    );
  });
});
