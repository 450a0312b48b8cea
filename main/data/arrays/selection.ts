import type { Selection } from './array-store.ts';

/** A half-open box of elements. */
export interface Box {
  readonly start: number[];
  readonly stop: number[];
  readonly shape: number[];
}

/** The box that a selection means. Throws RangeError when it does not lie inside `shape`. */
export function boxOf(shape: readonly number[], selection?: Selection): Box {
  if (selection && selection.length !== shape.length) {
    throw new RangeError(`A selection of ${selection.length} axes does not fit the shape [${shape}]`);
  }
  const ranges = shape.map((size, axis) => selection?.[axis] ?? { start: 0, stop: size });
  for (const [axis, { start, stop }] of ranges.entries()) {
    const ordered = Number.isInteger(start) && Number.isInteger(stop) && start >= 0 && start <= stop;
    if (!ordered || stop > shape[axis]) {
      throw new RangeError(`Elements ${start} to ${stop} of axis ${axis} are not in the shape [${shape}]`);
    }
  }
  return {
    start: ranges.map((range) => range.start),
    stop: ranges.map((range) => range.stop),
    shape: ranges.map((range) => range.stop - range.start),
  };
}

/** Whether two shapes have the same rank and sizes. */
export function sameShape(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((size, axis) => size === b[axis]);
}
