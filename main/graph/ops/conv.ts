import { at, fromIndex, type NdArray } from '../gradcheck/nd-array.ts';
import type { ValueName } from '../graph-builder.ts';
import type { GradientContext, OpCheck, OpDefinition } from '../op-definition.ts';
import type { TypedGraph } from '../typed-graph.ts';
import { outputSizes, padsOf, type Window, windowOf } from './convolution-shape.ts';
import { known } from './unary.ts';

/**
 * Gradient of a (grouped) convolution with respect to its kernel, itself a convolution: the input's channels become
 * the batch and the batch becomes channels, dy is the kernel, stride and dilation change places. What the stride
 * left over at the end is cropped.
 *
 * Without groups the input's channels become a third axis of space instead, over which dy has the length 1: then one
 * large product does what would be many thin ones.
 */
export function kernelGradient(
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
  if (isPointwise(window)) return pointwiseKernelGradient(graph, x, dy, kernel);
  if (groups === 1 && spatial.length === 2) return volumeKernelGradient(graph, x, dy, kernel, window);
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
  const cropped = graph.node('Slice', [
    raw,
    graph.ints(spatial.map(() => 0)),
    graph.ints(window.kernel),
    graph.ints(spatial),
  ]);
  // [Cg, G·Kg, …] → [G·Kg, Cg, …]
  return graph.reshape(graph.transpose(cropped, [1, 0, ...spatial]), [out, perGroup, ...window.kernel]);
}

/** A 1 × 1 kernel that touches every cell once. */
function isPointwise({ kernel, strides, before, after, groups }: Window): boolean {
  const all = (values: readonly number[], value: number) => values.every((one) => one === value);
  return groups === 1 && all(kernel, 1) && all(strides, 1) && all([...before, ...after], 0);
}

/** The same for a 1 × 1 kernel: one matrix product per image, dy · xᵀ, summed over the batch. */
function pointwiseKernelGradient(
  graph: TypedGraph,
  x: ValueName,
  dy: ValueName,
  kernel: ValueName,
): ValueName {
  const { dims } = graph.typeOf(kernel);
  const flat = (value: ValueName, channels: number) => graph.reshape(value, [0, channels, -1]);
  const [out, channels] = dims.map(Number);
  const product = graph.node('MatMul', [flat(dy, out), graph.transpose(flat(x, channels), [0, 2, 1])]);
  return graph.reshape(graph.sum(product, [0], false), dims.map(Number));
}

/** The same for two axes of space and no groups, as a convolution over the volume [channels, rows, columns]. */
function volumeKernelGradient(
  graph: TypedGraph,
  x: ValueName,
  dy: ValueName,
  kernel: ValueName,
  window: Window,
): ValueName {
  const [out, channels] = graph.typeOf(kernel).dims.map(Number);
  // The side with fewer channels is moved over the other; a kernel that goes step by step allows either.
  const swapped = isStepwise(window) && out < channels;
  const [image, still, pads] = swapped ? [dy, x, padsOf(mirrored(window))] : [x, dy, padsOf(window)];
  const depth = swapped ? out : channels;
  const volume = graph.node('Unsqueeze', [image, graph.ints([0])]);
  const moved = graph.node('Unsqueeze', [graph.transpose(still, [1, 0, 2, 3]), graph.ints([2])]);
  const raw = graph.node('Conv', [volume, moved], {
    dilations: [1, ...window.strides],
    strides: [1, ...window.dilations],
    pads: [0, ...pads.slice(0, 2), 0, ...pads.slice(2)],
  });
  const cropped = graph.node('Slice', [
    raw,
    graph.ints([0, 0]),
    graph.ints(window.kernel),
    graph.ints([3, 4]),
  ]);
  const made = graph.reshape(cropped, [swapped ? channels : out, depth, ...window.kernel]);
  return swapped ? flipped(graph, graph.transpose(made, [1, 0, 2, 3])) : made;
}

/** A kernel without groups that moves by one cell and whose padding is less than itself: its transpose is one too. */
function isStepwise({ kernel, strides, dilations, before, after, groups }: Window): boolean {
  return (
    groups === 1 &&
    [...strides, ...dilations].every((step) => step === 1) &&
    [before, after].every((pads) => pads.every((pad, axis) => pad < kernel[axis]))
  );
}

/** The padding with which a stepwise convolution's transpose is a convolution. */
function mirrored({ kernel, before, after }: Window): Pick<Window, 'before' | 'after'> {
  const rest = (pads: readonly number[]) => pads.map((pad, axis) => kernel[axis] - 1 - pad);
  return { before: rest(before), after: rest(after) };
}

/** A kernel [out, in, ...] read backwards along every axis of space. */
function flipped(graph: TypedGraph, kernel: ValueName): ValueName {
  return graph
    .typeOf(kernel)
    .dims.slice(2)
    .reduce((value: ValueName, size, axis) => {
      const backwards = Array.from({ length: Number(size) }, (_, at) => Number(size) - 1 - at);
      return size === 1 ? value : graph.node('Gather', [value, graph.ints(backwards)], { axis: axis + 2 });
    }, kernel);
}

