import { z } from 'zod';
import { errorInfoSchema, noticeSchema } from './errors.ts';
import { itemLevelSchema, itemModalitySchema } from './item-sets.ts';

/** One set that a folder in the published layouts holds. */
export const plannedItemSetSchema = z.object({
  /** Folder that the layout begins at. */
  root: z.string(),
  /** The set's own file, or the folder of its files. */
  path: z.string(),
  language: z.enum(['en', 'zh']),
  modality: itemModalitySchema,
  level: itemLevelSchema,
  subject: z.string(),
  /** "train", "dev" or "test", where the folder is one part of a split. */
  part: z.string().nullable(),
  simulated: z.boolean(),
});
export type PlannedItemSet = z.infer<typeof plannedItemSetSchema>;

/** Parameters of the job `import.mulcog`. */
export const mulcogImportSchema = z.object({ sets: z.array(plannedItemSetSchema).min(1) });
export type MulcogImport = z.infer<typeof mulcogImportSchema>;

/** Result of that job. */
export const mulcogImportReportSchema = z.object({
  sets: z.array(
    z.object({
      id: z.string(),
      name: z.string(),
      items: z.number().int(),
      columns: z.number().int(),
      notices: z.array(noticeSchema),
    }),
  ),
  /** Sets that could not be read, with the reason. */
  failed: z.array(z.object({ name: z.string(), error: errorInfoSchema })),
});
export type MulcogImportReport = z.infer<typeof mulcogImportReportSchema>;
