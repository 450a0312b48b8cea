import { mapBroadcast } from '../gradcheck/nd-array.ts';
import type { OpDefinition } from '../op-definition.ts';
import { known } from './unary.ts';

/** Logical negation. */
export const not: OpDefinition = {
  op: 'Not',
  infer: ({ inputs: [x] }) => [known(x)],
  gradient: { none: 'its output is true or false, which does not change smoothly' },
  float64: true,
  checks: [
    {
      name: 'values',
      inputs: [{ dims: [2], fill: [0, 1], type: 'bool' }],
      reference: ([x]) => [mapBroadcast((v) => 1 - v, x)],
    },
  ],
};
