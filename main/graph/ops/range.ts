import type { OpDefinition } from '../op-definition.ts';
import { known } from './unary.ts';

/** start, start + step, … below limit. */
export const range: OpDefinition = {
  op: 'Range',
  infer: ({ inputs: [start], sizes, unknownDimension }) => {
    const [from, to, step] = [sizes(0)?.[0], sizes(1)?.[0], sizes(2)?.[0]];
    const symbolic = from === 0 && step === 1 ? to : undefined;
    const counted =
      typeof from === 'number' && typeof to === 'number' && typeof step === 'number'
        ? Math.max(Math.ceil((to - from) / step), 0)
        : (symbolic ?? unknownDimension('range'));
    return [{ type: known(start).type, dims: [counted] }];
  },
  gradient: { none: 'its length is an integer' },
  float64: true,
  checks: [
    {
      name: 'integers',
      inputs: [
        { dims: [], fill: [1], type: 'int64', constant: true },
        { dims: [], fill: [7], type: 'int64', constant: true },
        { dims: [], fill: [2], type: 'int64', constant: true },
      ],
      reference: () => [{ dims: [3], data: Float64Array.of(1, 3, 5) }],
    },
  ],
};
