import type { Vec3 } from '../types.ts';
import type { Bvh } from './bvh.ts';

export interface RayHit {
  readonly triangle: number;
  /** Along the ray, in lengths of its direction. */
  readonly distance: number;
  /** Barycentric weights of the triangle's second and third vertex; the first has 1 − u − v. */
  readonly u: number;
  readonly v: number;
}

/** Which hits count: false passes the ray on (hidden hemisphere). */
export type HitFilter = (triangle: number, u: number, v: number) => boolean;

const stack = new Uint32Array(128);

/** Boxes are taken this much larger (mm), so that rounding never loses a triangle that lies in a box's face. */
const boxMargin = 1e-4;

/** First triangle along a ray, from either side, or null. */
export function intersectBvh(
  bvh: Bvh,
  positions: Float32Array,
  indices: Uint32Array,
  origin: Vec3,
  direction: Vec3,
  accept?: HitFilter,
): RayHit | null {
  const { bounds, link, count, order } = bvh;
  const inverse: Vec3 = [1 / direction[0], 1 / direction[1], 1 / direction[2]];
  let best: RayHit | null = null;
  let depth = 0;
  stack[depth++] = 0;
  while (depth > 0) {
    const node = stack[--depth];
    if (boxDistance(bounds, node * 6, origin, inverse) >= (best?.distance ?? Infinity)) continue;
    if (count[node] > 0 || bvh.nodeCount === 1) {
      for (let at = link[node]; at < link[node] + count[node]; at++) {
        const hit = intersectTriangle(positions, indices, order[at], origin, direction);
        if (
          hit &&
          hit.distance < (best?.distance ?? Infinity) &&
          (!accept || accept(hit.triangle, hit.u, hit.v))
        )
          best = hit;
      }
      continue;
    }
    const left = node + 1;
    const right = link[node];
    const leftFirst =
      boxDistance(bounds, left * 6, origin, inverse) <= boxDistance(bounds, right * 6, origin, inverse);
    stack[depth++] = leftFirst ? right : left;
    stack[depth++] = leftFirst ? left : right;
  }
  return best;
}

/** Distance at which a ray enters a box (0 from inside), Infinity where it misses. */
function boxDistance(bounds: Float32Array, b: number, origin: Vec3, inverse: Vec3): number {
  let near = 0;
  let far = Infinity;
  for (let axis = 0; axis < 3; axis++) {
    const one = (bounds[b + axis] - boxMargin - origin[axis]) * inverse[axis];
    const other = (bounds[b + 3 + axis] + boxMargin - origin[axis]) * inverse[axis];
    // A ray inside a slab's plane gives 0·∞ = NaN; such a slab neither narrows nor excludes.
    if (Number.isNaN(one) || Number.isNaN(other)) continue;
    near = Math.max(near, Math.min(one, other));
    far = Math.min(far, Math.max(one, other));
  }
  return near <= far ? near : Infinity;
}

/** Möller & Trumbore 1997, both sides. */
export function intersectTriangle(
  positions: Float32Array,
  indices: Uint32Array,
  triangle: number,
  origin: Vec3,
  direction: Vec3,
): RayHit | null {
  const a = indices[triangle * 3] * 3;
  const b = indices[triangle * 3 + 1] * 3;
  const c = indices[triangle * 3 + 2] * 3;
  const e1x = positions[b] - positions[a];
  const e1y = positions[b + 1] - positions[a + 1];
  const e1z = positions[b + 2] - positions[a + 2];
  const e2x = positions[c] - positions[a];
  const e2y = positions[c + 1] - positions[a + 1];
  const e2z = positions[c + 2] - positions[a + 2];
  const px = direction[1] * e2z - direction[2] * e2y;
  const py = direction[2] * e2x - direction[0] * e2z;
  const pz = direction[0] * e2y - direction[1] * e2x;
  const d = e1x * px + e1y * py + e1z * pz;
  if (Math.abs(d) < 1e-14) return null;
  const tx = origin[0] - positions[a];
  const ty = origin[1] - positions[a + 1];
  const tz = origin[2] - positions[a + 2];
  const u = (tx * px + ty * py + tz * pz) / d;
  if (u < 0 || u > 1) return null;
  const qx = ty * e1z - tz * e1y;
  const qy = tz * e1x - tx * e1z;
  const qz = tx * e1y - ty * e1x;
  const v = (direction[0] * qx + direction[1] * qy + direction[2] * qz) / d;
  if (v < 0 || u + v > 1) return null;
  const distance = (e2x * qx + e2y * qy + e2z * qz) / d;
  return distance >= 0 ? { triangle, distance, u, v } : null;
}
