import { z } from 'zod';
import { noticeSchema } from './errors.ts';

/** What the Project page says of the open file. */
export const projectFactsSchema = z.object({
  id: z.string(),
  name: z.string(),
  path: z.string(),
  /** The file and its write-ahead log together. */
  bytes: z.number(),
  createdAt: z.number(),
  recordings: z.number().int(),
  subjects: z.number().int(),
  stimuli: z.number().int(),
  runs: z.number().int(),
  arrays: z.number().int(),
  /** True where any recording is simulated. */
  simulated: z.boolean(),
});
export type ProjectFacts = z.infer<typeof projectFactsSchema>;

/** What a check of the file found. `counts` are the things looked at, keyed for translation. */
export const verifyOutcomeSchema = z.object({
  /** True where nothing is wrong; findings of level "info" are remarks. */
  ok: z.boolean(),
  counts: z.record(z.string(), z.number()),
  findings: z.array(noticeSchema),
});
export type VerifyOutcome = z.infer<typeof verifyOutcomeSchema>;
