import { mapBroadcast } from '../gradcheck/nd-array.ts';
import type { OpDefinition } from '../op-definition.ts';
import { where } from './selection.ts';
import { known } from './unary.ts';

/** max(x, 0); the gradient at 0 is 0. */
export const relu: OpDefinition = {
  op: 'Relu',
  infer: ({ inputs: [x] }) => [known(x)],
  gradient: ({ graph, node, outputGradients: [dy] }) => {
    if (dy === undefined) return [];
    const y = node.outputs[0];
    return [where(graph, graph.node('Greater', [y, graph.number(0, y)]), dy)];
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
