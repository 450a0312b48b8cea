import { comparisonOp } from './binary.ts';

/** Where a < b. */
export const less = comparisonOp('Less', (a, b) => a < b);
