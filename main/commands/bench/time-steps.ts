import { performance } from 'node:perf_hooks';
import type { Batch, Trainer } from '../../models/training/trainer.ts';
import type { Rival } from './python-rival.ts';

const WARM_STEPS = 5;

/** What steps of training took, in medians. */
export interface TimedSteps {
  /** A step as the product takes it: single or joined, whichever is faster here (studies/training/pace.ts). */
  readonly step_ms: number;
  readonly single_step_ms: number;
  /** Several steps in one run; null where they were left out. */
  readonly joined: { readonly steps: number; readonly step_ms: number } | null;
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
  const alone = median(single.slice(WARM_STEPS));
  const joined = joint.length > 1 ? { steps: together, step_ms: median(joint.slice(1)) } : null;
  return {
    step_ms: Math.min(alone, joined?.step_ms ?? alone),
    single_step_ms: alone,
    joined,
    loss: { first: losses[0], last: losses[losses.length - 1] },
  };
}

/** The rival's time for a step over ours: as the product takes steps, and of single ones. */
export function speedups(
  rival: Rival,
  { step_ms, single_step_ms }: TimedSteps,
): { readonly speedup: number | null; readonly single_speedup: number | null } {
  if (rival.missing !== undefined) return { speedup: null, single_speedup: null };
  const theirs = Number(rival.step_ms);
  return { speedup: theirs / step_ms, single_speedup: theirs / single_step_ms };
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
}
