import { binaryOp } from './binary.ts';
import { where } from './selection.ts';

/** The larger of two; where they are equal the gradient goes to the first. */
export const max = binaryOp('Max', Math.max, [
  (g, a, b, dy) => where(g, g.node('GreaterOrEqual', [a, b]), dy),
  (g, a, b, dy) => where(g, g.node('Less', [a, b]), dy),
]);
