/** A small row-major float64 array for reference computations; not made for speed. */
export interface NdArray {
  readonly dims: readonly number[];
  readonly data: Float64Array;
}

/** Number of elements of a shape. */
export function sizeOf(dims: readonly number[]): number {
  return dims.reduce((product, dim) => product * dim, 1);
}

/** Multi-index of a row-major position. */
export function unravel(position: number, dims: readonly number[]): number[] {
  const index = new Array<number>(dims.length);
  for (let axis = dims.length - 1; axis >= 0; axis--) {
    index[axis] = position % dims[axis];
    position = Math.floor(position / dims[axis]);
  }
  return index;
}

/** Row-major position of a multi-index. */
export function ravel(index: readonly number[], dims: readonly number[]): number {
  let position = 0;
  for (let axis = 0; axis < dims.length; axis++) position = position * dims[axis] + index[axis];
  return position;
}

/** An array whose element at each multi-index is `value(index)`. */
export function fromIndex(dims: readonly number[], value: (index: number[]) => number): NdArray {
  const data = new Float64Array(sizeOf(dims));
  for (let position = 0; position < data.length; position++) data[position] = value(unravel(position, dims));
  return { dims, data };
}

/** Element at a multi-index. */
export function at(array: NdArray, index: readonly number[]): number {
  return array.data[ravel(index, array.dims)];
}

/** Elementwise function under NumPy broadcasting. */
export function mapBroadcast(f: (...values: number[]) => number, ...arrays: readonly NdArray[]): NdArray {
  const rank = Math.max(...arrays.map((array) => array.dims.length));
  const dims = Array.from({ length: rank }, (_, axis) =>
    Math.max(...arrays.map((array) => array.dims[axis - (rank - array.dims.length)] ?? 1)),
  );
  return fromIndex(dims, (index) =>
    f(
      ...arrays.map((array) => {
        const own = index.slice(rank - array.dims.length).map((i, axis) => (array.dims[axis] === 1 ? 0 : i));
        return at(array, own);
      }),
    ),
  );
}

/** Reduces the given axes with `fold` over the list of their values. */
export function reduceAxes(
  array: NdArray,
  axes: readonly number[],
  keep: boolean,
  fold: (values: number[]) => number,
): NdArray {
  const kept = array.dims.map((dim, axis) => (axes.includes(axis) ? 1 : dim));
  const groups = Array.from({ length: sizeOf(kept) }, (): number[] => []);
  for (let position = 0; position < array.data.length; position++) {
    const index = unravel(position, array.dims).map((i, axis) => (axes.includes(axis) ? 0 : i));
    groups[ravel(index, kept)].push(array.data[position]);
  }
  const dims = keep ? kept : kept.filter((_, axis) => !axes.includes(axis));
  return { dims, data: Float64Array.from(groups, fold) };
}
