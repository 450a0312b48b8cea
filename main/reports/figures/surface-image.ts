import type { RgbaImage } from '../../formats/png-writer.ts';
import { divergingColour, type Rgb } from './colour-map.ts';

/** Triangle mesh in RAS millimetres. */
export interface Mesh {
  /** x y z per vertex. */
  readonly positions: Float32Array;
  /** Three vertex indices per triangle. */
  readonly triangles: Uint32Array;
}

export type SurfaceView = 'left' | 'right' | 'top' | 'bottom' | 'front' | 'back';

/** Screen right, screen up and towards the viewer, in RAS axes. */
const frames: Record<SurfaceView, readonly [Rgb, Rgb, Rgb]> = {
  left: [
    [0, -1, 0],
    [0, 0, 1],
    [-1, 0, 0],
  ],
  right: [
    [0, 1, 0],
    [0, 0, 1],
    [1, 0, 0],
  ],
  top: [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ],
  bottom: [
    [-1, 0, 0],
    [0, 1, 0],
    [0, 0, -1],
  ],
  front: [
    [-1, 0, 0],
    [0, 0, 1],
    [0, 1, 0],
  ],
  back: [
    [1, 0, 0],
    [0, 0, 1],
    [0, -1, 0],
  ],
};

export interface SurfacePaint {
  /** One per vertex; NaN where there is nothing to show. */
  readonly values: Float32Array;
  /** Value at the end of the colour map. */
  readonly limit: number;
  /** Values nearer to zero than this are left grey. */
  readonly threshold: number;
}

/**
 * Draws a mesh in orthographic projection with a depth buffer and soft head-light shading, coloured by vertex.
 * Rendered at twice the size and averaged down, so edges are smooth. Transparent where there is no brain.
 */
export function renderSurface(mesh: Mesh, paint: SurfacePaint, view: SurfaceView, size: number): RgbaImage {
  const [right, up, front] = frames[view];
  const big = size * 2;
  const vertices = mesh.positions.length / 3;
  const screen = new Float32Array(mesh.positions.length);
  const low = [Infinity, Infinity];
  const high = [-Infinity, -Infinity];
  for (let v = 0; v < vertices; v += 1) {
    const [x, y, z] = mesh.positions.subarray(3 * v, 3 * v + 3);
    [right, up, front].forEach((axis, i) => {
      const at = axis[0] * x + axis[1] * y + axis[2] * z;
      screen[3 * v + i] = at;
      if (i < 2) {
        low[i] = Math.min(low[i], at);
        high[i] = Math.max(high[i], at);
      }
    });
  }
  const scale = (big * 0.96) / Math.max(high[0] - low[0], high[1] - low[1]);
  const middle = [(low[0] + high[0]) / 2, (low[1] + high[1]) / 2];
  for (let v = 0; v < vertices; v += 1) {
    screen[3 * v] = big / 2 + (screen[3 * v] - middle[0]) * scale;
    screen[3 * v + 1] = big / 2 - (screen[3 * v + 1] - middle[1]) * scale;
    screen[3 * v + 2] *= scale;
  }
  const normals = vertexNormals(mesh, front, right, up);
  return halve(rasterise(mesh.triangles, screen, normals, paint, big));
}

/** Screen-space vertex normals (right, up, front), not yet of unit length. */
function vertexNormals(mesh: Mesh, front: Rgb, right: Rgb, up: Rgb): Float32Array {
  const normals = new Float32Array(mesh.positions.length);
  const p = mesh.positions;
  for (let t = 0; t < mesh.triangles.length; t += 3) {
    const [a, b, c] = [mesh.triangles[t] * 3, mesh.triangles[t + 1] * 3, mesh.triangles[t + 2] * 3];
    const [ux, uy, uz] = [p[b] - p[a], p[b + 1] - p[a + 1], p[b + 2] - p[a + 2]];
    const [vx, vy, vz] = [p[c] - p[a], p[c + 1] - p[a + 1], p[c + 2] - p[a + 2]];
    const n = [uy * vz - uz * vy, uz * vx - ux * vz, ux * vy - uy * vx];
    for (const at of [a, b, c]) for (let i = 0; i < 3; i += 1) normals[at + i] += n[i];
  }
  for (let at = 0; at < normals.length; at += 3) {
    const [x, y, z] = normals.subarray(at, at + 3);
    const length = Math.hypot(x, y, z) || 1;
    normals[at] = (right[0] * x + right[1] * y + right[2] * z) / length;
    normals[at + 1] = (up[0] * x + up[1] * y + up[2] * z) / length;
    normals[at + 2] = (front[0] * x + front[1] * y + front[2] * z) / length;
  }
  return normals;
}

