import type { ReportProgress } from '../../core/progress.ts';
import type { Project } from '../../data/project.ts';
import { wordsInRecording } from '../../stimuli/clock/words-in-recording.ts';
import { cachedFeatures, computeFeatures } from '../../stimuli/compute-features.ts';
import type { FeatureSpaces } from '../../stimuli/feature-spaces.ts';
import { applyHemodynamics } from '../../stimuli/sampling/hemodynamics.ts';
import { sampleFeatures } from '../../stimuli/sampling/sample-features.ts';
import { type Matrix, takeRows } from '../../tensor/matrix.ts';
import { permutation } from '../../tensor/random/sampling.ts';
import { createRandom } from '../../tensor/random/xoshiro.ts';
import type { SampledFeatureRequest } from './study-deps.ts';

/**
 * Features of a stimulus on the clock of one run: per layer samples × columns, down-sampled and with haemodynamics.
 * Word features are taken from the project's cache where one is given.
 * @throws UserError from stimuli (unknown space, word times, missing resources)
 */
export async function sampledFeatures(
  spaces: FeatureSpaces,
  project: Project | null,
  request: SampledFeatureRequest,
  signal: AbortSignal,
  report: ReportProgress,
): Promise<Matrix[]> {
  const space = spaces.get(request.spaceId);
  const { words } = request.stimulus;
  const settings = { lookBackWords: request.lookBackWords, seed: request.seed };
  const options = { settings, signal, report };
  const features =
    project === null
      ? await computeFeatures(space, words, options)
      : await cachedFeatures(project, request.stimulus, space, options);
  const sampling = {
    method: request.downsampling,
    count: request.samples,
    interval: request.samplingInterval,
    pooling: space.pooling,
  };
  // Features belong to the stimulus and are cached by it; only where they fall in the run depends on its clock.
  const heard = request.clock === undefined ? words : wordsInRecording(words, request.clock);
  const order = request.shuffled ? permutation(createRandom(request.seed, 1), words.length) : null;
  return features.map((layer) => {
    const own = order === null ? layer : takeRows(layer, order);
    return applyHemodynamics(
      sampleFeatures(own, heard, sampling),
      request.hemodynamics,
      request.samplingInterval,
    );
  });
}
