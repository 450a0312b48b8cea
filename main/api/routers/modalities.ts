import { z } from 'zod';
import {
  eyetrackingPlanSchema,
  plannedEyetrackingSchema,
  plannedPressureSchema,
  pressurePlanSchema,
} from '../../contract/modality-import.ts';
import { plannedRatingsSchema, ratingsPlanSchema } from '../../contract/ratings-import.ts';
import { gazeColumns } from '../../importing/eyetracking/columns.ts';
import { previewEyetracking } from '../../importing/eyetracking/preview.ts';
import { probeEyetracking } from '../../importing/eyetracking/probe.ts';
import { previewPressure } from '../../importing/pressure/preview.ts';
import { probePressure } from '../../importing/pressure/probe.ts';
import { previewStandAndWalk, storedStandAndWalk } from '../../importing/pressure/stand-and-walk.ts';
import { previewRatings } from '../../importing/ratings/preview.ts';
import { probeRatings } from '../../importing/ratings/probe.ts';
import { procedure, router } from '../trpc.ts';

const paths = z.object({ paths: z.array(z.string()).min(1) });

/** The wizards of pressure, eye-tracking and ratings: probe, preview, import. Every path must lie in the allowed folders. */
export const modalitiesRouter = router({
  probePressure: procedure
    .input(paths)
    .query(({ ctx, input }) => probePressure(input.paths.map(ctx.files.allow))),
  previewPressure: procedure.input(plannedPressureSchema).query(({ ctx, input }) => {
    ctx.files.allow(input.path);
    return previewPressure(input);
  }),
  /** Standing and walking in a recording that is not imported yet. */
  previewStandAndWalk: procedure.input(plannedPressureSchema).query(({ ctx, input }) => {
    ctx.files.allow(input.path);
    return previewStandAndWalk(input);
  }),
  /** Standing and walking in a stored recording; null where its measures were not kept. */
  standAndWalk: procedure
    .input(z.object({ id: z.string() }))
    .query(({ ctx, input }) => storedStandAndWalk(ctx.workspace.require().project, input.id)),
  importPressure: procedure.input(pressurePlanSchema).mutation(({ ctx, input }) => {
    for (const { path } of input.files) ctx.files.allow(path);
    return ctx.workspace.require().jobs.enqueue('import.pressure', input);
  }),
  probeEyetracking: procedure
    .input(paths)
    .query(({ ctx, input }) => probeEyetracking(input.paths.map(ctx.files.allow))),
  /** Columns of a table of gaze; null for formats that need none. */
  gazeColumns: procedure
    .input(z.object({ path: z.string() }))
    .query(({ ctx, input }) => gazeColumns(ctx.files.allow(input.path))),
  previewEyetracking: procedure.input(plannedEyetrackingSchema).query(({ ctx, input }) => {
    ctx.files.allow(input.path);
    if (input.wordsPath !== null) ctx.files.allow(input.wordsPath);
    return previewEyetracking(input);
  }),
  importEyetracking: procedure.input(eyetrackingPlanSchema).mutation(({ ctx, input }) => {
    for (const { path, wordsPath } of input.files) {
      ctx.files.allow(path);
      if (wordsPath !== null) ctx.files.allow(wordsPath);
    }
    return ctx.workspace.require().jobs.enqueue('import.eyetracking', input);
  }),
  probeRatings: procedure
    .input(paths)
    .query(({ ctx, input }) => probeRatings(input.paths.map(ctx.files.allow))),
  previewRatings: procedure.input(plannedRatingsSchema).query(({ ctx, input }) => {
    ctx.files.allow(input.path);
    return previewRatings(input);
  }),
  importRatings: procedure.input(ratingsPlanSchema).mutation(({ ctx, input }) => {
    for (const { path } of input.files) ctx.files.allow(path);
    return ctx.workspace.require().jobs.enqueue('import.ratings', input);
  }),
});
