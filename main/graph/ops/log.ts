import { unaryOp } from './unary.ts';

/** Natural logarithm. */
export const log = unaryOp('Log', Math.log, (g, x) => g.node('Reciprocal', [x]), { fill: 'positive' });
