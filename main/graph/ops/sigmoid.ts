import { unaryOp } from './unary.ts';

/** 1 / (1 + e^−x). */
export const sigmoid = unaryOp(
  'Sigmoid',
  (x) => 1 / (1 + Math.exp(-x)),
  (g, _x, y) => g.mul(y, g.sub(g.number(1, y), y)),
);
