import { type Floats, floatsLike, type Matrix } from './matrix.ts';

/**
 * Array of any number of axes over a typed array: element (i, j, …) is data[offset + i · strides[0] + j · strides[1] + …].
 * Views share memory with what they were made from; strides may be 0 (repeated) or negative (backwards).
 */
export interface NdArray<T extends Floats = Float32Array> {
  readonly shape: readonly number[];
  readonly strides: readonly number[];
  readonly offset: number;
  readonly data: T;
}

/** Number of elements. */
export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, length) => product * length, 1);
}

function rowMajorStrides(shape: readonly number[]): number[] {
  const strides = new Array<number>(shape.length);
  for (let axis = shape.length - 1, step = 1; axis >= 0; axis--) {
    strides[axis] = step;
    step *= shape[axis];
  }
  return strides;
}

/** An array over row-major values (of a .npy file, say). @throws Error where their number does not fit */
export function ndArray<T extends Floats>(shape: readonly number[], data: T): NdArray<T> {
  if (data.length !== sizeOf(shape))
    throw new Error(`${data.length} values do not fill ${shape.join(' × ')}`);
  return { shape, strides: rowMajorStrides(shape), offset: 0, data };
}

function checkAxis({ shape }: NdArray<Floats>, axis: number): void {
  if (!Number.isInteger(axis) || axis < 0 || axis >= shape.length)
    throw new Error(`an array of ${shape.length} axes has no axis ${axis}`);
}

/** Element `index` of one axis, which is gone from the result. @throws Error where there is none */
export function pick<T extends Floats>(array: NdArray<T>, axis: number, index: number): NdArray<T> {
  checkAxis(array, axis);
  const { shape, strides, offset, data } = array;
  if (!(index >= 0 && index < shape[axis])) throw new Error(`axis ${axis} of ${shape[axis]} has no ${index}`);
  return {
    shape: shape.toSpliced(axis, 1),
    strides: strides.toSpliced(axis, 1),
    offset: offset + index * strides[axis],
    data,
  };
}

/** Elements start, start + step, … before `stop` of one axis. @throws Error where they are not within it */
export function slice<T extends Floats>(
  array: NdArray<T>,
  axis: number,
  start: number,
  stop: number,
  step = 1,
): NdArray<T> {
  checkAxis(array, axis);
  const { shape, strides, offset, data } = array;
  if (!(step >= 1 && start >= 0 && start <= stop && stop <= shape[axis]))
    throw new Error(`${start}:${stop}:${step} is not within axis ${axis} of ${shape[axis]}`);
  return {
    shape: shape.with(axis, Math.ceil((stop - start) / step)),
    strides: strides.with(axis, strides[axis] * step),
    offset: offset + start * strides[axis],
    data,
  };
}

/** The axes in another order, as numpy.transpose. @throws Error unless every axis is named once */
export function permute<T extends Floats>(array: NdArray<T>, axes: readonly number[]): NdArray<T> {
  const { shape, strides } = array;
  if (axes.length !== shape.length || new Set(axes).size !== axes.length)
    throw new Error(`${axes.join(', ')} is no order of ${shape.length} axes`);
  for (const axis of axes) checkAxis(array, axis);
  return { ...array, shape: axes.map((axis) => shape[axis]), strides: axes.map((axis) => strides[axis]) };
}

/** Matrices with rows and columns exchanged, in all places of the axes before them. */
export function transposeLast<T extends Floats>(array: NdArray<T>): NdArray<T> {
  const axes = array.shape.map((_, axis) => axis);
  return permute(array, [...axes.slice(0, -2), axes.length - 1, axes.length - 2]);
}

/**
 * All windows of `length` along one axis, each `step` after the one before: the axis counts windows, and a new last
 * axis goes through each. As numpy's sliding_window_view. @throws Error where no window fits
 */
export function windows<T extends Floats>(
  array: NdArray<T>,
  axis: number,
  length: number,
  step: number,
): NdArray<T> {
  checkAxis(array, axis);
  const { shape, strides } = array;
  if (!(length >= 1 && length <= shape[axis]))
    throw new Error(`no window of ${length} fits axis ${axis} of ${shape[axis]}`);
  const starts = slice(array, axis, 0, shape[axis] - length + 1, step);
  return { ...starts, shape: [...starts.shape, length], strides: [...starts.strides, strides[axis]] };
}

