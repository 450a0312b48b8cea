import { undoBroadcast } from '../differentiate.ts';
import { broadcastShapes } from '../dimensions.ts';
import { mapBroadcast } from '../gradcheck/nd-array.ts';
import type { OpDefinition } from '../op-definition.ts';
import { known } from './unary.ts';

/** The second input where the first holds, else the third. */
export const where: OpDefinition = {
  op: 'Where',
  infer: ({ inputs: [condition, a, b] }) => [
    {
      type: known(a).type,
      dims: broadcastShapes(known(condition).dims, broadcastShapes(known(a).dims, known(b).dims)),
    },
  ],
  gradient: ({ graph, node, outputGradients: [dy], needed }) => {
    if (dy === undefined) return [];
    const [condition, a, b] = node.inputs;
    const zero = graph.number(0, dy);
    return [
      undefined,
      needed[1] ? undoBroadcast(graph, graph.node('Where', [condition, dy, zero]), a) : undefined,
      needed[2] ? undoBroadcast(graph, graph.node('Where', [condition, zero, dy]), b) : undefined,
    ];
  },
  float64: true,
  checks: [
    {
      name: 'broadcast',
      inputs: [
        { dims: [2, 3], fill: [1, 0, 1, 0, 0, 1], type: 'bool' },
        { dims: [2, 3], fill: 'normal' },
        { dims: [3], fill: 'normal' },
      ],
      reference: ([c, a, b]) => [mapBroadcast((k, x, y) => (k !== 0 ? x : y), c, a, b)],
    },
  ],
};
