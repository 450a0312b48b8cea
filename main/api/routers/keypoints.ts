import { z } from 'zod';
import { keypointTrainingSchema } from '../../contract/keypoint-training.ts';
import {
  pressureKeypointsParamsSchema,
  pressureKeypointsResultSchema,
} from '../../contract/pressure-keypoints.ts';
import { drawExamples } from '../../studies/pressure-keypoints/recordings/draw-examples.ts';
import { trainableRecordings } from '../../studies/pressure-keypoints/recordings/recording-frames.ts';
import { keypointRuns } from '../../studies/pressure-keypoints/recordings/trained-model.ts';
import { procedure, router } from '../trpc.ts';

/** Keypoint models trained on the project's own pressure recordings; their curves are on the timeline. */
export const keypointsRouter = router({
  /** The recordings that a training can name. */
  recordings: procedure.query(({ ctx }) => trainableRecordings(ctx.workspace.require().project)),
  preflight: procedure
    .input(keypointTrainingSchema)
    .query(({ ctx, input }) => ctx.workspace.require().jobs.preflight('model.train-keypoints', input)),
  train: procedure
    .input(keypointTrainingSchema)
    .mutation(({ ctx, input }) => ctx.workspace.require().jobs.enqueue('model.train-keypoints', input)),
  /** Training runs on recordings that have a checkpoint, newest first. */
  trained: procedure.query(({ ctx }) => keypointRuns(ctx.workspace.require().project)),
  /** What a checkpoint of a training draws of some frames. */
  examples: procedure
    .input(z.object({ run: z.string(), step: z.number().int().nullable() }))
    .query(({ ctx, input }) => drawExamples(ctx.workspace.require().project, input.run, input.step)),
  /** Runs of the keypoint study, newest first. */
  runs: procedure.query(({ ctx }) =>
    ctx.workspace
      .require()
      .project.runs.list({ study: 'pressure-keypoints' })
      .map(({ id, name, state, createdAt }) => ({ id, name, state, createdAt })),
  ),
  /** What a finished run of the study found; null while there is nothing. */
  result: procedure.input(z.object({ id: z.string() })).query(({ ctx, input }) => {
    const run = ctx.workspace.require().project.runs.get(input.id);
    if (run.study !== 'pressure-keypoints' || run.state !== 'complete') return null;
    return pressureKeypointsResultSchema.parse(run.summary);
  }),
  studyDefaults: procedure.query(() => pressureKeypointsParamsSchema.parse({})),
  /** Begins the study on simulated people, and on a folder of pmd recordings where one is given. */
  study: procedure.input(pressureKeypointsParamsSchema).mutation(({ ctx, input }) => {
    const pmd = input.pmd === null ? null : ctx.files.allow(input.pmd);
    return ctx.workspace.require().jobs.enqueue('study.pressure-keypoints', { ...input, pmd });
  }),
});
