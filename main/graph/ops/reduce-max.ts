import type { OpDefinition } from '../op-definition.ts';
import { extremeGradient, inferReduction, reductionChecks } from './reduction.ts';

/** Largest value over axes. */
export const reduceMax: OpDefinition = {
  op: 'ReduceMax',
  infer: inferReduction,
  gradient: extremeGradient,
  float64: true,
  checks: reductionChecks((values) => Math.max(...values)),
};
