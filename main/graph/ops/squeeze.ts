import { normalizeAxis } from '../dimensions.ts';
import type { OpDefinition } from '../op-definition.ts';
import { known } from './unary.ts';

/** Drops axes of size 1. Its axes must be given. */
export const squeeze: OpDefinition = {
  op: 'Squeeze',
  infer: ({ inputs: [x], sizes }) => {
    const { type, dims } = known(x);
    const given = sizes(1)?.map((axis) => normalizeAxis(Number(axis), dims.length));
    if (given === undefined) throw new Error('its axes are not constant');
    return [{ type, dims: dims.filter((_, axis) => !given.includes(axis)) }];
  },
  gradient: ({ graph, node, outputGradients: [dy] }) =>
    dy === undefined ? [] : [graph.node('Unsqueeze', [dy, node.inputs[1]])],
  float64: true,
  checks: [
    {
      name: 'two axes',
      inputs: [
        { dims: [1, 2, 3, 1], fill: 'normal' },
        { dims: [2], fill: [0, 3], type: 'int64', constant: true },
      ],
      reference: ([x]) => [{ dims: [2, 3], data: x.data }],
    },
  ],
};
