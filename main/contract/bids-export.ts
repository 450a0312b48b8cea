import { z } from 'zod';

/** Parameters of the job `export.bids`: a folder that is empty or not there yet. */
export const bidsExportPlanSchema = z.object({ folder: z.string().min(1) });
export type BidsExportPlan = z.infer<typeof bidsExportPlanSchema>;

/** What an export wrote; paths from the dataset's root. */
export const bidsExportSchema = z.object({
  root: z.string(),
  /** Files of samples: gaze and EEG. */
  raw: z.array(z.string()),
  /** Maps and tables of studies. */
  derivatives: z.array(z.string()),
  /** Recordings whose samples are not written, with the reason. */
  left: z.array(
    z.object({
      label: z.string(),
      reason: z.enum(['fmri', 'meg', 'pressure', 'rating', 'no samples']),
    }),
  ),
});
export type BidsExport = z.infer<typeof bidsExportSchema>;
