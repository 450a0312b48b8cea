import { mapBroadcast } from '../gradcheck/nd-array.ts';
import type { OpDefinition } from '../op-definition.ts';
import { known } from './unary.ts';

/** −1, 0 or 1. */
export const sign: OpDefinition = {
  op: 'Sign',
  infer: ({ inputs: [x] }) => [known(x)],
  gradient: { none: 'it is constant but for a jump at 0' },
  float64: true,
  checks: [
    {
      name: 'values',
      inputs: [{ dims: [4], fill: [-2, 0, 0.5, 3] }],
      reference: ([x]) => [mapBroadcast(Math.sign, x)],
    },
  ],
};
