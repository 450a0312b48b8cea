import { z } from 'zod';
import { procedure, router } from '../trpc.ts';

const byId = z.object({ id: z.string() });

/** Long work of the open project. */
export const jobsRouter = router({
  list: procedure.query(({ ctx }) => ctx.workspace.current()?.jobs.list() ?? []),
  get: procedure.input(byId).query(({ ctx, input }) => ctx.workspace.require().jobs.get(input.id)),
  cancel: procedure.input(byId).mutation(({ ctx, input }) => ctx.workspace.require().jobs.cancel(input.id)),
  resume: procedure.input(byId).mutation(({ ctx, input }) => ctx.workspace.require().jobs.resume(input.id)),
});
