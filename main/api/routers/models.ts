import { z } from 'zod';
import { certifyParamsSchema, readTextParamsSchema } from '../../contract/models.ts';
import { inspectModel } from '../../models/inspect/inspect-model.ts';
import { addModel, getModel, listModels, removeModel } from '../../studies/models/project-models.ts';
import { procedure, router } from '../trpc.ts';

const byId = z.object({ id: z.string() });

/** Models that the project points to. */
export const modelsRouter = router({
  list: procedure.query(({ ctx }) => listModels(ctx.workspace.require().project)),
  add: procedure.input(z.object({ path: z.string().min(1) })).mutation(async ({ ctx, input }) => {
    const model = await addModel(ctx.workspace.require().project, ctx.files.allow(input.path));
    ctx.events.publish({ kind: 'changed', topic: 'models' });
    return model;
  }),
  remove: procedure.input(byId).mutation(({ ctx, input }) => {
    removeModel(ctx.workspace.require().project, input.id);
    ctx.events.publish({ kind: 'changed', topic: 'models' });
  }),
  /** Layers, shapes, parameters and arithmetic, for sizes of the open axes. */
  inspect: procedure
    .input(byId.extend({ sizes: z.record(z.string(), z.number()) }))
    .query(({ ctx, input }) =>
      inspectModel(ctx.files.allow(getModel(ctx.workspace.require().project, input.id).path), input.sizes),
    ),
  certify: procedure
    .input(certifyParamsSchema)
    .mutation(({ ctx, input }) =>
      ctx.workspace
        .require()
        .jobs.enqueue('model.certify', { ...input, reference: ctx.files.allow(input.reference) }),
    ),
  read: procedure
    .input(readTextParamsSchema)
    .mutation(({ ctx, input }) => ctx.workspace.require().jobs.enqueue('model.read', input)),
});
