import { keypointTrainingSchema } from '../../contract/keypoint-training.ts';
import { trainableRecordings } from '../../studies/pressure-keypoints/recordings/recording-frames.ts';
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
});
