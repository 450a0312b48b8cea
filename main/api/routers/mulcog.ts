import { z } from 'zod';
import { mulcogParamsSchema } from '../../contract/mulcog.ts';
import { mulcogImportSchema } from '../../contract/mulcog-import.ts';
import { probeMulcog } from '../../importing/mulcog/layout.ts';
import { availableModels } from '../../studies/mulcog/available-models.ts';
import { cellColumns, cellItems } from '../../studies/mulcog/cell-items.ts';
import { compareRuns, mulcogResultOf } from '../../studies/mulcog/compare-runs.ts';
import { procedure, router } from '../trpc.ts';

const cell = z.object({
  runId: z.string(),
  kind: z.string(),
  model: z.string(),
  layer: z.string(),
  unit: z.number().int().nonnegative(),
  subject: z.string().nullable(),
});

/** Cognitive data item by item: importing them, the MulCogBench study, and its linked views. */
export const mulcogRouter = router({
  sets: procedure.query(({ ctx }) =>
    ctx.workspace
      .require()
      .project.itemSets.list()
      .map(({ id, name, language, modality, level, subject, simulated, notices }) => ({
        id,
        name,
        language,
        modality,
        level,
        subject,
        simulated,
        notices,
      })),
  ),
  probe: procedure
    .input(z.object({ folder: z.string().min(1) }))
    .mutation(({ ctx, input }) => probeMulcog(ctx.files.allow(input.folder))),
  runImport: procedure.input(mulcogImportSchema).mutation(({ ctx, input }) => {
    for (const set of input.sets) for (const path of [set.root, set.path]) ctx.files.allow(path);
    return ctx.workspace.require().jobs.enqueue('import.mulcog', input);
  }),
  models: procedure.query(({ ctx }) => availableModels(ctx.workspace.require().project)),
  defaults: procedure.query(() => mulcogParamsSchema.parse({ setIds: [''] })),
  preflight: procedure
    .input(mulcogParamsSchema)
    .query(({ ctx, input }) => ctx.workspace.require().jobs.preflight('study.mulcog', input)),
  run: procedure
    .input(mulcogParamsSchema)
    .mutation(({ ctx, input }) => ctx.workspace.require().jobs.enqueue('study.mulcog', input)),
  result: procedure
    .input(z.object({ id: z.string() }))
    .query(({ ctx, input }) => mulcogResultOf(ctx.workspace.require().project, input.id)),
  items: procedure.input(cell).query(({ ctx, input }) => cellItems(ctx.workspace.require().project, input)),
  columns: procedure
    .input(cell)
    .query(({ ctx, input }) => cellColumns(ctx.workspace.require().project, input)),
  compare: procedure
    .input(z.object({ first: z.string(), second: z.string() }))
    .query(({ ctx, input }) => compareRuns(ctx.workspace.require().project, input.first, input.second)),
});
