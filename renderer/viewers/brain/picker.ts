import type { Vec3 } from '../types.ts';
import { type Bvh, buildBvh, refitBvh } from './bvh.ts';
import type { Hemispheres } from './camera.ts';
import type { PreparedSurface } from './prepared-surface.ts';
import { intersectBvh } from './ray.ts';

export interface SurfaceHit {
  /** Vertex nearest to the hit. */
  readonly vertex: number;
  /** The point on the anatomical (never the inflated) surface, RAS+ mm. */
  readonly mm: Vec3;
  /** Outward normal of the anatomical surface there. */
  readonly normal: Vec3;
}

/** Milliseconds of tree building in one go; the rest waits for the next turn of the event loop. */
const sliceMs = 6;

/** Finds what lies under the pointer. The tree is built in slices after the surface is shown. */
export class SurfacePicker {
  readonly #surface: PreparedSurface;
  #bvh: Bvh | null = null;
  #shape: Float32Array;
  #stale = false;
  #timer: ReturnType<typeof setTimeout> | null = null;

  constructor(surface: PreparedSurface) {
    this.#surface = surface;
    this.#shape = surface.geometry.positions;
    const steps = buildBvh(this.#shape, surface.geometry.indices);
    const advance = () => {
      const until = performance.now() + sliceMs;
      while (performance.now() < until) {
        const { done, value } = steps.next();
        if (!done) continue;
        this.#bvh = value;
        this.#timer = null;
        return;
      }
      this.#timer = setTimeout(advance, 0);
    };
    this.#timer = setTimeout(advance, 0);
  }

  get ready(): boolean {
    return this.#bvh !== null;
  }

  /** Follows the inflation: fraction 0 anatomical, 1 inflated. The tree is refitted at the next pick. */
  setMorph(fraction: number): void {
    const { geometry, inflated } = this.#surface;
    if (!inflated || fraction === 0) this.#shape = geometry.positions;
    else this.#shape = geometry.positions.map((value, at) => value + (inflated[at] - value) * fraction);
    this.#stale = true;
  }

  /** First visible surface point along a ray, or null (also while the tree is not ready). */
  pick(origin: Vec3, direction: Vec3, show: Hemispheres): SurfaceHit | null {
    if (!this.#bvh) return null;
    const { indices, positions } = this.#surface.geometry;
    const { side, normals } = this.#surface;
    if (this.#stale) {
      refitBvh(this.#bvh, this.#shape, indices);
      this.#stale = false;
    }
    const corner = (triangle: number, which: number) => indices[triangle * 3 + which];
    const blend = (
      data: Float32Array,
      triangle: number,
      u: number,
      v: number,
      stride: number,
      offset: number,
    ) =>
      data[corner(triangle, 0) * stride + offset] * (1 - u - v) +
      data[corner(triangle, 1) * stride + offset] * u +
      data[corner(triangle, 2) * stride + offset] * v;
    const hidden = show === 'both' ? 0 : show === 'left' ? 1 : -1;
    const hit = intersectBvh(
      this.#bvh,
      this.#shape,
      indices,
      origin,
      direction,
      (triangle, u, v) => blend(side, triangle, u, v, 1, 0) * hidden <= 0,
    );
    if (!hit) return null;
    const { triangle, u, v } = hit;
    const point = (data: Float32Array): Vec3 =>
      [0, 1, 2].map((axis) => blend(data, triangle, u, v, 3, axis)) as [number, number, number];
    const nearest = 1 - u - v >= Math.max(u, v) ? 0 : u >= v ? 1 : 2;
    return { vertex: corner(triangle, nearest), mm: point(positions), normal: point(normals) };
  }

  /** Vertex nearest to a place in the anatomical volume, and how far it is in mm. */
  nearestVertex(mm: Vec3): { vertex: number; distance: number } {
    const { positions } = this.#surface.geometry;
    let vertex = 0;
    let least = Infinity;
    for (let at = 0; at < positions.length; at += 3) {
      const squared =
        (positions[at] - mm[0]) ** 2 + (positions[at + 1] - mm[1]) ** 2 + (positions[at + 2] - mm[2]) ** 2;
      if (squared < least) {
        least = squared;
        vertex = at / 3;
      }
    }
    return { vertex, distance: Math.sqrt(least) };
  }

  /** Where a vertex now stands in the scene. */
  shown(vertex: number): Vec3 {
    return [this.#shape[vertex * 3], this.#shape[vertex * 3 + 1], this.#shape[vertex * 3 + 2]];
  }

  dispose(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#bvh = null;
  }
}