/** Adds over batch and space: what flows to a bias. */
export function biasGradient(graph: TypedGraph, dy: ValueName): ValueName {
  const rank = graph.typeOf(dy).dims.length;
  return graph.sum(dy, [0, ...Array.from({ length: rank - 2 }, (_, axis) => axis + 2)], false);
}

function gradient({
  graph,
  node,
  outputGradients: [dy],
  needed,
}: GradientContext): (ValueName | undefined)[] {
  if (dy === undefined) return [];
  const [x, kernel] = node.inputs;
  const window = windowOf(node, graph.typeOf(kernel).dims.slice(2));
  const sizes = graph.typeOf(x).dims.slice(2).map(Number);
  const produced = graph.typeOf(dy).dims.slice(2).map(Number);
  const back = produced.map(
    (size, axis) =>
      (size - 1) * window.strides[axis] +
      (window.kernel[axis] - 1) * window.dilations[axis] +
      1 -
      window.before[axis] -
      window.after[axis],
  );
  const stepwise = () =>
    graph.node(
      'Conv',
      [dy, flipped(graph, graph.transpose(kernel, [1, 0, ...sizes.map((_, axis) => axis + 2)]))],
      {
        pads: padsOf(mirrored(window)),
      },
    );
  const transposed = () =>
    graph.node('ConvTranspose', [dy, kernel], {
      group: window.groups,
      strides: [...window.strides],
      dilations: [...window.dilations],
      pads: padsOf(window),
      output_padding: sizes.map((size, axis) => size - back[axis]),
    });
  return [
    needed[0] ? (isStepwise(window) ? stepwise() : transposed()) : undefined,
    needed[1] ? kernelGradient(graph, x, dy, kernel, window) : undefined,
    needed[2] ? biasGradient(graph, dy) : undefined,
  ];
}

function reference(x: NdArray, w: NdArray, bias: NdArray, window: Window): NdArray {
  const [count, channels, ...space] = x.dims;
  const [out, perGroup] = w.dims;
  const sizes = outputSizes(space, window).map(Number);
  return fromIndex([count, out, ...sizes], ([n, k, row, col]) => {
    const group = Math.floor(k / (out / window.groups));
    let sum = bias.data[k];
    for (let c = 0; c < perGroup; c++)
      for (let i = 0; i < window.kernel[0]; i++)
        for (let j = 0; j < window.kernel[1]; j++) {
          const y = row * window.strides[0] + i * window.dilations[0] - window.before[0];
          const z = col * window.strides[1] + j * window.dilations[1] - window.before[1];
          if (y < 0 || z < 0 || y >= space[0] || z >= space[1]) continue;
          sum += at(x, [n, group * (channels / window.groups) + c, y, z]) * at(w, [k, c, i, j]);
        }
    return sum;
  });
}

function check(name: string, channels: number, out: number, window: Window): OpCheck {
  return {
    name,
    inputs: [
      { dims: [2, channels, 6, 5], fill: 'normal' },
      { dims: [out, channels / window.groups, ...window.kernel], fill: 'normal' },
      { dims: [out], fill: 'normal' },
    ],
    attributes: {
      group: window.groups,
      strides: [...window.strides],
      dilations: [...window.dilations],
      pads: padsOf(window),
    },
    reference: ([x, w, b]) => [reference(x, w, b, window)],
  };
}

const plain: Window = {
  kernel: [3, 3],
  strides: [1, 1],
  dilations: [1, 1],
  before: [1, 1],
  after: [1, 1],
  groups: 1,
};

/** Two-dimensional convolution (cross-correlation) with strides, dilations, padding and groups; fixed image size. */
export const conv: OpDefinition = {
  op: 'Conv',
  infer: ({ node, inputs: [x, kernel] }) => {
    const { type, dims } = known(x);
    const window = windowOf(node, known(kernel).dims.slice(2));
    return [{ type, dims: [dims[0], known(kernel).dims[0], ...outputSizes(dims.slice(2), window)] }];
  },
  gradient,
  float64: false,
  checks: [
    check('padded', 2, 3, plain),
    check('fewer channels out than in', 3, 1, { ...plain, before: [0, 1], after: [2, 1] }),
    check('stride 2, uneven rest', 2, 2, { ...plain, strides: [2, 2] }),
    check('dilated', 1, 2, { ...plain, dilations: [2, 1], before: [2, 0], after: [1, 1] }),
    check('pointwise', 3, 4, { ...plain, kernel: [1, 1], before: [0, 0], after: [0, 0] }),
    check('groups', 4, 6, { ...plain, groups: 2, strides: [1, 2] }),
    check('depthwise, no padding', 3, 3, { ...plain, groups: 3, before: [0, 0], after: [0, 0] }),
  ],
};
