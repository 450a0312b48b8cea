/** Buckets of a sketch; inner products of long vectors are off by about 1/√BUCKETS = 0.8 % of the norms' product. */
const BUCKETS = 16_384;

/** A sketch of no weights yet. */
export function emptySketch(): Float64Array {
  return new Float64Array(BUCKETS);
}

/**
 * Adds a tensor to a count sketch (Charikar, Chen & Farach-Colton 2002): every weight goes to one bucket with one
 * sign, both decided by its tensor's name and its place. Sketches are linear, and inner products of sketches are
 * unbiased estimates of those of the weights, so that any two checkpoints can be compared without reading them again.
 */
export function addToSketch(sketch: Float64Array, name: string, values: Float32Array): void {
  let seed = 0x811c9dc5;
  for (let at = 0; at < name.length; at++) seed = Math.imul(seed ^ name.charCodeAt(at), 0x01000193);
  for (let at = 0; at < values.length; at++) {
    // Finaliser of MurmurHash3: every bit of the place decides every bit of the result.
    let mixed = (seed + Math.imul(at, 0x9e3779b1)) | 0;
    mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
    mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
    mixed ^= mixed >>> 16;
    sketch[mixed & (BUCKETS - 1)] += mixed < 0 ? -values[at] : values[at];
  }
}

/** Inner product, summed in float64. */
export function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let at = 0; at < a.length; at++) sum += a[at] * b[at];
  return sum;
}
