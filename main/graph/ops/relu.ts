import { mapBroadcast } from '../gradcheck/nd-array.ts';
import { ELEMENT_TYPES } from '../onnx/element-type.ts';
import type { OpDefinition } from '../op-definition.ts';
import { known } from './unary.ts';

/** max(x, 0); the gradient at 0 is 0. */
export const relu: OpDefinition = {
  op: 'Relu',
  infer: ({ inputs: [x] }) => [known(x)],
  gradient: ({ graph, node, outputGradients: [dy] }) => {
    if (dy === undefined) return [];
    const y = node.outputs[0];
    // Zeros and ones as factors: choosing by the condition takes ONNX Runtime twice as long.
    const { type } = graph.typeOf(y);
    const positive = graph.node('Greater', [y, graph.number(0, y)]);
    return [graph.mul(dy, graph.node('Cast', [positive], { to: ELEMENT_TYPES[type] }))];
  },
  float64: true,
  checks: [
    {
      name: 'values',
      inputs: [{ dims: [3, 4], fill: 'normal' }],
      reference: ([x]) => [mapBroadcast((v) => Math.max(v, 0), x)],
    },
  ],
};
