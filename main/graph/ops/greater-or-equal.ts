import { comparisonOp } from './binary.ts';

/** Where a ≥ b. */
export const greaterOrEqual = comparisonOp('GreaterOrEqual', (a, b) => a >= b);
