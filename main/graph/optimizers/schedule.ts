/** How the learning rate runs over training: linear warm-up, then constant, linear or cosine decay. */
export interface Schedule {
  readonly kind: 'constant' | 'linear' | 'cosine';
  /** Learning rate at the end of the warm-up. */
  readonly peak: number;
  /** Steps of linear warm-up from 0. */
  readonly warmupSteps: number;
  /** Steps in all; after them the rate stays at its last value. */
  readonly totalSteps: number;
  /** Share of the peak that decay ends on. */
  readonly floor?: number;
}

/**
 * Learning rate of a step, counted from 1.
 * Cosine decay as in Loshchilov & Hutter 2017, equation 5, without restarts.
 */
export function learningRate(schedule: Schedule, step: number): number {
  const { kind, peak, warmupSteps, totalSteps, floor = 0 } = schedule;
  if (step <= warmupSteps) return (peak * step) / Math.max(1, warmupSteps);
  if (kind === 'constant') return peak;
  const span = Math.max(1, totalSteps - warmupSteps);
  const gone = Math.min(1, (step - warmupSteps) / span);
  const left = kind === 'linear' ? 1 - gone : (1 + Math.cos(Math.PI * gone)) / 2;
  return peak * (floor + (1 - floor) * left);
}
