import { unaryOp } from './unary.ts';

/** The input itself. */
export const identity = unaryOp(
  'Identity',
  (x) => x,
  (g, x) => g.number(1, x),
);
