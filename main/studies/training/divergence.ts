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

/** Where a lost run's trouble shows, as a clause, and the name of the tensor. */
export interface Trouble {
  readonly what: string;
  /** Parameter whose gradient is not finite, or else the largest. */
  readonly tensor: string;
}

/** Names the first gradient that is not finite, from the output backwards; else what the loss does, and the largest gradient. */
export function troubleOf(
  { loss, gradientSquares }: StepResult,
  parameters: readonly { readonly name: string }[],
): Trouble {
  const broken = gradientSquares.findLastIndex((value) => !Number.isFinite(value));
  if (broken >= 0) {
    const { name } = parameters[broken];
    return { what: `the gradient of ${name} is not a finite number`, tensor: name };
  }
  const { name } = parameters[gradientSquares.indexOf(Math.max(...gradientSquares))];
  const what = Number.isFinite(loss) ? 'the loss keeps rising' : 'the loss is not a finite number';
  return { what: `${what}, and the largest gradient is that of ${name}`, tensor: name };
}

/** The first tensor that holds something else than finite numbers, as a trouble; null where all are sound. */
export function brokenTensor(
  tensors: readonly { readonly name: string; readonly values: ArrayLike<number> }[],
): Trouble | null {
  for (const { name, values } of tensors) {
    // A sum is finite only where all of it is; of finite weights it does not overflow in float64.
    let sum = 0;
    for (let at = 0; at < values.length; at++) sum += values[at];
    if (!Number.isFinite(sum)) return { what: `${name} holds what is not a finite number`, tensor: name };
  }
  return null;
}
