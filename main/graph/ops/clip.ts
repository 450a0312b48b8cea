import { mapBroadcast } from '../gradcheck/nd-array.ts';
import type { OpDefinition } from '../op-definition.ts';
import { where } from './selection.ts';
import { known } from './unary.ts';

/** Limits values to [min, max]; no gradient flows to the limits or beyond them. */
export const clip: OpDefinition = {
  op: 'Clip',
  infer: ({ inputs: [x] }) => [known(x)],
  gradient: ({ graph, node, outputGradients: [dy] }) =>
    dy === undefined ? [] : [where(graph, graph.node('Equal', [node.inputs[0], node.outputs[0]]), dy)],
  float64: true,
  checks: [
    {
      name: 'both sides',
      inputs: [
        { dims: [3, 4], fill: 'normal' },
        { dims: [], fill: [-0.5] },
        { dims: [], fill: [0.7] },
      ],
      reference: ([x, low, high]) => [mapBroadcast((v, a, b) => Math.min(Math.max(v, a), b), x, low, high)],
    },
  ],
};
