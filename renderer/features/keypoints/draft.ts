import { type KeypointTraining, keypointTrainingSchema } from '../../../main/contract/keypoint-training.ts';

/** Losses beside reconstruction, in the order of the form. */
export const LOSSES = ['concentration', 'separation', 'equivariance', 'coverage', 'temporal'] as const;

/** What the form holds: the training, several seeds as text, and which losses are on. */
export interface Draft {
  readonly training: KeypointTraining;
  readonly seeds: string;
}

export const PRESETS = ['light', 'pmd', 'paper'] as const;
type Preset = (typeof PRESETS)[number];

/**
 * Settings of a preset. "pmd" is the light network with the floor, full scale and thinning that the PhysioNet mats
 * need: raw counts, a frame a second, neighbours nearly the same.
 */
export function presetOf(preset: Preset): Partial<KeypointTraining> {
  const light = {
    preset: 'light',
    keypoints: null,
    floor: null,
    fullScale: null,
    every: keypointTrainingSchema.shape.every.parse(undefined),
    classificationSteps: 60,
    steps: 1000,
    frozenSteps: 20,
    batch: 12,
    learningRate: 3e-3,
  } as const;
  if (preset === 'pmd') return { ...light, floor: 20, fullScale: 500, every: 4 };
  if (preset === 'paper') return { ...light, preset: 'paper', steps: 2000, batch: 2, learningRate: 1e-3 };
  return light;
}

export const firstDraft: Draft = {
  training: keypointTrainingSchema.parse({ name: 'keypoints', ...presetOf('light') }),
  seeds: '1',
};

/** The trainings that a draft asks for, one a seed; null where it is not complete. */
export function trainingsOf({ training, seeds }: Draft): KeypointTraining[] | null {
  const numbers = seeds
    .split(/[\s,，;；]+/)
    .filter((part) => part !== '')
    .map(Number);
  const unique = [...new Set(numbers)];
  if (unique.length === 0 || unique.length > 20) return null;
  const parsed = unique.map((seed) =>
    keypointTrainingSchema.safeParse({
      ...training,
      name: unique.length === 1 ? training.name : `${training.name}, ${seed}`,
      seed,
    }),
  );
  return parsed.every(({ success }) => success) ? parsed.flatMap(({ data }) => data ?? []) : null;
}
