import type { PressureKeypointsParams, WarmStart } from '../../contract/pressure-keypoints.ts';
import type { FrameSet } from '../../models/pressure/frames.ts';
import { paperObjective } from '../../models/pressure/losses.ts';
import { openKeypointRun } from '../../models/pressure/train-keypoints.ts';
import { noWarp } from '../../models/pressure/warp.ts';
import { lightPlan } from './plans.ts';

/** Steps that a loss is averaged over: single batches jump. */
const SMOOTH = 10;

/** Share of the regression steps in which the transferred part stays frozen, as `unfreeze_epoch` does. */
const FROZEN_SHARE = 0.1;

/**
 * Does the first stage pay? Both ways train the light network with the paper's losses, the same optimiser, learning
 * rates and batches; the two-stage way takes over every weight of encoder, fuser and decoder but the last layer, and
 * holds encoder and fuser for a while. Counted is after how many regression steps each first reaches the loss on which
 * the direct run ended; the steps of the first stage come on top. The head start pays where that loss is hard to reach:
 * near the plateau it saves more steps than the mask costs, early on it does not.
 */
export async function compareWarmStart(
  params: PressureKeypointsParams,
  scale: { readonly floor: number; readonly fullScale: number },
  frames: FrameSet,
  seed: number,
  initialisation: WarmStart['initialisation'],
  onStep: (done: number, total: number) => void,
): Promise<WarmStart> {
  const steps = params.warmStartSteps;
  const first = params.classificationSteps;
  const frozenSteps = Math.round(steps * FROZEN_SHARE);
  const total = 2 * steps + first;
  const losses = async (classificationSteps: number, before: number): Promise<number[]> => {
    const plan = lightPlan(params, scale, {
      seed,
      objective: paperObjective,
      classificationSteps,
      regressionSteps: steps,
      frozenSteps,
      augment: noWarp,
      initialisation,
    });
    const run = openKeypointRun(plan, frames, { threads: 1 });
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
  const reached = (found: readonly number[]) => {
    const at = found.findIndex((loss) => loss <= directLoss);
    return at < 0 ? null : at + 1;
  };
  return {
    seed,
    directLoss,
    directSteps: steps,
    directReached: reached(direct),
    regressionSteps: reached(staged),
    classificationSteps: first,
    frozenSteps,
    initialisation,
  };
}

/** Mean of the last ten values, or of as many as there are. */
function smoothed(values: readonly number[]): number[] {
  return values.map((_, at) => {
    const recent = values.slice(Math.max(0, at + 1 - SMOOTH), at + 1);
    return recent.reduce((sum, value) => sum + value, 0) / recent.length;
  });
}
