import { at, fromIndex, type NdArray } from '../gradcheck/nd-array.ts';
import type { ValueName } from '../graph-builder.ts';
import type { GradientContext, OpCheck, OpDefinition } from '../op-definition.ts';
import type { TypedGraph } from '../typed-graph.ts';
import { outputSizes, padsOf, type Window, windowOf } from './convolution-shape.ts';
import { flipped, isStepwise, kernelGradient, mirrored } from './kernel-gradient.ts';
import { known } from './unary.ts';

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
