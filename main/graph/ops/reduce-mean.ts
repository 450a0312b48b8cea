import { elementCount } from '../dimensions.ts';
import type { OpDefinition } from '../op-definition.ts';
import { inferReduction, reductionAxes, reductionChecks, restoreAxes } from './reduction.ts';

/** Mean over axes. */
export const reduceMean: OpDefinition = {
  op: 'ReduceMean',
  infer: inferReduction,
  gradient: ({ graph, node, outputGradients: [dy] }) => {
    if (dy === undefined) return [];
    const [x] = node.inputs;
    const { dims, type } = graph.typeOf(x);
    const axes = reductionAxes(node, dims.length, graph.sizesOf(node.inputs[1] ?? ''));
    const count = elementCount(axes.map((axis) => dims[axis]));
    const spread = graph.expandLike(restoreAxes(graph, node, dy), x);
    if (count !== undefined) return [graph.scale(spread, 1 / count)];
    const sizes = axes.map((axis) => graph.node('Shape', [x], { start: axis, end: axis + 1 }));
    const product = sizes.reduce((a, b) => graph.mul(a, b));
    return [graph.div(spread, graph.node('Cast', [product], { to: type === 'float64' ? 11 : 1 }))];
  },
  float64: true,
  checks: reductionChecks((values) => values.reduce((sum, v) => sum + v, 0) / values.length),
};
