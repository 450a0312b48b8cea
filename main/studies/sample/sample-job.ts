import { rename, rm } from 'node:fs/promises';
import { z } from 'zod';
import { UserError } from '../../core/errors.ts';
import type { JobType } from '../../jobs/job-type.ts';
import { makeSample, type SampleDeps } from './make-sample.ts';
import { sampleOptionsSchema } from './options.ts';

const paramsSchema = z.object({
  /** A folder that is not there yet. */
  folder: z.string().min(1),
  options: sampleOptionsSchema.prefault({}),
});
type SampleParams = z.infer<typeof paramsSchema>;

/**
 * Writes the simulated experiment beside a project, to be imported like anyone's data. The folder appears under its
 * name only when it is whole, so a job that was cut off begins anew.
 */
export function sampleJob(makeDeps: () => SampleDeps): JobType<SampleParams> {
  return {
    type: 'sample.write',
    params: paramsSchema,
    title: () => 'Write the sample study',
    recovery: 'restart',
    async run({ signal, report }, { folder, options }) {
      const deps = makeDeps();
      const part = `${folder}.part`;
      await rm(part, { recursive: true, force: true });
      try {
        const truth = await makeSample(deps, part, options, signal, report);
        await rename(part, folder).catch(() => {
          throw new UserError(
            'sample.folder-not-empty',
            `${folder} is not empty; name a new folder for the simulated experiment.`,
            { folder },
          );
        });
        return { folder, seed: truth.seed };
      } finally {
        await rm(part, { recursive: true, force: true });
        await deps.spaces.release();
      }
    },
  };
}
