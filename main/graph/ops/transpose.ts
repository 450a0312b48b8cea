import { at, fromIndex } from '../gradcheck/nd-array.ts';
import { intsAttribute } from '../onnx/attributes.ts';
import type { OnnxNode } from '../onnx/onnx-model.ts';
import type { OpDefinition } from '../op-definition.ts';
import { known } from './unary.ts';

function permutation(node: OnnxNode, rank: number): number[] {
  return intsAttribute(node, 'perm') ?? Array.from({ length: rank }, (_, axis) => rank - 1 - axis);
}

/** Reorders axes; the gradient reorders them back. */
export const transpose: OpDefinition = {
  op: 'Transpose',
  infer: ({ node, inputs: [x] }) => {
    const { type, dims } = known(x);
    return [{ type, dims: permutation(node, dims.length).map((axis) => dims[axis]) }];
  },
  gradient: ({ graph, node, outputGradients: [dy] }) => {
    if (dy === undefined) return [];
    const forward = permutation(node, graph.typeOf(node.inputs[0]).dims.length);
    return [
      graph.transpose(
        dy,
        forward.map((_, axis) => forward.indexOf(axis)),
      ),
    ];
  },
  float64: true,
  checks: [
    {
      name: 'three axes',
      inputs: [{ dims: [2, 3, 4], fill: 'normal' }],
      attributes: { perm: [2, 0, 1] },
      reference: ([x]) => [fromIndex([4, 2, 3], ([k, i, j]) => at(x, [i, j, k]))],
    },
  ],
};
