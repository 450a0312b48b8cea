import { at, fromIndex } from '../gradcheck/nd-array.ts';
import type { OpDefinition } from '../op-definition.ts';
import { known } from './unary.ts';

/** Picks slices at index tuples (no batch axes). */
export const gatherNd: OpDefinition = {
  op: 'GatherND',
  infer: ({ inputs: [x, indices] }) => {
    const tuple = known(indices).dims.at(-1);
    if (typeof tuple !== 'number') throw new Error('the length of its index tuples is not known');
    return [
      { type: known(x).type, dims: [...known(indices).dims.slice(0, -1), ...known(x).dims.slice(tuple)] },
    ];
  },
  gradient: ({ graph, node, outputGradients: [dy] }) =>
    dy === undefined
      ? []
      : [
          graph.node('ScatterND', [graph.zerosLike(node.inputs[0]), node.inputs[1], dy], {
            reduction: 'add',
          }),
        ],
  float64: true,
  checks: [
    {
      name: 'pairs',
      inputs: [
        { dims: [2, 3, 2], fill: 'normal' },
        { dims: [3, 2], fill: [0, 1, 1, 2, 0, 1], type: 'int64' },
      ],
      reference: ([x, i]) => [fromIndex([3, 2], ([row, c]) => at(x, [at(i, [row, 0]), at(i, [row, 1]), c]))],
    },
  ],
};
