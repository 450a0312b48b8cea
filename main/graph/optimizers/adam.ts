import { masked, type Optimizer } from './optimizer.ts';

export interface AdamOptions {
  /** Decay rates of the two moments. */
  readonly beta1?: number;
  readonly beta2?: number;
  readonly epsilon?: number;
  /** Decoupled weight decay (AdamW); 0 gives plain Adam. */
  readonly weightDecay?: number;
}

/**
 * Adam (Kingma & Ba 2015, algorithm 1), with decoupled weight decay where asked for (Loshchilov & Hutter 2019,
 * algorithm 2): w ← w − η·(m̂ / (√v̂ + ε) + λ·w).
 */
export function adam(options: AdamOptions = {}): Optimizer {
  const { beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8, weightDecay = 0 } = options;
  return {
    slots: ['m', 'v'],
    update(graph, { value, gradient, gradientScale, decayed, mask }, { m, v }, scalars) {
      // All factors are gathered into scalars first: each pass over a parameter costs time, a scalar costs none.
      const { learningRate, firstCorrection, secondCorrection } = scalars;
      const one = graph.number(1, value);
      const scale = gradientScale ?? one;
      const ofFirst =
        gradientScale === undefined ? graph.number(1 - beta1, value) : graph.scale(scale, 1 - beta1);
      const ofSecond =
        gradientScale === undefined
          ? graph.number(1 - beta2, value)
          : graph.scale(graph.mul(scale, scale), 1 - beta2);
      const first = graph.add(graph.scale(m, beta1), graph.mul(gradient, ofFirst));
      const second = graph.add(graph.scale(v, beta2), graph.mul(graph.mul(gradient, gradient), ofSecond));
      // η·m̂ / (√v̂ + ε) with both corrections taken out of the root and the quotient.
      const root = graph.node('Sqrt', [secondCorrection]);
      const deviation = graph.add(
        graph.node('Sqrt', [second]),
        graph.div(graph.number(epsilon, value), root),
      );
      const rate = graph.div(graph.mul(learningRate, firstCorrection), root);
      const step = graph.mul(graph.div(first, deviation), rate);
      const shrunk =
        weightDecay > 0 && decayed
          ? graph.mul(value, graph.sub(one, graph.scale(learningRate, weightDecay)))
          : value;
      return {
        value: masked(graph, mask, graph.sub(shrunk, step), value),
        state: { m: masked(graph, mask, first, m), v: masked(graph, mask, second, v) },
      };
    },
  };
}
