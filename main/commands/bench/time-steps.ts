import { performance } from 'node:perf_hooks';
import type { Batch, Trainer } from '../../models/training/trainer.ts';
import type { Rival } from './python-rival.ts';

const WARM_STEPS = 5;

/** Milliseconds of a step: the median, and that of the fastest tenth, which other programs on the machine disturb less. */
interface StepTime {
  readonly step_ms: number;
  readonly undisturbed_ms: number;
}

/** What steps of training took: as the product takes them, the faster of single and joined (studies/training/pace.ts). */
export interface TimedSteps extends StepTime {
  readonly single: StepTime;
  /** Several steps in one run; null where they were left out. */
  readonly joined: (StepTime & { readonly steps: number }) | null;
  readonly loss: { readonly first: number; readonly last: number };
}

/**
 * Times single steps, then as many in joint runs.
 * @param batchOf a fresh batch; making it is not timed
 */
export async function timeSteps(
  trainer: Trainer,
  batchOf: () => Batch,
  steps: number,
  rate: number,
  signal: AbortSignal,
): Promise<TimedSteps> {
  const { together } = trainer;
  const single: number[] = [];
  const joint: number[] = [];
  const losses: number[] = [];
  for (let step = 0; step < steps + WARM_STEPS; step++) {
    signal.throwIfAborted();
    const batch = batchOf();
    const before = performance.now();
    losses.push((await trainer.train(batch, rate)).loss);
    single.push(performance.now() - before);
  }
  for (let run = 0; together > 1 && run < (steps + WARM_STEPS) / together; run++) {
    signal.throwIfAborted();
    const batches = Array.from({ length: together }, batchOf);
    const before = performance.now();
    const results = await trainer.trainTogether(
      batches,
      batches.map(() => rate),
    );
    losses.push(...results.map(({ loss }) => loss));
    joint.push((performance.now() - before) / together);
  }
  const alone = stepTime(single.slice(WARM_STEPS));
  const joined = joint.length > 1 ? { steps: together, ...stepTime(joint.slice(1)) } : null;
  const taken = joined !== null && joined.undisturbed_ms < alone.undisturbed_ms ? joined : alone;
  return {
    step_ms: taken.step_ms,
    undisturbed_ms: taken.undisturbed_ms,
    single: alone,
    joined,
    loss: { first: losses[0], last: losses[losses.length - 1] },
  };
}

function stepTime(times: readonly number[]): StepTime {
  const sorted = times.toSorted((a, b) => a - b);
  const at = (share: number) => sorted[Math.floor(sorted.length * share)];
  return { step_ms: at(0.5), undisturbed_ms: at(0.1) };
}

/** The rival's time for a step over ours, of medians and of the fastest tenths: as the product takes steps, and of single ones. */
export function speedups(rival: Rival, { step_ms, undisturbed_ms, single }: TimedSteps) {
  if (rival.missing !== undefined) return { speedup: null };
  const theirs = { step: Number(rival.step_ms), undisturbed: Number(rival.undisturbed_ms) };
  return {
    speedup: theirs.step / step_ms,
    undisturbed_speedup: theirs.undisturbed / undisturbed_ms,
    single_speedup: theirs.step / single.step_ms,
    single_undisturbed_speedup: theirs.undisturbed / single.undisturbed_ms,
  };
}
