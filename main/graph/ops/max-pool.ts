import { elementCount } from '../dimensions.ts';
import type { OpDefinition } from '../op-definition.ts';
import { inferPooling, poolCheck } from './pooling.ts';

/**
 * Largest value of each window. The gradient goes to the place of the maximum, known from the node's second output
 * (positions in the flattened input), which it must carry.
 */
export const maxPool: OpDefinition = {
  op: 'MaxPool',
  infer: (context) => {
    const pooled = inferPooling(context);
    return [pooled, { type: 'int64', dims: pooled.dims }];
  },
  gradient: ({ graph, node, outputGradients: [dy] }) => {
    if (dy === undefined) return [];
    const [x] = node.inputs;
    if (node.outputs[1] === undefined) throw new Error('MaxPool is differentiated through its second output');
    const flat = (value: string) => graph.reshape(value, [-1]);
    const total = elementCount(graph.typeOf(x).dims);
    const zeros = graph.reshape(graph.zerosLike(x), [total ?? -1]);
    const summed = graph.node('ScatterElements', [zeros, flat(node.outputs[1]), flat(dy)], {
      axis: 0,
      reduction: 'add',
    });
    return [graph.reshapeLike(summed, x)];
  },
  float64: true,
  checks: [
    poolCheck('plain', false, (v) => Math.max(...v)),
    poolCheck('padded', true, (v) => Math.max(...v)),
  ].map((check) => ({
    ...check,
    outputs: 2,
    reference: (inputs) => check.reference(inputs),
  })),
};
