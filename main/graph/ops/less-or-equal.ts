import { comparisonOp } from './binary.ts';

/** Where a ≤ b. */
export const lessOrEqual = comparisonOp('LessOrEqual', (a, b) => a <= b);
