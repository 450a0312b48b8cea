import { z } from 'zod';
import { procedure, router } from '../trpc.ts';

/** The server-side file browser, limited to the allowed roots. */
export const filesRouter = router({
  list: procedure
    .input(z.object({ path: z.string().nullable() }))
    .query(({ ctx, input }) => ctx.files.list(input.path)),
  makeFolder: procedure
    .input(z.object({ path: z.string() }))
    .mutation(({ ctx, input }) => ctx.files.makeFolder(input.path)),
});
