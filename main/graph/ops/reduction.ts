import { normalizeAxis } from '../dimensions.ts';
import { reduceAxes } from '../gradcheck/nd-array.ts';
import type { Dimension, ValueName } from '../graph-builder.ts';
import { intAttribute, intsAttribute } from '../onnx/attributes.ts';
import type { OnnxNode } from '../onnx/onnx-model.ts';
import type { GradientRule, InferenceContext, OpCheck, TensorType } from '../op-definition.ts';
import type { TypedGraph } from '../typed-graph.ts';
import { known } from './unary.ts';

/** Axes that a reduction runs over: from its second input or attribute, all where neither is given. */
export function reductionAxes(
  node: OnnxNode,
  rank: number,
  sizes: readonly Dimension[] | undefined,
): readonly number[] {
  const given = intsAttribute(node, 'axes') ?? sizes?.map(Number);
  if (given === undefined && (node.inputs[1] ?? '') !== '') throw new Error('its axes are not constant');
  if (given === undefined || given.length === 0)
    return intAttribute(node, 'noop_with_empty_axes', 0) === 1
      ? []
      : Array.from({ length: rank }, (_, i) => i);
  return given.map((axis) => normalizeAxis(axis, rank));
}

/** Shape rule of every reduction. */
export function inferReduction({ node, inputs: [x], sizes }: InferenceContext): TensorType[] {
  const { type, dims } = known(x);
  const axes = reductionAxes(node, dims.length, sizes(1));
  const keep = intAttribute(node, 'keepdims', 1) === 1;
  return [
    {
      type,
      dims: keep
        ? dims.map((dim, axis) => (axes.includes(axis) ? 1 : dim))
        : dims.filter((_, axis) => !axes.includes(axis)),
    },
  ];
}

/** Gives a reduced value the rank of what it was reduced from, with 1 along the reduced axes. */
export function restoreAxes(graph: TypedGraph, node: OnnxNode, reduced: ValueName): ValueName {
  if (intAttribute(node, 'keepdims', 1) === 1) return reduced;
  const rank = graph.typeOf(node.inputs[0]).dims.length;
  const axes = reductionAxes(node, rank, graph.sizesOf(node.inputs[1] ?? ''));
  return axes.length === 0 ? reduced : graph.node('Unsqueeze', [reduced, graph.ints(axes)]);
}

/** Gradient of a maximum or minimum: to where the extreme is, in equal parts where it is reached more than once. */
export const extremeGradient: GradientRule = ({ graph, node, outputGradients: [dy] }) => {
  if (dy === undefined) return [];
  const [x] = node.inputs;
  const rank = graph.typeOf(x).dims.length;
  const axes = reductionAxes(node, rank, graph.sizesOf(node.inputs[1] ?? ''));
  const type = graph.typeOf(x).type === 'float64' ? 11 : 1;
  const hits = graph.node('Cast', [graph.node('Equal', [x, restoreAxes(graph, node, node.outputs[0])])], {
    to: type,
  });
  return [graph.mul(graph.div(hits, graph.sum(hits, axes)), restoreAxes(graph, node, dy))];
};

/** Checks of a reduction: one axis kept, two axes dropped. */
export function reductionChecks(fold: (values: number[]) => number): OpCheck[] {
  return [
    { axes: [1], keep: true },
    { axes: [0, 2], keep: false },
  ].map(({ axes, keep }) => ({
    name: `axes ${axes}${keep ? ' kept' : ' dropped'}`,
    inputs: [
      { dims: [2, 3, 4], fill: 'normal' as const },
      { dims: [axes.length], fill: axes, type: 'int64' as const, constant: true },
    ],
    attributes: { keepdims: keep ? 1 : 0 },
    reference: ([x]) => [reduceAxes(x, axes, keep, fold)],
  }));
}
