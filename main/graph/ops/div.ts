import { binaryOp } from './binary.ts';

/** a / b; ∂/∂b = −y / b. */
export const div = binaryOp(
  'Div',
  (a, b) => a / b,
  [(g, _a, b, dy) => g.div(dy, b), (g, _a, b, dy, y) => g.node('Neg', [g.mul(dy, g.div(y, b))])],
  ['normal', 'positive'],
);
