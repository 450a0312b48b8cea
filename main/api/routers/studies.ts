import { z } from 'zod';
import { encodingStudyParamsSchema } from '../../contract/encoding.ts';
import { encodingResultOf } from '../services/encoding-results.ts';
import { procedure, router } from '../trpc.ts';

const byId = z.object({ id: z.string() });

/** Study runs: what was asked, what came out. */
export const studiesRouter = router({
  kinds: procedure.query(({ ctx }) => [...ctx.studies]),
  runs: procedure.query(({ ctx }) =>
    ctx.workspace
      .require()
      .project.runs.list()
      .map(({ summary: _summary, ...run }) => run),
  ),
  /** The whole result of a finished encoding run; null while it is running or where it failed. */
  encodingResult: procedure
    .input(byId)
    .query(({ ctx, input }) => encodingResultOf(ctx.workspace.require().project, input.id)),
  defaults: procedure.query(() => encodingStudyParamsSchema.parse({ recordingIds: [''] })),
  preflight: procedure
    .input(encodingStudyParamsSchema)
    .query(({ ctx, input }) => ctx.workspace.require().jobs.preflight('study.encoding', input)),
  runEncoding: procedure
    .input(encodingStudyParamsSchema)
    .mutation(({ ctx, input }) => ctx.workspace.require().jobs.enqueue('study.encoding', input)),
  rename: procedure.input(byId.extend({ name: z.string().min(1) })).mutation(({ ctx, input }) => {
    ctx.workspace.require().project.runs.rename(input.id, input.name);
    ctx.events.publish({ kind: 'changed', topic: 'studies' });
  }),
  delete: procedure.input(byId).mutation(({ ctx, input }) => {
    ctx.workspace.require().project.runs.delete(input.id);
    ctx.events.publish({ kind: 'changed', topic: 'studies' });
  }),
});
