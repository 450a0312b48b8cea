import { transform } from '../maths/affine.ts';
import type { VoxelLookup } from './voxel-lookup.ts';

/** Sparse vertex × voxel matrix (CSR). Rows sum to 1, or are empty where a vertex sees no kept voxel. */
export interface VertexWeights {
  /** vertex + 1 entries. */
  readonly offsets: Uint32Array;
  readonly voxels: Uint32Array;
  readonly weights: Float32Array;
  /** Per vertex the voxel of greatest weight, −1 for empty rows. */
  readonly dominant: Int32Array;
}

export interface SamplingPlan {
  readonly method: 'trilinear' | 'nearest';
  /** How far under the surface, along the inward normal, samples are taken; their mean is drawn. */
  readonly depthsMm: readonly number[];
}

/**
 * Weights from masked voxels to vertices. Each depth gives one sample (8 corners trilinear, or the one containing
 * voxel); corners outside the mask are left out and the rest is rescaled to sum to 1, so that the rim of the mask is
 * neither dimmed nor invented. A vertex whose every corner is outside the mask has no value.
 * @param positions vertex × 3, RAS+ mm
 * @param normals vertex × 3, unit, outward
 */
export function buildVertexWeights(
  positions: Float32Array,
  normals: Float32Array,
  lookup: VoxelLookup,
  plan: SamplingPlan,
): VertexWeights {
  const count = positions.length / 3;
  const corners = plan.method === 'trilinear' ? 8 : 1;
  const capacity = count * corners * plan.depthsMm.length;
  const voxels = new Uint32Array(capacity);
  const weights = new Float32Array(capacity);
  const offsets = new Uint32Array(count + 1);
  const dominant = new Int32Array(count).fill(-1);
  let used = 0;
  for (let vertex = 0; vertex < count; vertex++) {
    const start = used;
    const p = vertex * 3;
    for (const depth of plan.depthsMm) {
      const [i, j, k] = transform(
        lookup.toVoxel,
        positions[p] - depth * normals[p],
        positions[p + 1] - depth * normals[p + 1],
        positions[p + 2] - depth * normals[p + 2],
      );
      const end = used;
      used =
        corners === 8
          ? addTrilinear(lookup, i, j, k, voxels, weights, used)
          : addNearest(lookup, i, j, k, voxels, weights, used);
      used = mergeRepeats(voxels, weights, start, end, used);
    }
    offsets[vertex + 1] = used;
    normaliseRow(voxels, weights, start, used, dominant, vertex);
  }
  return { offsets, voxels: voxels.slice(0, used), weights: weights.slice(0, used), dominant };
}

/** As `buildVertexWeights` where vertices have values of their own; all rows are empty on a surface of another size. */
export function placeWeights(places: Int32Array, lookup: VoxelLookup, vertices: number): VertexWeights {
  const offsets = new Uint32Array(vertices + 1);
  const dominant = new Int32Array(vertices).fill(-1);
  const voxels = new Uint32Array(vertices);
  let used = 0;
  for (let vertex = 0; vertex < vertices; vertex++) {
    const place = places.length === vertices ? places[vertex] : -1;
    const voxel = place < 0 ? -1 : lookup.positionOf[place];
    if (voxel >= 0) {
      dominant[vertex] = voxel;
      voxels[used++] = voxel;
    }
    offsets[vertex + 1] = used;
  }
  return { offsets, voxels: voxels.slice(0, used), weights: new Float32Array(used).fill(1), dominant };
}

function addTrilinear(
  lookup: VoxelLookup,
  i: number,
  j: number,
  k: number,
  voxels: Uint32Array,
  weights: Float32Array,
  used: number,
): number {
  const [ni, nj, nk] = lookup.shape;
  const i0 = Math.floor(i);
  const j0 = Math.floor(j);
  const k0 = Math.floor(k);
  for (let corner = 0; corner < 8; corner++) {
    const ci = i0 + (corner & 1);
    const cj = j0 + ((corner >> 1) & 1);
    const ck = k0 + (corner >> 2);
    if (ci < 0 || cj < 0 || ck < 0 || ci >= ni || cj >= nj || ck >= nk) continue;
    const weight = (1 - Math.abs(i - ci)) * (1 - Math.abs(j - cj)) * (1 - Math.abs(k - ck));
    const position = lookup.positionOf[ci + ni * (cj + nj * ck)];
    if (position < 0 || weight < 1e-6) continue;
    voxels[used] = position;
    weights[used++] = weight;
  }
  return used;
}

