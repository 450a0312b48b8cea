import { z } from 'zod';
import { type BidsPlan, bidsPlanSchema } from '../../contract/bids.ts';
import { bidsExportPlanSchema } from '../../contract/bids-export.ts';
import { surveyBids } from '../../importing/bids/survey.ts';
import { planPaths } from '../../importing/fmri/plan.ts';
import type { ApiContext } from '../context.ts';
import { procedure, router } from '../trpc.ts';

/** A BIDS dataset: what is in it, the import of all its modalities, and the export of the project as one. */
export const bidsRouter = router({
  survey: procedure
    .input(z.object({ folder: z.string().min(1) }))
    .query(({ ctx, input }) => surveyBids(ctx.files.allow(input.folder))),
  import: procedure.input(bidsPlanSchema).mutation(({ ctx, input }) => {
    allowAll(ctx, input);
    return ctx.workspace.require().jobs.enqueue('import.bids', input);
  }),
  export: procedure.input(bidsExportPlanSchema).mutation(({ ctx, input }) => {
    const folder = ctx.files.allow(input.folder);
    return ctx.workspace.require().jobs.enqueue('export.bids', { folder });
  }),
});

/** Every file that a plan would read must lie in the allowed folders. */
function allowAll(
  { files }: Pick<ApiContext, 'files'>,
  { fmri, meeg, eyetracking, ratings }: BidsPlan,
): void {
  const read = [
    ...(fmri === null ? [] : planPaths(fmri)),
    ...(meeg?.runs ?? []).flatMap(({ path, eventsPath }) => [path, eventsPath]),
    ...(eyetracking?.files ?? []).flatMap(({ path, wordsPath }) => [path, wordsPath]),
    ...(ratings?.files ?? []).map(({ path }) => path),
  ];
  for (const path of read) if (path !== null) files.allow(path);
}
