import { unaryOp } from './unary.ts';

/** Cosine of radians. */
export const cos = unaryOp('Cos', Math.cos, (g, x) => g.node('Neg', [g.node('Sin', [x])]));
