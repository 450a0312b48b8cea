import { comparisonOp } from './binary.ts';

/** Where two are equal. */
export const equal = comparisonOp('Equal', (a, b) => a === b);
