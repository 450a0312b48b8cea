import { normalizeAxis } from '../dimensions.ts';
import type { Dimension } from '../graph-builder.ts';
import type { OpDefinition } from '../op-definition.ts';
import { known } from './unary.ts';

/** Inserts axes of size 1. */
export const unsqueeze: OpDefinition = {
  op: 'Unsqueeze',
  infer: ({ inputs: [x, axes], sizes }) => {
    const { type, dims } = known(x);
    const given = sizes(1)?.map(Number);
    if (given === undefined) throw new Error(`its axes (${known(axes).dims}) are not constant`);
    const rank = dims.length + given.length;
    const inserted = given.map((axis) => normalizeAxis(axis, rank));
    const rest = [...dims];
    return [
      {
        type,
        dims: Array.from(
          { length: rank },
          (_, at): Dimension => (inserted.includes(at) ? 1 : (rest.shift() ?? 1)),
        ),
      },
    ];
  },
  gradient: ({ graph, node, outputGradients: [dy] }) =>
    dy === undefined ? [] : [graph.node('Squeeze', [dy, node.inputs[1]])],
  float64: true,
  checks: [
    {
      name: 'two axes',
      inputs: [
        { dims: [2, 3], fill: 'normal' },
        { dims: [2], fill: [0, -1], type: 'int64', constant: true },
      ],
      reference: ([x]) => [{ dims: [1, 2, 3, 1], data: x.data }],
    },
  ],
};
