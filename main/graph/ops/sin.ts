import { unaryOp } from './unary.ts';

/** Sine of radians. */
export const sin = unaryOp('Sin', Math.sin, (g, x) => g.node('Cos', [x]));
