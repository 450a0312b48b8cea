import { binaryOp } from './binary.ts';
import { where } from './selection.ts';

/** The smaller of two; where they are equal the gradient goes to the first. */
export const min = binaryOp('Min', Math.min, [
  (g, a, b, dy) => where(g, g.node('LessOrEqual', [a, b]), dy),
  (g, a, b, dy) => where(g, g.node('Greater', [a, b]), dy),
]);
