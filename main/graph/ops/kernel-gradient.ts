import type { Dimension, ValueName } from '../graph-builder.ts';
import type { TypedGraph } from '../typed-graph.ts';
import { padsOf, type Window } from './convolution-shape.ts';

/** Numbers of all windows laid out, up to which they are: 64 MB. */
const LAID_OUT = 1 << 24;

/** Channels from which on a volume is faster than windows laid out. */
const MANY_CHANNELS = 16;

/**
 * Gradient of a (grouped) convolution with respect to its kernel. Without groups, in two dimensions, the way that is the
 * fastest on the processor (times of ONNX Runtime differ up to threefold):
 * - a 1 × 1 kernel: one matrix product per image;
 * - few channels: the windows of all cells are laid out by a convolution with one-hot kernels, then one product per image;
 * - many channels: a convolution over the volume [rows, columns, channels], which is read in runs of channels.
 *
 * @param x what the convolution reads, [batch, in, ...]
 * @param dy gradient of what it gives, [batch, out, ...]
 * @param kernel [out, in / groups, ...]
 * @param laidOut numbers that windows may take
 */
export function kernelGradient(
  graph: TypedGraph,
  x: ValueName,
  dy: ValueName,
  kernel: ValueName,
  window: Window,
  laidOut: number = LAID_OUT,
): ValueName {
  if (window.groups > 1 || window.kernel.length !== 2) return groupedGradient(graph, x, dy, kernel, window);
  if (isPointwise(window)) return productGradient(graph, x, dy, kernel);
  const [out, channels] = graph.typeOf(kernel).dims.map(Number);
  // The side with fewer channels is moved over the other; a kernel that goes step by step allows either.
  const swapped = isStepwise(window) && out < channels;
  const own = swapped ? { ...window, ...mirrored(window) } : window;
  const [moved, still] = swapped ? [dy, x] : [x, dy];
  const fits = windowNumbers(graph, moved, graph.typeOf(still).dims.slice(2), own) <= laidOut;
  const few = (swapped ? out : channels) < MANY_CHANNELS;
  const made = (few && fits ? windowGradient : volumeGradient)(graph, moved, still, own);
  return swapped ? flipped(graph, graph.transpose(made, [1, 0, 2, 3])) : made;
}

/**
 * Itself a convolution: the input's channels become the batch and the batch becomes channels, dy is the kernel, stride and
 * dilation change places. What the stride left over at the end is cropped.
 */
function groupedGradient(
  graph: TypedGraph,
  x: ValueName,
  dy: ValueName,
  kernel: ValueName,
  window: Window,
): ValueName {
  const { dims } = graph.typeOf(kernel);
  const [out, perGroup] = dims.map(Number);
  const spatial = window.kernel.map((_, axis) => axis + 2);
  const { groups } = window;
  const space = (value: ValueName) => graph.typeOf(value).dims.slice(2).map(Number);
  // [N, G·Cg, …] → [Cg, G·N, …]
  const batch = graph.typeOf(x).dims[0];
  const count = typeof batch === 'number' ? batch : -1;
  const grouped = graph.reshape(x, [count, groups, perGroup, ...space(x)]);
  const turned = graph.transpose(grouped, [2, 1, 0, ...spatial.map((axis) => axis + 1)]);
  const input = graph.reshape(turned, [perGroup, count === -1 ? -1 : groups * count, ...space(x)]);
  // [N, G·Kg, …] → [G·Kg, N, …]
  const weights = graph.transpose(dy, [1, 0, ...spatial]);
  const raw = graph.node('Conv', [input, weights], {
    group: groups,
    strides: [...window.dilations],
    dilations: [...window.strides],
    pads: padsOf(window),
  });
  const cropped = crop(graph, raw, window.kernel, spatial);
  // [Cg, G·Kg, …] → [G·Kg, Cg, …]
  return graph.reshape(graph.transpose(cropped, [1, 0, ...spatial]), [out, perGroup, ...window.kernel]);
}

/** A 1 × 1 kernel that touches every cell once. */
function isPointwise({ kernel, strides, before, after }: Window): boolean {
  const all = (values: readonly number[], value: number) => values.every((one) => one === value);
  return all(kernel, 1) && all(strides, 1) && all([...before, ...after], 0);
}

/** dy · xᵀ of every image, summed over the batch. */
function productGradient(graph: TypedGraph, x: ValueName, dy: ValueName, kernel: ValueName): ValueName {
  const { dims } = graph.typeOf(kernel);
  const [out, channels] = dims.map(Number);
  return graph.reshape(summedProduct(graph, dy, out, x, channels), dims.map(Number));
}

/** Σ over the batch of still · movedᵀ, [still's channels, moved's channels]. */
function summedProduct(
  graph: TypedGraph,
  still: ValueName,
  rows: number,
  moved: ValueName,
  columns: number,
): ValueName {
  const flat = (value: ValueName, channels: number) => graph.reshape(value, [0, channels, -1]);
  const right = graph.transpose(flat(moved, columns), [0, 2, 1]);
  return graph.sum(graph.node('MatMul', [flat(still, rows), right]), [0], false);
}

function windowNumbers(
  graph: TypedGraph,
  moved: ValueName,
  cells: readonly Dimension[],
  window: Window,
): number {
  const [batch, channels] = graph.typeOf(moved).dims;
  const product = [channels, ...cells, ...window.kernel].reduce((all: number, size) => all * Number(size), 1);
  return product * (typeof batch === 'number' ? batch : 1);
}

