import { masked, type Optimizer, scaledGradient } from './optimizer.ts';

/**
 * Stochastic gradient descent with heavy-ball momentum (Polyak 1964, in the form PyTorch uses): b ← μ·b + g,
 * w ← w − η·(b + λ·w).
 */
export function sgd(options: { momentum?: number; weightDecay?: number } = {}): Optimizer {
  const { momentum = 0, weightDecay = 0 } = options;
  return {
    slots: momentum > 0 ? ['b'] : [],
    update(graph, parameter, { b }, scalars) {
      const { value, decayed, mask } = parameter;
      const gradient = scaledGradient(graph, parameter);
      const velocity = momentum > 0 ? graph.add(graph.scale(b, momentum), gradient) : gradient;
      const direction =
        weightDecay > 0 && decayed ? graph.add(velocity, graph.scale(value, weightDecay)) : velocity;
      const updated = graph.sub(value, graph.mul(direction, scalars.learningRate));
      return {
        value: masked(graph, mask, updated, value),
        state: momentum > 0 ? { b: masked(graph, mask, velocity, b) } : {},
      };
    },
  };
}
