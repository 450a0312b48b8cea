import { fromIndex } from '../gradcheck/nd-array.ts';
import type { OpDefinition } from '../op-definition.ts';
import { known } from './unary.ts';

/** Integers as rows with a one in their place (new last axis). */
export const oneHot: OpDefinition = {
  op: 'OneHot',
  infer: ({ inputs: [indices, , values], sizes, unknownDimension }) => [
    {
      type: known(values).type,
      dims: [...known(indices).dims, sizes(1)?.[0] ?? unknownDimension('classes')],
    },
  ],
  gradient: { none: 'its input is an integer' },
  float64: false,
  checks: [
    {
      name: 'three classes',
      inputs: [
        { dims: [2], fill: [2, 0], type: 'int64' },
        { dims: [1], fill: [3], type: 'int64', constant: true },
        { dims: [2], fill: [0, 1] },
      ],
      reference: ([i]) => [fromIndex([2, 3], ([row, col]) => Number(i.data[row] === col))],
    },
  ],
};