function addNearest(
  lookup: VoxelLookup,
  i: number,
  j: number,
  k: number,
  voxels: Uint32Array,
  weights: Float32Array,
  used: number,
): number {
  const [ni, nj, nk] = lookup.shape;
  const ri = Math.round(i);
  const rj = Math.round(j);
  const rk = Math.round(k);
  if (ri < 0 || rj < 0 || rk < 0 || ri >= ni || rj >= nj || rk >= nk) return used;
  const position = lookup.positionOf[ri + ni * (rj + nj * rk)];
  if (position < 0) return used;
  voxels[used] = position;
  weights[used] = 1;
  return used + 1;
}

/** Folds entries from `end` on into equal voxels of the row's earlier depths; returns the new fill mark. */
function mergeRepeats(
  voxels: Uint32Array,
  weights: Float32Array,
  start: number,
  end: number,
  used: number,
): number {
  let write = end;
  for (let read = end; read < used; read++) {
    let same = start;
    while (same < end && voxels[same] !== voxels[read]) same++;
    if (same < end) {
      weights[same] += weights[read];
    } else {
      voxels[write] = voxels[read];
      weights[write++] = weights[read];
    }
  }
  return write;
}

function normaliseRow(
  voxels: Uint32Array,
  weights: Float32Array,
  start: number,
  end: number,
  dominant: Int32Array,
  vertex: number,
): void {
  let sum = 0;
  let most = 0;
  for (let entry = start; entry < end; entry++) {
    sum += weights[entry];
    if (weights[entry] > most) {
      most = weights[entry];
      dominant[vertex] = voxels[entry];
    }
  }
  for (let entry = start; entry < end; entry++) weights[entry] /= sum;
}

/**
 * One map onto the vertices: out[v] = Σ w·value. NaN for empty rows; a NaN voxel is left out and the rest rescaled.
 * @param stride distance between two vertices in `out`, so that value and significance can share one buffer
 */
export function sampleWeighted(w: VertexWeights, values: Float32Array, out: Float32Array, stride = 1): void {
  const { offsets, voxels, weights } = w;
  for (let vertex = 0, start = 0; vertex + 1 < offsets.length; vertex++) {
    const end = offsets[vertex + 1];
    let sum = 0;
    for (let entry = start; entry < end; entry++) sum += weights[entry] * values[voxels[entry]];
    if (start === end) sum = Number.NaN;
    else if (Number.isNaN(sum)) sum = withoutMissing(w, values, start, end);
    out[vertex * stride] = sum;
    start = end;
  }
}

function withoutMissing(w: VertexWeights, values: Float32Array, start: number, end: number): number {
  let sum = 0;
  let weight = 0;
  for (let entry = start; entry < end; entry++) {
    const value = values[w.voxels[entry]];
    if (Number.isNaN(value)) continue;
    sum += w.weights[entry] * value;
    weight += w.weights[entry];
  }
  return weight > 0 ? sum / weight : Number.NaN;
}

/** Smallest probability that is told apart when probabilities are interpolated. */
const leastProbability = 1e-12;

/** Natural logarithms of probabilities, those of 0 held at 1e-12. */
export function logProbabilities(values: Float32Array): Float32Array {
  return values.map((value) => Math.log(Math.max(value, leastProbability)));
}

/**
 * p or q onto the vertices: Σ w·log p, back as p. Between voxels a probability thus runs as the evidence does, and where
 * all weight is on one voxel (sampling "nearest") it is that voxel's own. NaN for empty rows and where a voxel has none.
 */
export function sampleProbability(
  w: VertexWeights,
  values: Float32Array,
  out: Float32Array,
  offset: number,
  stride: number,
): void {
  const logs = logProbabilities(values);
  for (let vertex = 0; vertex < w.dominant.length; vertex++) {
    const start = w.offsets[vertex];
    const end = w.offsets[vertex + 1];
    let probability = Number.NaN;
    if (end - start === 1) {
      // Not through the logarithm: q = 0.05 must stay 0.05 for a limit of 0.05.
      probability = values[w.voxels[start]];
    } else if (end > start) {
      let sum = 0;
      for (let entry = start; entry < end; entry++) sum += w.weights[entry] * logs[w.voxels[entry]];
      probability = Math.exp(sum);
    }
    out[offset + vertex * stride] = probability;
  }
}
