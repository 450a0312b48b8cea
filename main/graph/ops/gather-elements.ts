import { normalizeAxis } from '../dimensions.ts';
import { at, fromIndex } from '../gradcheck/nd-array.ts';
import { intAttribute } from '../onnx/attributes.ts';
import type { OpDefinition } from '../op-definition.ts';
import { known } from './unary.ts';

/** Picks one element per index along an axis (log-probability of a target, say). */
export const gatherElements: OpDefinition = {
  op: 'GatherElements',
  infer: ({ inputs: [x, indices] }) => [{ type: known(x).type, dims: known(indices).dims }],
  gradient: ({ graph, node, outputGradients: [dy] }) => {
    if (dy === undefined) return [];
    const [x, indices] = node.inputs;
    const axis = normalizeAxis(intAttribute(node, 'axis', 0), graph.typeOf(x).dims.length);
    return [graph.node('ScatterElements', [graph.zerosLike(x), indices, dy], { axis, reduction: 'add' })];
  },
  float64: true,
  checks: [
    {
      name: 'last axis, one twice',
      inputs: [
        { dims: [2, 4], fill: 'normal' },
        { dims: [2, 2], fill: [1, 1, 3, 0], type: 'int64' },
      ],
      attributes: { axis: 1 },
      reference: ([x, i]) => [fromIndex([2, 2], ([a, b]) => at(x, [a, at(i, [a, b])]))],
    },
  ],
};
