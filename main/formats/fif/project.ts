import type { Projection } from './info.ts';

/** Directions whose singular value is below this share of the largest are linearly dependent (mne/_fiff/proj.py). */
const DEPENDENT = 1e-2;

/**
 * Removes the file's signal-space projections from channels × samples, in place: x ← x − U Uᵀ x, where U is an
 * orthonormal basis of the projection vectors over the good channels.
 */
export function applyProjections(
  data: Float64Array,
  channels: readonly string[],
  projections: readonly Projection[],
  bads: readonly string[],
): void {
  const basis = orthonormal(vectorsOver(channels, projections, bads));
  const samples = data.length / channels.length;
  for (const vector of basis) {
    const component = new Float64Array(samples);
    vector.forEach((weight, channel) => {
      if (weight === 0) return;
      for (let at = 0; at < samples; at++) component[at] += weight * data[channel * samples + at];
    });
    vector.forEach((weight, channel) => {
      if (weight === 0) return;
      for (let at = 0; at < samples; at++) data[channel * samples + at] -= weight * component[at];
    });
  }
}

/** Projection vectors as unit vectors over the given channels; bad ones have no part in them. */
function vectorsOver(
  channels: readonly string[],
  projections: readonly Projection[],
  bads: readonly string[],
): Float64Array[] {
  const bad = new Set(bads);
  return projections.flatMap((projection) => {
    const at = new Map(projection.channels.map((name, index) => [name, index]));
    return Array.from({ length: projection.rows }, (_, row) => {
      const vector = Float64Array.from(channels, (name) => {
        const index = bad.has(name) ? undefined : at.get(name);
        return index === undefined ? 0 : projection.data[row * projection.channels.length + index];
      });
      const norm = Math.hypot(...vector);
      return norm > 0 ? vector.map((value) => value / norm) : vector;
    });
  });
}

/** Left singular vectors of the columns given, by Jacobi rotations of pairs of columns until all are orthogonal. */
function orthonormal(columns: Float64Array[]): Float64Array[] {
  const vectors = columns.map((column) => column.slice());
  for (let sweep = 0, turned = true; turned && sweep < 60; sweep++) {
    turned = false;
    for (let i = 0; i < vectors.length; i++) {
      for (let j = i + 1; j < vectors.length; j++) turned = rotate(vectors[i], vectors[j]) || turned;
    }
  }
  const norms = vectors.map((vector) => Math.sqrt(dot(vector, vector)));
  const largest = Math.max(0, ...norms);
  return vectors.flatMap((vector, index) =>
    norms[index] > DEPENDENT * largest ? [vector.map((value) => value / norms[index])] : [],
  );
}

/** Turns two columns so that they are orthogonal (one-sided Jacobi); false where they are already. */
function rotate(a: Float64Array, b: Float64Array): boolean {
  const [aa, bb, ab] = [dot(a, a), dot(b, b), dot(a, b)];
  if (Math.abs(ab) <= 1e-15 * Math.sqrt(aa * bb) || ab === 0) return false;
  const zeta = (bb - aa) / (2 * ab);
  const tangent = (zeta < 0 ? -1 : 1) / (Math.abs(zeta) + Math.sqrt(1 + zeta * zeta));
  const cosine = 1 / Math.sqrt(1 + tangent * tangent);
  const sine = cosine * tangent;
  for (let index = 0; index < a.length; index++) {
    const [x, y] = [a[index], b[index]];
    a[index] = cosine * x - sine * y;
    b[index] = sine * x + cosine * y;
  }
  return true;
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let index = 0; index < a.length; index++) sum += a[index] * b[index];
  return sum;
}