/** Repeats axes of length 1, and adds axes in front, as NumPy broadcasts. @throws Error where shapes do not fit */
export function broadcastTo<T extends Floats>(array: NdArray<T>, shape: readonly number[]): NdArray<T> {
  const added = shape.length - array.shape.length;
  const strides = shape.map((length, axis) => {
    const own = axis < added ? 1 : array.shape[axis - added];
    if (added < 0 || (own !== length && own !== 1))
      throw new Error(`${array.shape.join(' × ')} cannot be broadcast to ${shape.join(' × ')}`);
    return own === length && axis >= added ? array.strides[axis - added] : 0;
  });
  return { ...array, shape, strides };
}

/** Strides of the same elements in row-major order under another shape; null where only a copy can have them. */
function reshapedStrides({ shape, strides }: NdArray<Floats>, wanted: readonly number[]): number[] | null {
  const old = shape.flatMap((length, axis) => (length === 1 ? [] : [{ length, step: strides[axis] }]));
  const out: number[] = [];
  let at = 0;
  let rest = 1;
  for (const length of wanted) {
    if (length === 1) {
      out.push(0);
      continue;
    }
    if (rest === 1) {
      // Axes that lie behind one another without a gap are one run of elements.
      if (at === old.length) return null;
      rest = old[at++].length;
      while (at < old.length && rest % length !== 0 && old[at - 1].step === old[at].length * old[at].step)
        rest *= old[at++].length;
    }
    if (rest % length !== 0) return null;
    rest /= length;
    out.push(rest * old[at - 1].step);
  }
  return out;
}

/**
 * The same elements in row-major order under another shape: a view where strides can say it, else a copy.
 * @throws Error where the number of elements differs
 */
export function reshape<T extends Floats>(array: NdArray<T>, shape: readonly number[]): NdArray<T> {
  if (sizeOf(array.shape) !== sizeOf(shape))
    throw new Error(`${array.shape.join(' × ')} cannot be reshaped to ${shape.join(' × ')}`);
  if (sizeOf(shape) === 0) return ndArray(shape, floatsLike(array.data, 0));
  const strides = reshapedStrides(array, shape);
  return strides === null ? ndArray(shape, packed(array)) : { ...array, shape, strides };
}

function isPacked({ shape, strides }: NdArray<Floats>): boolean {
  return rowMajorStrides(shape).every((step, axis) => shape[axis] <= 1 || strides[axis] === step);
}

/** The elements in row-major order: the array's own memory where they lie so, else a copy. */
export function packed<T extends Floats>(array: NdArray<T>): T {
  const count = sizeOf(array.shape);
  if (isPacked(array)) return array.data.subarray(array.offset, array.offset + count) as T;
  const out = floatsLike(array.data, count);
  copyInto(array, out);
  return out;
}

/** Copies the elements in row-major order into `out`. */
export function copyInto({ shape, strides, offset, data }: NdArray<Floats>, out: Floats): void {
  const last = shape.length - 1;
  if (last < 0) out[0] = data[offset];
  if (last < 0 || sizeOf(shape) === 0) return;
  const index = new Array<number>(last).fill(0);
  const [length, step] = [shape[last], strides[last]];
  for (let to = 0, from = offset; ; ) {
    for (let k = 0, at = from; k < length; k++, at += step) out[to++] = data[at];
    let axis = last - 1;
    for (; axis >= 0; axis--) {
      from += strides[axis];
      if (++index[axis] < shape[axis]) break;
      from -= shape[axis] * strides[axis];
      index[axis] = 0;
    }
    if (axis < 0) return;
  }
}

/** Two axes as a matrix; shares memory where rows lie one after another. @throws Error for other numbers of axes */
export function asMatrix<T extends Floats>(array: NdArray<T>): Matrix<T> {
  const [rows, cols] = array.shape;
  if (array.shape.length !== 2) throw new Error(`${array.shape.length} axes are no matrix`);
  return { rows, cols, data: packed(array) };
}
