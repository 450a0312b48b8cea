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
    update(graph, { value, gradient, decayed, mask }, { m, v }, scalars) {
      const first = graph.add(graph.scale(m, beta1), graph.scale(gradient, 1 - beta1));
      const second = graph.add(graph.scale(v, beta2), graph.mul(gradient, graph.scale(gradient, 1 - beta2)));
      const deviation = graph.add(
        graph.node('Sqrt', [graph.mul(second, scalars.secondCorrection)]),
        graph.number(epsilon, value),
      );
      const rate = graph.mul(scalars.learningRate, scalars.firstCorrection);
      const step = graph.mul(graph.div(first, deviation), rate);
      const shrunk =
        weightDecay > 0 && decayed
          ? graph.mul(
              value,
              graph.sub(graph.number(1, value), graph.scale(scalars.learningRate, weightDecay)),
            )
          : value;
      return {
        value: masked(graph, mask, graph.sub(shrunk, step), value),
        state: { m: masked(graph, mask, first, m), v: masked(graph, mask, second, v) },
      };
    },
  };
}
