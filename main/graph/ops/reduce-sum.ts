import type { OpDefinition } from '../op-definition.ts';
import { inferReduction, reductionChecks, restoreAxes } from './reduction.ts';

/** Sum over axes. */
export const reduceSum: OpDefinition = {
  op: 'ReduceSum',
  infer: inferReduction,
  gradient: ({ graph, node, outputGradients: [dy] }) =>
    dy === undefined ? [] : [graph.expandLike(restoreAxes(graph, node, dy), node.inputs[0])],
  float64: true,
  checks: reductionChecks((values) => values.reduce((sum, v) => sum + v, 0)),
};
