import type { StepResult } from '../../models/training/trainer.ts';

/** Loss is averaged over about so many steps before it is judged. */
const MEMORY = 50;

/** Tells when a run is lost: a loss or gradient that is not finite, or a loss that has risen well above guessing. */
export class DivergenceWatch {
  private readonly limit: number;
  private smooth: number | null = null;
  private steps = 0;

  /** @param classes among which the model guesses; guessing blindly costs ln(classes) */
  constructor(classes: number) {
    this.limit = 2 * Math.log(classes);
  }

  /** Hears every step, in order. */
  diverges({ loss, gradientNorm }: StepResult): boolean {
    if (!Number.isFinite(loss) || !Number.isFinite(gradientNorm)) return true;
    this.smooth = this.smooth === null ? loss : this.smooth + (loss - this.smooth) / MEMORY;
    this.steps++;
    return this.steps > MEMORY && this.smooth > this.limit;
  }
}

/**
 * Name of the tensor that the trouble shows in: that of the first gradient that is not finite, from the output
 * backwards; null where all are finite.
 */
export function whichGradient(
  { gradientSquares }: StepResult,
  parameters: readonly { readonly name: string }[],
): string | null {
  const at = gradientSquares.findLastIndex((value) => !Number.isFinite(value));
  return at < 0 ? null : parameters[at].name;
}
