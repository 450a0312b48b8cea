import type { OpDefinition } from '../op-definition.ts';
import { extremeGradient, inferReduction, reductionChecks } from './reduction.ts';

/** Smallest value over axes. */
export const reduceMin: OpDefinition = {
  op: 'ReduceMin',
  infer: inferReduction,
  gradient: extremeGradient,
  float64: true,
  checks: reductionChecks((values) => Math.min(...values)),
};
