import { UserError } from '../core/errors.ts';
import type { Paths } from '../core/paths.ts';
import type { ReportProgress } from '../core/progress.ts';
import { folderResources } from '../core/resource-store.ts';
import { createFeatureSpaces } from '../stimuli/feature-spaces.ts';
import { makeMulcogSample } from '../studies/mulcog/sample/make-mulcog-sample.ts';
import { mulcogSampleOptionsSchema, smallMulcogSample } from '../studies/mulcog/sample/options.ts';
import { createRuntimeEngine } from '../tensor/runtime-engine.ts';

/**
 * Writes the simulated MulCogBench with the bundled encoder, vectors and texts.
 * @throws UserError `sample.options`, `sample.folder-not-empty`, `resources.missing`
 */
export async function writeMulcogSample(
  paths: Paths,
  version: string,
  folder: string,
  given: object,
  small: boolean,
  signal: AbortSignal,
  report: ReportProgress,
): Promise<{ readonly folder: string; readonly seed: number }> {
  const options = mulcogSampleOptionsSchema.safeParse({ ...(small ? smallMulcogSample : {}), ...given });
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
  const engine = createRuntimeEngine();
  try {
    const deps = { resources, spaces, engine: async () => engine, generator: { name: 'Gyrus', version } };
    return await makeMulcogSample(deps, folder, options.data, signal, report);
  } finally {
    await spaces.release();
    await engine.dispose();
  }
}