function rasterise(
  triangles: Uint32Array,
  screen: Float32Array,
  normals: Float32Array,
  paint: SurfacePaint,
  size: number,
): RgbaImage {
  const depth = new Float32Array(size * size).fill(-Infinity);
  const data = new Uint8Array(size * size * 4);
  const colours = vertexColours(paint);
  for (let t = 0; t < triangles.length; t += 3) {
    const [a, b, c] = [triangles[t] * 3, triangles[t + 1] * 3, triangles[t + 2] * 3];
    const [ax, ay, bx, by, cx, cy] = [
      screen[a],
      screen[a + 1],
      screen[b],
      screen[b + 1],
      screen[c],
      screen[c + 1],
    ];
    const area = (bx - ax) * (cy - ay) - (by - ay) * (cx - ax);
    if (area === 0) continue;
    const x1 = Math.min(size - 1, Math.ceil(Math.max(ax, bx, cx)));
    const y1 = Math.min(size - 1, Math.ceil(Math.max(ay, by, cy)));
    for (let y = Math.max(0, Math.floor(Math.min(ay, by, cy))); y <= y1; y += 1) {
      for (let x = Math.max(0, Math.floor(Math.min(ax, bx, cx))); x <= x1; x += 1) {
        const wa = ((bx - x) * (cy - y) - (by - y) * (cx - x)) / area;
        const wb = ((cx - x) * (ay - y) - (cy - y) * (ax - x)) / area;
        const wc = 1 - wa - wb;
        if (wa < 0 || wb < 0 || wc < 0) continue;
        const z = wa * screen[a + 2] + wb * screen[b + 2] + wc * screen[c + 2];
        const at = y * size + x;
        if (z <= depth[at]) continue;
        depth[at] = z;
        const facing = Math.abs(wa * normals[a + 2] + wb * normals[b + 2] + wc * normals[c + 2]);
        const fromAbove = wa * normals[a + 1] + wb * normals[b + 1] + wc * normals[c + 1];
        const light = Math.min(1.08, 0.34 + 0.62 * facing + 0.12 * fromAbove);
        for (let i = 0; i < 3; i += 1) {
          const colour = wa * colours[a + i] + wb * colours[b + i] + wc * colours[c + i];
          data[4 * at + i] = Math.max(0, Math.min(255, colour * light));
        }
        data[4 * at + 3] = 255;
      }
    }
  }
  return { width: size, height: size, data };
}

function vertexColours(paint: SurfacePaint): Float32Array {
  const colours = new Float32Array(paint.values.length * 3).fill(214);
  paint.values.forEach((value, vertex) => {
    if (Number.isNaN(value) || Math.abs(value) < paint.threshold) return;
    colours.set(divergingColour(value, paint.limit), vertex * 3);
  });
  return colours;
}

/** Averages 2 × 2 pixels, colour weighted by coverage. */
function halve(image: RgbaImage): RgbaImage {
  const size = image.width / 2;
  const data = new Uint8Array(size * size * 4);
  for (let y = 0; y < size; y += 1) {
    for (let x = 0; x < size; x += 1) {
      const corners = [0, 1, image.width, image.width + 1].map(
        (step) => 4 * (2 * y * image.width + 2 * x + step),
      );
      const cover = corners.reduce((sum, at) => sum + image.data[at + 3], 0);
      const to = 4 * (y * size + x);
      for (let i = 0; i < 3 && cover > 0; i += 1) {
        data[to + i] = corners.reduce((sum, at) => sum + image.data[at + i] * image.data[at + 3], 0) / cover;
      }
      data[to + 3] = cover / 4;
    }
  }
  return { width: size, height: size, data };
}
