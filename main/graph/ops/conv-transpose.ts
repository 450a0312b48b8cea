import { at, fromIndex, type NdArray } from '../gradcheck/nd-array.ts';
import type { ValueName } from '../graph-builder.ts';
import { intsAttribute } from '../onnx/attributes.ts';
import type { GradientContext, OpCheck, OpDefinition } from '../op-definition.ts';
import { biasGradient } from './conv.ts';
import { padsOf, transposedSizes, type Window, windowOf } from './convolution-shape.ts';
import { kernelGradient } from './kernel-gradient.ts';
import { known } from './unary.ts';

/** Gradients are those of the convolution it transposes, with input and output in each other's place. */
function gradient({
  graph,
  node,
  outputGradients: [dy],
  needed,
}: GradientContext): (ValueName | undefined)[] {
  if (dy === undefined) return [];
  const [x, kernel] = node.inputs;
  const window = windowOf(node, graph.typeOf(kernel).dims.slice(2));
  const dx = () =>
    graph.node('Conv', [dy, kernel], {
      group: window.groups,
      strides: [...window.strides],
      dilations: [...window.dilations],
      pads: padsOf(window),
    });
  return [
    needed[0] ? dx() : undefined,
    needed[1] ? kernelGradient(graph, dy, x, kernel, window) : undefined,
    needed[2] ? biasGradient(graph, dy) : undefined,
  ];
}

function reference(x: NdArray, w: NdArray, bias: NdArray, window: Window, extra: readonly number[]): NdArray {
  const [count, channels, ...space] = x.dims;
  const perGroup = w.dims[1];
  const out = perGroup * window.groups;
  const sizes = transposedSizes(space, window, extra).map(Number);
  return fromIndex([count, out, ...sizes], ([n, k, row, col]) => {
    const group = Math.floor(k / perGroup);
    const each = channels / window.groups;
    let sum = bias.data[k];
    for (let c = group * each; c < (group + 1) * each; c++)
      for (let y = 0; y < space[0]; y++)
        for (let z = 0; z < space[1]; z++) {
          const i = (row + window.before[0] - y * window.strides[0]) / window.dilations[0];
          const j = (col + window.before[1] - z * window.strides[1]) / window.dilations[1];
          const inside = (at: number, axis: number) =>
            Number.isInteger(at) && at >= 0 && at < window.kernel[axis];
          if (inside(i, 0) && inside(j, 1))
            sum += at(x, [n, c, y, z]) * at(w, [c, k - group * perGroup, i, j]);
        }
    return sum;
  });
}

function check(name: string, channels: number, perGroup: number, window: Window, extra: number[]): OpCheck {
  return {
    name,
    inputs: [
      { dims: [2, channels, 3, 4], fill: 'normal' },
      { dims: [channels, perGroup, ...window.kernel], fill: 'normal' },
      { dims: [perGroup * window.groups], fill: 'normal' },
    ],
    attributes: {
      group: window.groups,
      strides: [...window.strides],
      dilations: [...window.dilations],
      pads: padsOf(window),
      output_padding: extra,
    },
    reference: ([x, w, b]) => [reference(x, w, b, window, extra)],
  };
}

const plain: Window = {
  kernel: [3, 3],
  strides: [2, 2],
  dilations: [1, 1],
  before: [1, 1],
  after: [1, 1],
  groups: 1,
};

/** Two-dimensional transposed convolution; fixed image size. */
export const convTranspose: OpDefinition = {
  op: 'ConvTranspose',
  infer: ({ node, inputs: [x, kernel] }) => {
    const { type, dims } = known(x);
    const shape = known(kernel).dims;
    const window = windowOf(node, shape.slice(2));
    if (intsAttribute(node, 'output_shape') !== undefined)
      throw new Error('output_shape is not taken: give pads and output_padding');
    const extra = intsAttribute(node, 'output_padding') ?? window.kernel.map(() => 0);
    const channels = Number(shape[1]) * window.groups;
    return [{ type, dims: [dims[0], channels, ...transposedSizes(dims.slice(2), window, extra)] }];
  },
  gradient,
  float64: false,
  checks: [
    check('stride 2', 2, 3, plain, [0, 0]),
    check('stride 2, output padding', 2, 2, plain, [1, 1]),
    check('groups, dilation', 4, 1, { ...plain, groups: 2, strides: [1, 1], dilations: [2, 1] }, [0, 0]),
  ],
};
