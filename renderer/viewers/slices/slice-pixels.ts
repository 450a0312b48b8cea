import { colorTable, tableRow } from '../colour/color-map.ts';
import { type ThresholdLimits, thresholdLimits, valueOpacity } from '../colour/threshold.ts';
import { type FlatAffine, flatten, invert, transform } from '../maths/affine.ts';
import { logProbabilities } from '../sampling/vertex-weights.ts';
import type { VoxelLookup } from '../sampling/voxel-lookup.ts';
import type { AnatomicalVolume, MapDisplay, Vec3 } from '../types.ts';

/** A grid of pixel centres in space: first pixel's place, and the steps right and down. */
export interface PixelGrid {
  readonly width: number;
  readonly height: number;
  readonly origin: Vec3;
  readonly right: Vec3;
  readonly down: Vec3;
}

export interface PreparedAnatomy {
  readonly volume: AnatomicalVolume;
  readonly toVoxel: FlatAffine;
  readonly low: number;
  readonly high: number;
}

/** Inverse affine and grey window of an image, once. */
export function prepareAnatomy(volume: AnatomicalVolume): PreparedAnatomy {
  const [low, high] = volume.window ?? robustWindow(volume.values);
  return { volume, toVoxel: invert(flatten(volume.affine)), low, high };
}

/** 1st to 99.5th percentile of the values that are not background (0). */
function robustWindow(values: AnatomicalVolume['values']): [number, number] {
  const stride = Math.max(1, Math.floor(values.length / 200_000));
  const some: number[] = [];
  for (let at = 0; at < values.length; at += stride)
    if (values[at] !== 0 && Number.isFinite(values[at])) some.push(values[at]);
  if (some.length === 0) return [0, 1];
  const sorted = Float32Array.from(some).sort();
  const low = Math.min(0, sorted[Math.floor(sorted.length * 0.01)]);
  return [low, Math.max(low + 1e-6, sorted[Math.floor(sorted.length * 0.995)])];
}

/** Anatomy as opaque grey into RGBA bytes; black outside its grid. Trilinear, any obliquity. */
export function paintAnatomy(pixels: Uint8ClampedArray, grid: PixelGrid, anatomy: PreparedAnatomy): void {
  const { volume, low, high } = anatomy;
  const gain = 255 / (high - low);
  const { start, right, down } = voxelSteps(grid, anatomy.toVoxel);
  for (let y = 0; y < grid.height; y++) {
    for (let x = 0; x < grid.width; x++) {
      const value = trilinear(
        volume.values,
        volume.shape,
        start[0] + x * right[0] + y * down[0],
        start[1] + x * right[1] + y * down[1],
        start[2] + x * right[2] + y * down[2],
      );
      const grey = Number.isNaN(value) ? 0 : (value - low) * gain;
      const at = (y * grid.width + x) * 4;
      pixels[at] = grey;
      pixels[at + 1] = grey;
      pixels[at + 2] = grey;
      pixels[at + 3] = 255;
    }
  }
}

/** Trilinear value of a dense image at voxel coordinates; NaN more than half a voxel outside. Edges are held. */
export function trilinear(
  values: ArrayLike<number>,
  shape: readonly [number, number, number],
  i: number,
  j: number,
  k: number,
): number {
  const [ni, nj, nk] = shape;
  if (i < -0.5 || j < -0.5 || k < -0.5 || i > ni - 0.5 || j > nj - 0.5 || k > nk - 0.5) return Number.NaN;
  const ci = Math.max(0, Math.min(ni - 1, i));
  const cj = Math.max(0, Math.min(nj - 1, j));
  const ck = Math.max(0, Math.min(nk - 1, k));
  const i0 = Math.min(Math.floor(ci), Math.max(0, ni - 2));
  const j0 = Math.min(Math.floor(cj), Math.max(0, nj - 2));
  const k0 = Math.min(Math.floor(ck), Math.max(0, nk - 2));
  const fi = ci - i0;
  const fj = cj - j0;
  const fk = ck - k0;
  const di = ni > 1 ? 1 : 0;
  const dj = nj > 1 ? ni : 0;
  const dk = nk > 1 ? ni * nj : 0;
  const at = i0 + ni * (j0 + nj * k0);
  const near = mix(mix(values[at], values[at + di], fi), mix(values[at + dj], values[at + dj + di], fi), fj);
  const far = mix(
    mix(values[at + dk], values[at + dk + di], fi),
    mix(values[at + dk + dj], values[at + dk + dj + di], fi),
    fj,
  );
  return mix(near, far, fk);
}

function mix(a: number, b: number, fraction: number): number {
  return a + (b - a) * fraction;
}

