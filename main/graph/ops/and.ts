import { comparisonOp } from './binary.ts';

/** Logical and. */
export const and = comparisonOp('And', (a, b) => a !== 0 && b !== 0, true);
