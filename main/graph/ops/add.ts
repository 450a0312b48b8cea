import { binaryOp } from './binary.ts';

/** a + b. */
export const add = binaryOp('Add', (a, b) => a + b, [(_g, _a, _b, dy) => dy, (_g, _a, _b, dy) => dy]);
