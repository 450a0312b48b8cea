import { unaryOp } from './unary.ts';

/** Hyperbolic tangent. */
export const tanh = unaryOp('Tanh', Math.tanh, (g, _x, y) => g.sub(g.number(1, y), g.mul(y, y)));
