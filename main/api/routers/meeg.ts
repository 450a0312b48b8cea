import { z } from 'zod';
import { meegDetailsSchema, meegPlacesRequestSchema, meegPlanSchema } from '../../contract/meeg-import.ts';
import type { ApiContext } from '../context.ts';
import { procedure, router } from '../trpc.ts';

/** The wizard that brings MEG and EEG recordings in, and what is kept beside their samples. */
export const meegRouter = router({
  /** What lies under the chosen paths, and the plan to begin with. */
  probe: procedure.input(z.object({ paths: z.array(z.string()).min(1) })).query(async ({ ctx, input }) => {
    const runs = await ctx.meeg.probe(input.paths.map(ctx.files.allow));
    return { runs, plan: runs.some(({ importable }) => importable) ? ctx.meeg.suggest(runs) : null };
  }),
  preview: procedure
    .input(
      z.object({ plan: meegPlanSchema, path: z.string(), start: z.number(), seconds: z.number().positive() }),
    )
    .query(({ ctx, input }) => {
      allowAll(ctx, input.plan.runs);
      return ctx.meeg.preview(input.plan, input.path, input.start, input.seconds);
    }),
  /** Events by name, and how many epochs the plan's thresholds would drop. */
  events: procedure.input(z.object({ plan: meegPlanSchema, path: z.string() })).query(({ ctx, input }) => {
    allowAll(ctx, input.plan.runs);
    return ctx.meeg.events(input.plan, input.path);
  }),
  /** Places that the recording lacks: from the 10–20 system, or from files of a digitiser. */
  places: procedure
    .input(meegPlacesRequestSchema)
    .mutation(({ ctx, input: { path, from } }) =>
      ctx.meeg.places(ctx.files.allow(path), from === 'standard' ? from : from.map(ctx.files.allow)),
    ),
  preflight: procedure.input(meegPlanSchema).query(({ ctx, input }) => {
    allowAll(ctx, input.runs);
    return ctx.workspace.require().jobs.preflight('import.meeg', input);
  }),
  import: procedure.input(meegPlanSchema).mutation(({ ctx, input }) => {
    allowAll(ctx, input.runs);
    return ctx.workspace.require().jobs.enqueue('import.meeg', input);
  }),
  /** Channels and events of a stored recording; null for recordings of other modalities. */
  details: procedure.input(z.object({ id: z.string() })).query(({ ctx, input }) => {
    const { project } = ctx.workspace.require();
    const { attributes } = project.arrays.info(project.recordings.get(input.id).dataArrayId);
    const found = meegDetailsSchema.safeParse(attributes.meeg);
    return found.success ? found.data : null;
  }),
});

function allowAll(ctx: Pick<ApiContext, 'files'>, runs: readonly { readonly path: string }[]): void {
  for (const { path } of runs) ctx.files.allow(path);
}
