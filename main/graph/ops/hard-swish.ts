import { unaryOp } from './unary.ts';

/** x · max(0, min(1, x/6 + ½)) (Howard et al. 2019); piecewise derivative 0, x/3 + ½, 1. */
export const hardSwish = unaryOp(
  'HardSwish',
  (x) => x * Math.max(0, Math.min(1, x / 6 + 0.5)),
  (g, x) => {
    const three = g.number(3, x);
    const middle = g.add(g.scale(x, 1 / 3), g.number(0.5, x));
    const upper = g.node('Where', [g.node('Greater', [x, three]), g.number(1, x), middle]);
    return g.node('Where', [g.node('Less', [x, g.number(-3, x)]), g.number(0, x), upper]);
  },
  { float64: false },
);
