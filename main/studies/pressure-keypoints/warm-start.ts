import type { PressureKeypointsParams, WarmStart } from '../../contract/pressure-keypoints.ts';
import type { FrameSet } from '../../models/pressure/frames.ts';
import { paperObjective } from '../../models/pressure/losses.ts';
import { openKeypointRun } from '../../models/pressure/train-keypoints.ts';
import { noWarp } from '../../models/pressure/warp.ts';
import { lightPlan } from './plans.ts';

/** Steps that a loss is averaged over: single batches jump. */
const SMOOTH = 10;

/**
 * Does the first stage pay? Both ways are trained with the paper's losses and the same batches; counted is after how
 * many regression steps the two-stage run reaches the loss on which the direct run ended.
 */
export async function compareWarmStart(
  params: PressureKeypointsParams,
  scale: { readonly floor: number; readonly fullScale: number },
  frames: FrameSet,
  seed: number,
  onStep: (done: number, total: number) => void,
): Promise<WarmStart> {
  const steps = params.warmStartSteps;
  const first = params.classificationSteps;
  const total = 2 * steps + first;
  const losses = async (classificationSteps: number, before: number): Promise<number[]> => {
    const plan = lightPlan(params, scale, {
      seed,
      objective: paperObjective,
      classificationSteps,
      regressionSteps: steps,
      frozenSteps: Math.round(steps * 0.1),
      augment: noWarp,
    });
    const run = openKeypointRun(plan, frames);
    const found: number[] = [];
    try {
      while (run.step < run.totalSteps) {
        const { stage, loss } = await run.advance();
        if (stage === 'regression') found.push(loss);
        onStep(before + run.step, total);
      }
    } finally {
      await run.release();
    }
    return found;
  };
  const direct = smoothed(await losses(0, 0));
  const staged = smoothed(await losses(first, steps));
  const directLoss = direct[direct.length - 1];
  const reached = staged.findIndex((loss) => loss <= directLoss);
  return {
    seed,
    directLoss,
    directSteps: steps,
    regressionSteps: reached < 0 ? null : reached + 1,
    classificationSteps: first,
  };
}

/** Mean of the last ten values, or of as many as there are. */
function smoothed(values: readonly number[]): number[] {
  return values.map((_, at) => {
    const recent = values.slice(Math.max(0, at + 1 - SMOOTH), at + 1);
    return recent.reduce((sum, value) => sum + value, 0) / recent.length;
  });
}
