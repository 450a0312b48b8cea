import { unaryOp } from './unary.ts';

/** ln(1 + e^x). */
export const softplus = unaryOp(
  'Softplus',
  (x) => Math.log1p(Math.exp(x)),
  (g, x) => g.node('Sigmoid', [x]),
  { fill: 'normal', float64: false },
);
