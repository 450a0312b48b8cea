import { type KeypointPlan, openKeypointRun } from '../../../models/pressure/train-keypoints.ts';
import { createRandom } from '../../../tensor/random/xoshiro.ts';

/** Steps that are timed, after one in which memory is laid out. */
const TIMED = 3;
/** A first step that takes longer, in seconds, stands for all: large networks would make one wait. */
const SLOW = 2;
/** Frames that the steps draw their batches from: what is in them does not change how long a step takes. */
const FRAMES = 4;

/** Seconds a step by what decides them, as measured in this process. */
const known = new Map<string, Promise<number>>();

/**
 * Seconds that a step of a training takes on this machine: the median of three steps of the second stage with nothing
 * frozen, batches and all, which is the longest kind. Measured once a network, batch and objective.
 */
export function measureTraining(plan: KeypointPlan): Promise<number> {
  const { config, batch, objective, augment, warp } = plan;
  const key = JSON.stringify({ config, batch, objective, augment, warp });
  const before = known.get(key);
  if (before !== undefined) return before;
  const measured = timeSteps(plan);
  known.set(key, measured);
  measured.catch(() => known.delete(key));
  return measured;
}

async function timeSteps(plan: KeypointPlan): Promise<number> {
  const { rows, cols } = plan.config;
  const random = createRandom(1);
  const run = openKeypointRun(
    { ...plan, classificationSteps: 0, frozenSteps: 0, regressionSteps: TIMED + 1 },
    {
      rows,
      cols,
      cellSize: null,
      frames: Float32Array.from({ length: FRAMES * rows * cols }, () => random.uniform()),
      subjects: Array.from({ length: FRAMES }, () => ''),
      recordings: Array.from({ length: FRAMES }, () => ''),
      postures: Array.from({ length: FRAMES }, () => null),
    },
  );
  try {
    await run.prepare();
    const timed = async () => {
      const started = performance.now();
      await run.advance();
      return (performance.now() - started) / 1000;
    };
    const first = await timed();
    if (first > SLOW) return first;
    const times: number[] = [];
    for (let step = 0; step < TIMED; step++) times.push(await timed());
    return times.sort((a, b) => a - b)[Math.floor(TIMED / 2)];
  } finally {
    await run.release();
  }
}
