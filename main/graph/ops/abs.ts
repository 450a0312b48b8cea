import { unaryOp } from './unary.ts';

/** Absolute value; the gradient at 0 is 0. */
export const abs = unaryOp('Abs', Math.abs, (g, x) => g.node('Sign', [x]));
