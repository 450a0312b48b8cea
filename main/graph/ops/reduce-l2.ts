import type { OpDefinition } from '../op-definition.ts';
import { inferReduction, reductionChecks, restoreAxes } from './reduction.ts';

/** Euclidean norm over axes; the gradient is x / ‖x‖. */
export const reduceL2: OpDefinition = {
  op: 'ReduceL2',
  infer: inferReduction,
  gradient: ({ graph, node, outputGradients: [dy] }) => {
    if (dy === undefined) return [];
    const norm = restoreAxes(graph, node, node.outputs[0]);
    return [graph.mul(graph.div(node.inputs[0], norm), restoreAxes(graph, node, dy))];
  },
  float64: true,
  checks: reductionChecks((values) => Math.hypot(...values)),
};
