import type { Dimension } from '../graph-builder.ts';
import { intAttribute, intsAttribute, stringAttribute } from '../onnx/attributes.ts';
import type { OnnxNode } from '../onnx/onnx-model.ts';

/** Window of a convolution or pooling: per spatial axis, with begin and end padding apart. */
export interface Window {
  readonly kernel: readonly number[];
  readonly strides: readonly number[];
  readonly dilations: readonly number[];
  readonly before: readonly number[];
  readonly after: readonly number[];
  readonly groups: number;
}

/** Reads a node's window. @throws Error where the padding is left to the runtime (auto_pad) */
export function windowOf(node: OnnxNode, kernel: readonly Dimension[]): Window {
  const sizes = kernel.map(Number);
  const ones = sizes.map(() => 1);
  const zeros = sizes.map(() => 0);
  if (!['NOTSET', 'VALID'].includes(stringAttribute(node, 'auto_pad', 'NOTSET')))
    throw new Error('auto_pad is not taken: give the padding in numbers');
  const pads = intsAttribute(node, 'pads') ?? [...zeros, ...zeros];
  return {
    kernel: intsAttribute(node, 'kernel_shape') ?? sizes,
    strides: intsAttribute(node, 'strides') ?? ones,
    dilations: intsAttribute(node, 'dilations') ?? ones,
    before: pads.slice(0, sizes.length),
    after: pads.slice(sizes.length),
    groups: intAttribute(node, 'group', 1),
  };
}

/** Cells covered by a dilated kernel along each axis. */
export function extent(window: Window): number[] {
  return window.kernel.map((size, axis) => (size - 1) * window.dilations[axis] + 1);
}

/** Output size of a convolution or pooling along each axis (floor mode). */
export function outputSizes(input: readonly Dimension[], window: Window): Dimension[] {
  const covered = extent(window);
  return input.map((size, axis) => {
    const { strides, before, after } = window;
    if (typeof size === 'string') {
      if (strides[axis] === 1 && before[axis] + after[axis] === covered[axis] - 1) return size;
      return `conv(${size},${covered[axis]},${strides[axis]},${before[axis] + after[axis]})`;
    }
    return Math.floor((size + before[axis] + after[axis] - covered[axis]) / strides[axis]) + 1;
  });
}

/** Output size of a transposed convolution along each axis. */
export function transposedSizes(
  input: readonly Dimension[],
  window: Window,
  extra: readonly number[],
): Dimension[] {
  const covered = extent(window);
  return input.map((size, axis) => {
    const { strides, before, after } = window;
    const grown = covered[axis] - before[axis] - after[axis] + extra[axis];
    return typeof size === 'string'
      ? `deconv(${size},${strides[axis]},${grown})`
      : (size - 1) * strides[axis] + grown;
  });
}

/** Begin paddings followed by end paddings, as ONNX wants them. */
export function padsOf(window: Pick<Window, 'before' | 'after'>): number[] {
  return [...window.before, ...window.after];
}
