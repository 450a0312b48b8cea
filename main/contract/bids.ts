import { z } from 'zod';
import { errorInfoSchema, noticeSchema } from './errors.ts';
import { importPlanSchema, importReportSchema } from './importing.ts';
import { meegPlanSchema, meegReportSchema } from './meeg-import.ts';
import { eyetrackingPlanSchema, modalityReportSchema } from './modality-import.ts';
import { ratingsPlanSchema } from './ratings-import.ts';

/** What becomes of a file of a BIDS dataset. */
export const bidsRoleSchema = z.enum([
  /** A recording that an importer takes. */
  'recording',
  /** Events, channels, sidecars, confounds, masks: read with their recording. */
  'companion',
  /** Known to BIDS, and nothing here imports it. */
  'not-imported',
  /** Named as BIDS does not name files. */
  'unknown',
]);

export const bidsEntrySchema = z.object({
  /** From the root, with forward slashes. */
  path: z.string(),
  bytes: z.number(),
  role: bidsRoleSchema,
  modality: z.enum(['fmri', 'meeg', 'eyetracking', 'ratings']).nullable(),
  /** "missing": a link to nothing; "pointer": git-annex or Git LFS left a note in its place; "empty": 0 bytes. */
  state: z.enum(['present', 'missing', 'pointer', 'empty']),
  /** Why a table of behaviour is not imported; null elsewhere. */
  reason: errorInfoSchema.nullable(),
});
export type BidsEntry = z.infer<typeof bidsEntrySchema>;

export const bidsSubjectSchema = z.object({
  /** Label without "sub-"; null for files of the dataset as a whole. */
  subject: z.string().nullable(),
  files: z.array(bidsEntrySchema),
});

/** Something wrong: which file, and a sentence. */
export const bidsProblemSchema = noticeSchema.extend({ path: z.string() });
export type BidsProblem = z.infer<typeof bidsProblemSchema>;

/** Job `import.bids`: the plans of the modalities found; null where there is none. */
export const bidsPlanSchema = z.object({
  root: z.string(),
  name: z.string(),
  fmri: importPlanSchema.nullable(),
  meeg: meegPlanSchema.nullable(),
  eyetracking: eyetrackingPlanSchema.nullable(),
  ratings: ratingsPlanSchema.nullable().default(null),
  /** Kept for the report: data that are not here, and what is wrong with the dataset. */
  placeholders: z.array(z.string()).default([]),
  problems: z.array(bidsProblemSchema).default([]),
});
export type BidsPlan = z.infer<typeof bidsPlanSchema>;

/** A whole dataset at a glance. */
export const bidsSurveySchema = z.object({
  root: z.string(),
  name: z.string(),
  bidsVersion: z.string(),
  type: z.string(),
  simulated: z.boolean(),
  subjects: z.array(bidsSubjectSchema),
  placeholders: z.array(z.string()),
  problems: z.array(bidsProblemSchema),
  /** Null where nothing can be imported. */
  plan: bidsPlanSchema.nullable(),
});
export type BidsSurvey = z.infer<typeof bidsSurveySchema>;

/** What an import of a dataset brought in: one report for all modalities. */
export const bidsReportSchema = z.object({
  name: z.string(),
  fmri: importReportSchema.nullable(),
  meeg: meegReportSchema.nullable(),
  eyetracking: modalityReportSchema.nullable(),
  ratings: modalityReportSchema.nullable().default(null),
  /** Every recording of every modality, in the words of its label. */
  imported: z.array(z.object({ recordingId: z.string(), modality: z.string(), label: z.string() })),
  failed: z.array(z.object({ path: z.string(), label: z.string(), error: errorInfoSchema })),
  placeholders: z.array(z.string()),
  problems: z.array(bidsProblemSchema),
  seconds: z.number(),
});
export type BidsReport = z.infer<typeof bidsReportSchema>;
