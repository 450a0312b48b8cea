import { z } from 'zod';
import {
  auditParamsSchema,
  compareParamsSchema,
  importSeriesParamsSchema,
} from '../../contract/checkpoints.ts';
import { type TrainingPlan, trainingPlanSchema } from '../../contract/training.ts';
import type { ApiContext } from '../context.ts';
import { checkpointMarks, latestMetrics, timelineRuns, trainingRunDetails } from '../services/timeline.ts';
import { procedure, router } from '../trpc.ts';

const byId = z.object({ id: z.string() });
const project = (ctx: ApiContext) => ctx.workspace.require().project;

/** Training runs with their checkpoints; the curves themselves come as bytes from /timeline. */
export const trainingRouter = router({
  runs: procedure.query(({ ctx }) => timelineRuns(project(ctx))),
  /** One run with its checkpoints and what its audit found. */
  run: procedure.input(byId).query(({ ctx, input }) => trainingRunDetails(project(ctx), input.id)),
  /** A checkpoint with the name of its run. */
  checkpoint: procedure.input(byId).query(({ ctx, input }) => {
    const checkpoint = project(ctx).checkpoints.get(input.id);
    return { checkpoint, run: project(ctx).training.get(checkpoint.runId).name };
  }),
  /** Checkpoints of runs as marks on the axis. */
  marks: procedure
    .input(z.object({ runIds: z.array(z.string()).max(200) }))
    .query(({ ctx, input }) => checkpointMarks(project(ctx), input.runIds)),
  /** The last value of every metric of a run. */
  latest: procedure.input(byId).query(({ ctx, input }) => latestMetrics(project(ctx), input.id)),
  preflight: procedure
    .input(trainingPlanSchema)
    .query(({ ctx, input }) => ctx.workspace.require().jobs.preflight('model.train', allowed(ctx, input))),
  train: procedure
    .input(trainingPlanSchema)
    .mutation(({ ctx, input }) => ctx.workspace.require().jobs.enqueue('model.train', allowed(ctx, input))),
  audit: procedure
    .input(auditParamsSchema)
    .mutation(({ ctx, input }) => ctx.workspace.require().jobs.enqueue('checkpoint.audit', input)),
  compare: procedure
    .input(compareParamsSchema)
    .mutation(({ ctx, input }) => ctx.workspace.require().jobs.enqueue('checkpoint.compare', input)),
  importSeries: procedure.input(importSeriesParamsSchema).mutation(({ ctx, input }) =>
    ctx.workspace.require().jobs.enqueue('import.checkpoints', {
      ...input,
      folders: input.folders.map(ctx.files.allow),
    }),
  ),
  rename: procedure.input(byId.extend({ name: z.string().min(1) })).mutation(({ ctx, input }) => {
    project(ctx).training.rename(input.id, input.name);
    ctx.events.publish({ kind: 'changed', topic: 'training' });
  }),
  delete: procedure.input(byId).mutation(({ ctx, input }) => {
    project(ctx).training.delete(input.id);
    ctx.events.publish({ kind: 'changed', topic: 'training' });
  }),
});

/** Every file and folder that a plan would read must lie in the allowed folders. */
function allowed(ctx: Pick<ApiContext, 'files'>, plan: TrainingPlan): TrainingPlan {
  const { model, corpus } = plan;
  return {
    ...plan,
    model: 'folder' in model ? { folder: ctx.files.allow(model.folder) } : model,
    corpus: corpus.map((source) => ('file' in source ? { file: ctx.files.allow(source.file) } : source)),
  };
}
