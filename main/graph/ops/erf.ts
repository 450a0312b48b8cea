import { erfOf } from '../gradcheck/special-functions.ts';
import { unaryOp } from './unary.ts';

/** Error function; its derivative is 2/√π · e^(−x²) (Abramowitz & Stegun 7.1.1). */
export const erf = unaryOp(
  'Erf',
  erfOf,
  (g, x) => g.scale(g.node('Exp', [g.node('Neg', [g.mul(x, x)])]), 2 / Math.sqrt(Math.PI)),
  { float64: false },
);
