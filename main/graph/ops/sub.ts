import { binaryOp } from './binary.ts';

/** a − b. */
export const sub = binaryOp('Sub', (a, b) => a - b, [
  (_g, _a, _b, dy) => dy,
  (g, _a, _b, dy) => g.node('Neg', [dy]),
]);
