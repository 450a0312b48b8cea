import type { Dimension } from './graph-builder.ts';

/** True where two sizes are known to be the same: equal numbers, or the same symbolic axis. */
export function sameDimension(a: Dimension | undefined, b: Dimension | undefined): boolean {
  return a !== undefined && a === b;
}

/** True where both shapes are known to be the same. */
export function sameShape(a: readonly Dimension[], b: readonly Dimension[]): boolean {
  return a.length === b.length && a.every((dim, axis) => sameDimension(dim, b[axis]));
}

/**
 * Shape of an elementwise result under NumPy broadcasting. A symbolic axis against 1 gives the symbol; against
 * another symbol or a number other than 1 it is taken to be equal, as the runtime will check.
 * @throws Error for two numbers that differ and are not 1
 */
export function broadcastShapes(a: readonly Dimension[], b: readonly Dimension[]): Dimension[] {
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, axis) => {
    const left = a[axis - (rank - a.length)] ?? 1;
    const right = b[axis - (rank - b.length)] ?? 1;
    if (left === 1 || left === right) return right;
    if (right === 1) return left;
    if (typeof left === 'number' && typeof right === 'number')
      throw new Error(`shapes [${a}] and [${b}] do not broadcast together`);
    return typeof left === 'number' ? left : right;
  });
}

/** Axes of `from` to be summed to undo its broadcasting from `to`, split in those to drop and those kept as 1. */
export function broadcastAxes(
  from: readonly Dimension[],
  to: readonly Dimension[],
): { dropped: number[]; kept: number[] } {
  const extra = from.length - to.length;
  const dropped = Array.from({ length: extra }, (_, axis) => axis);
  const kept = to.flatMap((dim, axis) => (dim === 1 && from[axis + extra] !== 1 ? [axis + extra] : []));
  return { dropped, kept };
}

/** Negative axes counted from the end, made non-negative. @throws Error for an axis outside the rank */
export function normalizeAxis(axis: number, rank: number): number {
  const positive = axis < 0 ? axis + rank : axis;
  if (positive < 0 || positive >= rank) throw new Error(`axis ${axis} is outside a tensor of rank ${rank}`);
  return positive;
}

/** Product of sizes, or undefined while one is symbolic. */
export function elementCount(dims: readonly Dimension[]): number | undefined {
  let count = 1;
  for (const dim of dims) {
    if (typeof dim === 'string') return undefined;
    count *= dim;
  }
  return count;
}
