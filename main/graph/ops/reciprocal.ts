import { unaryOp } from './unary.ts';

/** 1 / x. */
export const reciprocal = unaryOp(
  'Reciprocal',
  (x) => 1 / x,
  (g, _x, y) => g.node('Neg', [g.mul(y, y)]),
  { fill: 'positive' },
);
