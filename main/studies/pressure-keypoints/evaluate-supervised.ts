import type { JointScore, PressureKeypointsResult } from '../../contract/pressure-keypoints.ts';
import { lightPreset } from '../../models/pressure/config.ts';
import { openDetector } from '../../models/pressure/detector.ts';
import { trainSupervised } from '../../models/pressure/supervised-joints.ts';
import { usualWarp } from '../../models/pressure/warp.ts';
import type { TrainingState } from '../../models/training/trainer.ts';
import { directJoints } from './evaluate-joints.ts';
import { oneOfEach, SIMULATED_FLOOR, takeSimulated } from './evaluation-frames.ts';
import type { PartContext } from './parts.ts';
import { RATE } from './plans.ts';
import { JOINT_PARTNERS, JOINTS } from './simulated/body.ts';
import type { SimulatedMat } from './simulated/simulate-mat.ts';

const SCALE = { floor: SIMULATED_FLOOR, fullScale: 1 };
/** Steps between two looks at the inner people. */
const EVERY = 100;
/** Looks without a better one after which training stops. */
const PATIENCE = 4;

/** The supervised rival and how it was trained. */
export interface SupervisedPart {
  readonly score: JointScore;
  readonly training: NonNullable<PressureKeypointsResult['supervised']>;
}

/**
 * The encoder trained with the joints it is to find. How long is chosen with the last quarter of the training people
 * kept aside: until they are foretold no better. Then it is trained so long on all training people, and tested.
 */
export async function evaluateSupervised(part: PartContext): Promise<SupervisedPart> {
  const { params, frames } = part;
  const { mat, train, test } = frames;
  const people = [...new Set(train.map((index) => mat.subjects[index]))];
  const aside = new Set(people.slice(-Math.max(1, Math.round(people.length / 4))));
  const isAside = (index: number) => aside.has(mat.subjects[index]);
  const shown = takeSimulated(
    mat,
    train.filter((index) => !isAside(index)),
  );
  const judged = takeSimulated(mat, oneOfEach(mat, train.filter(isAside)));
  const config = lightPreset(mat.rows, mat.cols, JOINTS.length);
  const options = {
    config,
    steps: params.supervisedSteps,
    batch: params.batch,
    learningRate: RATE,
    seed: params.seed,
    floor: SIMULATED_FLOOR,
    augment: usualWarp,
    partners: JOINT_PARTNERS,
    every: EVERY,
  };
  const foretell = async (
    weights: TrainingState,
    of: SimulatedMat,
    indices: readonly number[],
    name: string,
  ) => {
    const detector = await openDetector({ config, weights, ...SCALE });
    try {
      return directJoints(of, indices, name, await detector.detect(of.frames), params.seed);
    } finally {
      await detector.release();
    }
  };
  const checks: { step: number; loss: number; innerCm: number }[] = [];
  const best = { step: 0, cm: Number.POSITIVE_INFINITY };
  const search = async (step: number, loss: number, weights: TrainingState) => {
    const all = [...judged.subjects.keys()];
    const { meanCm } = await foretell(weights, judged, all, 'people kept aside');
    checks.push({ step, loss, innerCm: meanCm });
    if (meanCm < best.cm) Object.assign(best, { step, cm: meanCm });
    part.tell('supervised: how long', step, params.supervisedSteps);
    return step - best.step >= PATIENCE * EVERY;
  };
  await trainSupervised({ ...options, look: search }, shown, shown.joints);
  const everybody = takeSimulated(mat, train);
  const weights = await trainSupervised(
    {
      ...options,
      async look(step) {
        part.tell('supervised: all training people', step, best.step);
        return step >= best.step;
      },
    },
    everybody,
    everybody.joints,
  );
  return {
    score: await foretell(weights, mat, test, 'supervised regressor'),
    training: {
      checks,
      keptStep: best.step,
      converged: checks[checks.length - 1].step < params.supervisedSteps,
    },
  };
}
