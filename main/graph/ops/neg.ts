import { unaryOp } from './unary.ts';

/** −x. */
export const neg = unaryOp(
  'Neg',
  (x) => -x,
  (g, x) => g.number(-1, x),
);
