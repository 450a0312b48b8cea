import type { TypedArray } from '../../contract/typed-arrays.ts';

/** A row-major block of values and where in it a region begins. */
export interface Block {
  readonly data: TypedArray;
  readonly shape: readonly number[];
  readonly start: readonly number[];
}

/**
 * Copies a hyper-rectangle of `extent` elements from one row-major block into another. Both hold the same kind of
 * elements. Innermost axes that are whole in both are copied as one piece.
 */
export function copyRegion(from: Block, to: Block, extent: readonly number[]): void {
  if (extent.some((size) => size === 0)) return;
  const fromStrides = strides(from.shape);
  const toStrides = strides(to.shape);
  let inner = extent.length - 1;
  let run = inner < 0 ? 1 : extent[inner];
  while (inner > 0 && extent[inner] === from.shape[inner] && extent[inner] === to.shape[inner]) {
    inner--;
    run *= extent[inner];
  }

  const walk = (axis: number, fromAt: number, toAt: number): void => {
    if (axis >= inner) {
      to.data.set(from.data.subarray(fromAt, fromAt + run), toAt);
      return;
    }
    for (let step = 0; step < extent[axis]; step++) {
      walk(axis + 1, fromAt + step * fromStrides[axis], toAt + step * toStrides[axis]);
    }
  };
  walk(0, offsetOf(from.start, fromStrides), offsetOf(to.start, toStrides));
}

function strides(shape: readonly number[]): number[] {
  const result = new Array<number>(shape.length).fill(1);
  for (let axis = shape.length - 2; axis >= 0; axis--) result[axis] = result[axis + 1] * shape[axis + 1];
  return result;
}

function offsetOf(start: readonly number[], step: readonly number[]): number {
  return start.reduce((offset, at, axis) => offset + at * step[axis], 0);
}
