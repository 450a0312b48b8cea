import { binaryOp } from './binary.ts';

/** a · b. */
export const mul = binaryOp('Mul', (a, b) => a * b, [
  (g, _a, b, dy) => g.mul(dy, b),
  (g, a, _b, dy) => g.mul(dy, a),
]);