/** A convolution with one-hot kernels lays the window of every cell out as channels. */
function layOutWindows(graph: TypedGraph, moved: ValueName, window: Window): ValueName {
  const channels = Number(graph.typeOf(moved).dims[1]);
  const taps = window.kernel[0] * window.kernel[1];
  const kernels = graph.shared('one-hot', 'float32', [channels * taps, 1, ...window.kernel], () => {
    const oneHot = new Float32Array(channels * taps * taps);
    for (let at = 0; at < channels * taps; at++) oneHot[at * taps + (at % taps)] = 1;
    return oneHot;
  });
  return graph.node('Conv', [moved, kernels], {
    group: channels,
    strides: [...window.strides],
    dilations: [...window.dilations],
    pads: padsOf(window),
  });
}

function windowGradient(graph: TypedGraph, moved: ValueName, still: ValueName, window: Window): ValueName {
  const channels = Number(graph.typeOf(moved).dims[1]);
  const rows = Number(graph.typeOf(still).dims[1]);
  const taps = window.kernel[0] * window.kernel[1];
  const windows = layOutWindows(graph, moved, window);
  const product = summedProduct(graph, still, rows, windows, channels * taps);
  return graph.reshape(product, [rows, channels, ...window.kernel]);
}

/** A convolution over the volume [rows, columns, channels], in which the batch stands for channels. */
function volumeGradient(graph: TypedGraph, moved: ValueName, still: ValueName, window: Window): ValueName {
  const channels = Number(graph.typeOf(moved).dims[1]);
  const rows = Number(graph.typeOf(still).dims[1]);
  const volume = graph.node('Unsqueeze', [channelsLast(graph, moved), graph.ints([0])]);
  const weights = graph.node('Unsqueeze', [graph.transpose(still, [1, 0, 2, 3]), graph.ints([4])]);
  const after = neededAfter(graph, moved, still, window);
  const raw = graph.node('Conv', [volume, weights], {
    dilations: [...window.strides, 1],
    strides: [...window.dilations, 1],
    pads: [...window.before, 0, ...after, 0],
  });
  const cropped = crop(graph, raw, window.kernel, [2, 3]);
  return graph.transpose(graph.reshape(cropped, [rows, ...window.kernel, channels]), [0, 3, 1, 2]);
}

/**
 * [batch, channels, rows, columns] → [batch, rows, columns, channels]. ONNX Runtime takes the reordering into a product with
 * the unit matrix; moved by itself, cells of channels that lie a power of two apart at times take it ten times as long.
 */
function channelsLast(graph: TypedGraph, value: ValueName): ValueName {
  const [, channels, ...space] = graph.typeOf(value).dims.map(Number);
  const unit = graph.shared('unit', 'float32', [channels, channels], () =>
    new Float32Array(channels ** 2).map((_, at) => (at % (channels + 1) === 0 ? 1 : 0)),
  );
  const turned = graph.transpose(graph.reshape(value, [0, channels, -1]), [0, 2, 1]);
  return graph.reshape(graph.node('MatMul', [turned, unit]), [0, ...space, channels]);
}

/** End padding without the cells that a stride leaves over, as far as padding can be less. */
function neededAfter(graph: TypedGraph, moved: ValueName, still: ValueName, window: Window): number[] {
  const sizes = graph.typeOf(moved).dims.slice(2).map(Number);
  const produced = graph.typeOf(still).dims.slice(2).map(Number);
  return produced.map((size, axis) => {
    const covered =
      (size - 1) * window.strides[axis] + (window.kernel[axis] - 1) * window.dilations[axis] + 1;
    return Math.max(0, covered - sizes[axis] - window.before[axis]);
  });
}

/** The first cells along some axes; the value itself where there are no more. */
function crop(
  graph: TypedGraph,
  value: ValueName,
  sizes: readonly number[],
  axes: readonly number[],
): ValueName {
  const { dims } = graph.typeOf(value);
  if (axes.every((axis, at) => dims[axis] === sizes[at])) return value;
  return graph.node('Slice', [value, graph.ints(sizes.map(() => 0)), graph.ints(sizes), graph.ints(axes)]);
}

/** A kernel without groups that moves by one cell and whose padding is less than itself: its transpose is one too. */
export function isStepwise({ kernel, strides, dilations, before, after, groups }: Window): boolean {
  return (
    groups === 1 &&
    [...strides, ...dilations].every((step) => step === 1) &&
    [before, after].every((pads) => pads.every((pad, axis) => pad < kernel[axis]))
  );
}

/** The padding with which a stepwise convolution's transpose is a convolution. */
export function mirrored({ kernel, before, after }: Window): Pick<Window, 'before' | 'after'> {
  const rest = (pads: readonly number[]) => pads.map((pad, axis) => kernel[axis] - 1 - pad);
  return { before: rest(before), after: rest(after) };
}

/** A kernel [out, in, ...] read backwards along every axis of space: a product with the matrix that reverses rows. */
export function flipped(graph: TypedGraph, kernel: ValueName): ValueName {
  const dims = graph.typeOf(kernel).dims.map(Number);
  const taps = dims.slice(2).reduce((product, size) => product * size, 1);
  if (taps === 1) return kernel;
  const reversal = graph.shared('reversal', 'float32', [taps, taps], () =>
    new Float32Array(taps * taps).map((_, at) => (Math.floor(at / taps) + (at % taps) === taps - 1 ? 1 : 0)),
  );
  return graph.reshape(graph.node('MatMul', [graph.reshape(kernel, [-1, taps]), reversal]), dims);
}