/** A map's value at a place in voxel coordinates, NaN outside the mask. */
export function mapValue(
  lookup: VoxelLookup,
  values: Float32Array,
  method: MapDisplay['sampling'],
  i: number,
  j: number,
  k: number,
): number {
  if (method === 'nearest') {
    const position = nearestPosition(lookup, i, j, k);
    return position < 0 ? Number.NaN : values[position];
  }
  const { positionOf } = lookup;
  const [ni, nj, nk] = lookup.shape;
  const i0 = Math.floor(i);
  const j0 = Math.floor(j);
  const k0 = Math.floor(k);
  if (i0 < -1 || j0 < -1 || k0 < -1 || i0 >= ni || j0 >= nj || k0 >= nk) return Number.NaN;
  const fi = i - i0;
  const fj = j - j0;
  const fk = k - k0;
  let sum = 0;
  let weight = 0;
  for (let dk = 0; dk < 2; dk++) {
    const ck = k0 + dk;
    if (ck < 0 || ck >= nk) continue;
    const wk = dk === 0 ? 1 - fk : fk;
    for (let dj = 0; dj < 2; dj++) {
      const cj = j0 + dj;
      if (cj < 0 || cj >= nj) continue;
      const row = ni * (cj + nj * ck);
      const wjk = wk * (dj === 0 ? 1 - fj : fj);
      for (let di = 0; di < 2; di++) {
        const ci = i0 + di;
        if (ci < 0 || ci >= ni) continue;
        const position = positionOf[row + ci];
        if (position < 0) continue;
        const value = values[position];
        if (Number.isNaN(value)) continue;
        const w = wjk * (di === 0 ? 1 - fi : fi);
        sum += w * value;
        weight += w;
      }
    }
  }
  // Half the weight: the drawn mask then ends where the voxels do, neither eroded nor grown.
  return weight >= 0.5 ? sum / weight : Number.NaN;
}

function nearestPosition(lookup: VoxelLookup, i: number, j: number, k: number): number {
  const [ni, nj, nk] = lookup.shape;
  const ri = Math.round(i);
  const rj = Math.round(j);
  const rk = Math.round(k);
  if (ri < 0 || rj < 0 || rk < 0 || ri >= ni || rj >= nj || rk >= nk) return -1;
  return lookup.positionOf[ri + ni * (rj + nj * rk)];
}

export interface OverlayMap {
  readonly lookup: VoxelLookup;
  readonly values: Float32Array;
  /** p or q of every kept voxel where the threshold needs one. */
  readonly significance: Float32Array | null;
  readonly display: MapDisplay;
}

/**
 * A map as colour with opacity (RGBA, not premultiplied) to be laid over the anatomy; the same threshold and colours as on
 * the surface. Transparent outside the mask. Written as one flat loop: it runs for every pixel at every change of layer.
 */
export function paintMap(pixels: Uint8ClampedArray, grid: PixelGrid, map: OverlayMap): void {
  const { lookup, values, significance, display } = map;
  const limits: ThresholdLimits = thresholdLimits(display.threshold);
  const table = colorTable(display.colorMap);
  const low = display.range[0];
  const gain = 1 / (display.range[1] - low || 1);
  const logs = significance && display.sampling === 'trilinear' ? cachedLogs(significance) : null;
  const { start, right, down } = voxelSteps(grid, lookup.toVoxel);
  pixels.fill(0);
  for (let y = 0; y < grid.height; y++) {
    for (let x = 0; x < grid.width; x++) {
      const i = start[0] + x * right[0] + y * down[0];
      const j = start[1] + x * right[1] + y * down[1];
      const k = start[2] + x * right[2] + y * down[2];
      const value = mapValue(lookup, values, display.sampling, i, j, k);
      if (Number.isNaN(value)) continue;
      let probability = Number.NaN;
      if (logs) probability = Math.exp(mapValue(lookup, logs, 'trilinear', i, j, k));
      else if (significance) probability = mapValue(lookup, significance, 'nearest', i, j, k);
      const alpha = valueOpacity(limits, display.below, value, probability, display.opacity);
      if (alpha === 0) continue;
      const row = tableRow((value - low) * gain) * 3;
      const at = (y * grid.width + x) * 4;
      pixels[at] = table[row];
      pixels[at + 1] = table[row + 1];
      pixels[at + 2] = table[row + 2];
      pixels[at + 3] = alpha * 255;
    }
  }
}

const logarithms = new WeakMap<Float32Array, Float32Array>();

/** Probabilities are sampled as on the surface: logarithms between voxels. */
function cachedLogs(values: Float32Array): Float32Array {
  let logs = logarithms.get(values);
  if (!logs) {
    logs = logProbabilities(values);
    logarithms.set(values, logs);
  }
  return logs;
}

/** Voxel coordinates of the first pixel and what one step right and down adds, whatever the affine. */
function voxelSteps(grid: PixelGrid, toVoxel: FlatAffine): { start: Vec3; right: Vec3; down: Vec3 } {
  const { origin, right, down } = grid;
  const start = transform(toVoxel, ...origin);
  const step = (by: Vec3): Vec3 => {
    const end = transform(toVoxel, origin[0] + by[0], origin[1] + by[1], origin[2] + by[2]);
    return [end[0] - start[0], end[1] - start[1], end[2] - start[2]];
  };
  return { start, right: step(right), down: step(down) };
}
