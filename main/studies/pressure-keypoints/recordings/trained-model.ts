import { keypointRunSettingsSchema } from '../../../contract/keypoint-training.ts';
import { UserError } from '../../../core/errors.ts';
import type { Project } from '../../../data/project.ts';
import { keypointConfigSchema } from '../../../models/pressure/config.ts';
import type { KeypointModel } from '../../../models/pressure/detector.ts';

/** Training runs of the project whose model finds keypoints, newest first. */
export function keypointRuns(project: Project): { readonly id: string; readonly name: string }[] {
  return project.training
    .list()
    .filter(
      ({ id, settings }) =>
        keypointRunSettingsSchema.safeParse(settings).success && project.checkpoints.list(id).length > 0,
    )
    .map(({ id, name }) => ({ id, name }));
}

/**
 * The model of a training run's checkpoint: of the one at `step`, or of the last.
 * @throws UserError `training.unknown`, `pressure.no-model`
 */
export function readTrainedModel(project: Project, runId: string, step?: number): KeypointModel {
  const run = project.training.get(runId);
  const settings = keypointRunSettingsSchema.safeParse(run.settings);
  const kept = project.checkpoints.list(runId);
  const last = step === undefined ? kept.at(-1) : kept.find((one) => one.step === step);
  if (!settings.success || last === undefined)
    throw new UserError('pressure.no-model', `The run ${runId} holds no keypoint model named checkpoint.`, {
      run: runId,
      name: 'checkpoint',
    });
  const { floor, fullScale } = settings.data;
  return {
    config: keypointConfigSchema.parse(run.config),
    weights: Object.fromEntries(
      project.checkpoints
        .tensors(last.id)
        .map(({ name }) => [name, project.checkpoints.read(last.id, name).values]),
    ),
    floor,
    fullScale,
  };
}
