import { z } from 'zod';
import { dicomConversionSchema } from '../../contract/dicom.ts';
import { type ImportPlan, importPlanSchema } from '../../contract/importing.ts';
import { personalFields } from '../../formats/personal/personal-fields.ts';
import { findDicomSeries } from '../../importing/dicom/find-series.ts';
import { dicomPicture } from '../../importing/dicom/picture.ts';
import { planPaths } from '../../importing/fmri/plan.ts';
import { recognise } from '../../importing/recognise.ts';
import type { ApiContext } from '../context.ts';
import { describeRecording, listRecordings } from '../services/recordings.ts';
import { undoImport } from '../services/undo-import.ts';
import { procedure, router } from '../trpc.ts';

const paths = z.object({ paths: z.array(z.string()).min(1) });

/** Recordings, and the wizard that brings them in. */
export const dataRouter = router({
  recordings: procedure.query(({ ctx }) => listRecordings(ctx.workspace.require().project)),
  recording: procedure
    .input(z.object({ id: z.string() }))
    .query(({ ctx, input }) => describeRecording(ctx.workspace.require().project, input.id)),
  /** DICOM series under the paths, and one file to look for personal data in. */
  dicomSeries: procedure.input(paths).query(async ({ ctx, input }) => {
    const found = await findDicomSeries(input.paths.map(ctx.files.allow));
    return {
      series: found.map(({ paths: files, ...series }) => ({
        ...series,
        // The file in the middle shows most.
        middle: files[Math.floor(files.length / 2)],
      })),
      sample: found[0]?.paths[0] ?? null,
    };
  }),
  /** A frame of a DICOM file, in grey; null where it has none. */
  dicomPicture: procedure
    .input(z.object({ path: z.string() }))
    .query(({ ctx, input }) => dicomPicture(ctx.files.allow(input.path))),
  convertDicom: procedure.input(dicomConversionSchema).mutation(({ ctx, input }) => {
    const allowed = { ...input, paths: input.paths.map(ctx.files.allow) };
    return ctx.workspace.require().jobs.enqueue('convert.dicom', allowed);
  }),
  /** What a recording's header says of persons, places and times. */
  personal: procedure
    .input(z.object({ path: z.string() }))
    .query(({ ctx, input }) => personalFields(ctx.files.allow(input.path))),
  /** Which import files and folders belong to, told by content. */
  recognise: procedure.input(paths).query(({ ctx, input }) => recognise(input.paths.map(ctx.files.allow))),
  /** What lies under the chosen paths, and the plan to begin with. */
  probe: procedure.input(paths).query(async ({ ctx, input }) => {
    const probe = await ctx.importing.probe(input.paths.map(ctx.files.allow));
    return { probe, plan: probe.runs.some((run) => run.importable) ? ctx.importing.suggest(probe) : null };
  }),
  preview: procedure
    .input(z.object({ plan: importPlanSchema, image: z.string() }))
    .query(({ ctx, input }) => {
      allowAll(ctx, input.plan);
      return ctx.importing.preview(input.plan, input.image);
    }),
  preflight: procedure.input(importPlanSchema).query(({ ctx, input }) => {
    allowAll(ctx, input);
    return ctx.workspace.require().jobs.preflight('import.fmri', input);
  }),
  import: procedure.input(importPlanSchema).mutation(({ ctx, input }) => {
    allowAll(ctx, input);
    return ctx.workspace.require().jobs.enqueue('import.fmri', input);
  }),
  undoImport: procedure.input(z.object({ jobId: z.string() })).mutation(({ ctx, input }) => {
    const { project, jobs } = ctx.workspace.require();
    undoImport(project, jobs.get(input.jobId));
    for (const topic of ['recordings', 'stimuli', 'jobs'] as const)
      ctx.events.publish({ kind: 'changed', topic });
  }),
});

/** Every file that a plan would read must lie in the allowed folders: images, words, confounds and masks alike. */
function allowAll(ctx: Pick<ApiContext, 'files'>, plan: ImportPlan): void {
  for (const path of planPaths(plan)) ctx.files.allow(path);
}
