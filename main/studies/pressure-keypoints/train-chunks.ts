import type { JobContext } from '../../jobs/job-type.ts';
import type { FrameSet } from '../../models/pressure/frames.ts';
import {
  type KeypointPlan,
  type KeypointStep,
  openKeypointRun,
  weightsOf,
} from '../../models/pressure/train-keypoints.ts';
import type { TrainingState } from '../../models/training/trainer.ts';
import { putState, readState } from './model-rows.ts';

/** Steps between two commits. */
const CHUNK = 100;

/** What is kept of a training that is under way. */
interface Underway {
  readonly step: number;
  readonly row: ReturnType<typeof putState>;
  readonly losses: readonly number[];
}

/** A trained model and the loss of every step. */
export interface Trained {
  readonly weights: TrainingState;
  readonly losses: readonly number[];
}

export interface TrainOptions {
  /** Of the network's own work; all where it is left out. */
  readonly threads?: number;
  /** Told after every step instead of the job's report. */
  readonly onStep?: (done: number, total: number) => void;
}

/**
 * Trains in chunks: after each, weights, optimizer state and losses are committed, and a job that was killed goes on
 * from there with the numbers it would have had.
 * @param name of the training within the run
 * @param cursor the job's own at the time of a commit: other trainings may go on beside this one
 */
export async function trainInChunks<C>(
  context: JobContext,
  runId: string,
  name: string,
  cursor: () => C,
  plan: KeypointPlan,
  frames: FrameSet,
  options: TrainOptions = {},
): Promise<Trained> {
  const { project, signal } = context;
  const tell =
    options.onStep ??
    ((done: number, total: number) =>
      context.report({ phase: `training ${name}`, done, total, unit: 'steps' }));
  const table = `underway/${name}`;
  // The row is this file's own writing; an empty one says that there is nothing to go on from.
  const kept = project.runs.table(runId, table) as Underway | null;
  const from =
    kept === null || kept.step === 0 ? undefined : { step: kept.step, state: readState(project, kept.row) };
  const losses = [...(kept?.losses ?? [])];
  const { threads } = options;
  const run = openKeypointRun(plan, frames, {
    ...(from === undefined ? {} : { from }),
    ...(threads === undefined ? {} : { threads }),
  });
  try {
    while (run.step < run.totalSteps) {
      const step: KeypointStep = await run.advance();
      losses.push(step.loss);
      tell(step.step, run.totalSteps);
      signal.throwIfAborted();
      if (run.step % CHUNK === 0 && run.step < run.totalSteps) {
        const { state } = run.snapshot();
        context.commit(cursor(), () => {
          const before = project.runs.table(runId, table) as Underway | null;
          const row = putState(project, runId, table, state, false);
          project.runs.putTable(runId, table, { step: run.step, row, losses });
          if (before !== null) project.arrays.delete(before.row.arrayId);
        });
      }
    }
    return { weights: weightsOf(run.snapshot().state), losses };
  } finally {
    await run.release();
  }
}
