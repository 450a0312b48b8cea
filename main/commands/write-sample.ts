import { UserError } from '../core/errors.ts';
import type { Paths } from '../core/paths.ts';
import type { ReportProgress } from '../core/progress.ts';
import { folderResources } from '../core/resource-store.ts';
import { createFeatureSpaces } from '../stimuli/feature-spaces.ts';
import { makeSample } from '../studies/sample/make-sample.ts';
import { sampleOptionsSchema, smallSample } from '../studies/sample/options.ts';
import type { Truth } from '../studies/sample/truth.ts';

/**
 * Writes the simulated experiment with the bundled encoder and brain.
 * @throws UserError `sample.options`, `sample.folder-not-empty`, `resources.missing`
 */
export async function writeSample(
  paths: Paths,
  version: string,
  folder: string,
  given: object,
  small: boolean,
  signal: AbortSignal,
  report: ReportProgress,
): Promise<Truth> {
  const options = sampleOptionsSchema.safeParse({ ...(small ? smallSample : {}), ...given });
  if (!options.success) {
    const issue = options.error.issues[0];
    throw new UserError(
      'sample.options',
      `The option ${issue.path.join('.')} is out of range: ${issue.message}.`,
      { option: issue.path.join('.') },
    );
  }
  const resources = folderResources(paths.resources);
  const spaces = createFeatureSpaces(resources);
  try {
    const generator = { name: 'Gyrus', version };
    return await makeSample({ resources, spaces, generator }, folder, options.data, signal, report);
  } finally {
    await spaces.release();
  }
}
