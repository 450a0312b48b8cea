import { unaryOp } from './unary.ts';

/** Square root. */
export const sqrt = unaryOp('Sqrt', Math.sqrt, (g, _x, y) => g.div(g.number(0.5, y), y), {
  fill: 'positive',
});
