import { comparisonOp } from './binary.ts';

/** Logical or. */
export const or = comparisonOp('Or', (a, b) => a !== 0 || b !== 0, true);
