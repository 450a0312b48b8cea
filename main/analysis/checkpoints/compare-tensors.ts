/** How one tensor differs between two checkpoints; null where a number cannot be told. */
export interface TensorDifference {
  readonly normFirst: number | null;
  readonly normSecond: number | null;
  readonly cosine: number | null;
  /** Euclidean norm of second − first. */
  readonly update: number | null;
  readonly relativeUpdate: number | null;
  readonly identical: boolean;
}

/** Norms, cosine and size of the update of one tensor, summed in float64. Both have the same length. */
export function compareTensors(first: Float32Array, second: Float32Array): TensorDifference {
  let [a, b, product, difference, equal] = [0, 0, 0, 0, true];
  for (let at = 0; at < first.length; at++) {
    const [x, y] = [first[at], second[at]];
    a += x * x;
    b += y * y;
    product += x * y;
    difference += (y - x) ** 2;
    equal &&= Object.is(x, y);
  }
  const finite = (value: number): number | null => (Number.isFinite(value) ? value : null);
  const [normFirst, normSecond, update] = [a, b, difference].map(Math.sqrt);
  return {
    normFirst: finite(normFirst),
    normSecond: finite(normSecond),
    // Rounding may carry the cosine of a tensor with itself past 1.
    cosine: finite(Math.max(-1, Math.min(1, product / (normFirst * normSecond)))),
    update: finite(update),
    relativeUpdate: finite(update / normFirst),
    identical: equal,
  };
}
