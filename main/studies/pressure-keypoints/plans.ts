import type { PressureKeypointsParams } from '../../contract/pressure-keypoints.ts';
import { type KeypointConfig, lightPreset } from '../../models/pressure/config.ts';
import { fullObjective, type Objective, paperObjective } from '../../models/pressure/losses.ts';
import type { KeypointPlan } from '../../models/pressure/train-keypoints.ts';
import { strongWarp, usualWarp, type WarpRange } from '../../models/pressure/warp.ts';

/** Peak of the learning rate. */
export const RATE = 3e-3;
/** Share of the regression steps in which encoder and fuser stay frozen. */
const FROZEN_SHARE = 0.02;

/** How the light model is trained on frames of a given floor and full scale. */
export function lightPlan(
  params: PressureKeypointsParams,
  scale: { readonly floor: number; readonly fullScale: number },
  change: Partial<KeypointPlan> = {},
): KeypointPlan {
  return {
    config: lightPreset(64, 32, params.keypoints),
    objective: fullObjective,
    classificationSteps: params.classificationSteps,
    regressionSteps: params.regressionSteps,
    frozenSteps: Math.round(params.regressionSteps * FROZEN_SHARE),
    batch: params.batch,
    learningRate: RATE,
    seed: params.seed,
    ...scale,
    augment: { ...usualWarp, flip: 0, bend: 0 },
    warp: strongWarp,
    ...change,
  };
}

/** One line of the ablation table: what is changed. */
export interface Variant {
  readonly name: string;
  readonly objective: Objective;
  readonly config: (config: KeypointConfig) => KeypointConfig;
  readonly warp: WarpRange;
  readonly twoStage: boolean;
}

/**
 * Every loss on, each left out in turn, each kind of deformation left out of the equivariance loss, temporal consistency
 * added, and the paper's losses and decoder alone.
 */
export function variants(): Variant[] {
  const all: Variant = {
    name: 'all',
    objective: fullObjective,
    config: (config) => config,
    warp: strongWarp,
    twoStage: true,
  };
  const losses = (['concentration', 'separation', 'equivariance', 'coverage'] as const).map((key) => ({
    ...all,
    name: `without ${key}`,
    objective: { ...fullObjective, [key]: 0 },
  }));
  const kinds = (['shift', 'flip', 'rotation', 'bend'] as const).map((key) => ({
    ...all,
    name: `equivariance without ${key === 'bend' ? 'thin-plate' : key}`,
    warp: { ...strongWarp, [key]: 0 },
  }));
  return [
    all,
    { ...all, name: 'one stage only', twoStage: false },
    ...losses,
    ...kinds,
    { ...all, name: 'with temporal consistency', objective: { ...fullObjective, temporal: 10 } },
    {
      ...all,
      name: 'decoder not shown the points',
      config: (config) => ({ ...config, rendered: null, features: 4 }),
    },
    {
      ...all,
      name: 'as in the paper: reconstruction only',
      objective: paperObjective,
      config: (config) => ({ ...config, rendered: null, features: 16, coordinates: 'peak' }),
    },
  ];
}
