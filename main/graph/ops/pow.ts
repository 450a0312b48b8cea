import { binaryOp } from './binary.ts';

/** a to the power b; ∂/∂a = b·a^(b−1), ∂/∂b = y·ln a. */
export const pow = binaryOp(
  'Pow',
  (a, b) => a ** b,
  [
    (g, a, b, dy) => g.mul(dy, g.mul(b, g.node('Pow', [a, g.sub(b, g.number(1, b))]))),
    (g, a, _b, dy, y) => g.mul(dy, g.mul(y, g.node('Log', [a]))),
  ],
  ['positive', 'normal'],
);
