import { comparisonOp } from './binary.ts';

/** Where a > b. */
export const greater = comparisonOp('Greater', (a, b) => a > b);
