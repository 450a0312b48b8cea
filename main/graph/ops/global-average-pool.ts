import type { OpDefinition } from '../op-definition.ts';
import { globalMean } from './pooling.ts';
import { known } from './unary.ts';

/** Mean over all spatial axes, kept as 1. */
export const globalAveragePool: OpDefinition = {
  op: 'GlobalAveragePool',
  infer: ({ inputs: [x] }) => {
    const { type, dims } = known(x);
    return [{ type, dims: dims.map((dim, axis) => (axis < 2 ? dim : 1)) }];
  },
  gradient: ({ graph, node, outputGradients: [dy] }) => {
    if (dy === undefined) return [];
    const space = graph.typeOf(node.inputs[0]).dims.slice(2).map(Number);
    const cells = space.reduce((product, size) => product * size, 1);
    return [graph.scale(graph.expandLike(dy, node.inputs[0]), 1 / cells)];
  },
  float64: false,
  checks: [
    { name: 'values', inputs: [{ dims: [2, 3, 4, 2], fill: 'normal' }], reference: ([x]) => [globalMean(x)] },
  ],
};
