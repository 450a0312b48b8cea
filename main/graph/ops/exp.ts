import { unaryOp } from './unary.ts';

/** e to the power x. */
export const exp = unaryOp('Exp', Math.exp, (_g, _x, y) => y);
