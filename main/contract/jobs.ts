import { z } from 'zod';
import { errorInfoSchema } from './errors.ts';

export const jobStateSchema = z.enum([
  'queued',
  'running',
  'succeeded',
  'failed',
  'cancelled',
  'interrupted',
]);
export type JobState = z.infer<typeof jobStateSchema>;

export const jobProgressSchema = z.object({
  phase: z.string(),
  done: z.number(),
  total: z.number().nullable(),
  unit: z.string(),
  /** Units per second over the recent past; null until it can be told. */
  rate: z.number().nullable(),
  /** Seconds left at that rate; null until it can be told. */
  etaSeconds: z.number().nullable(),
  /** Numbers of the moment that are worth watching: loss, learning rate. Null stands for one that is not finite. */
  figures: z.record(z.string(), z.number().nullable()).optional(),
});
export type JobProgress = z.infer<typeof jobProgressSchema>;

/** What a job would need, told before it runs; `alternative` is a smaller plan where it would not fit. */
export const preflightSchema = z.object({
  peakMemoryBytes: z.number(),
  seconds: z.number().nullable(),
  diskBytes: z.number(),
  fits: z.boolean(),
  reason: errorInfoSchema.nullable(),
  alternative: z.object({ description: z.string(), params: z.unknown() }).nullable(),
});
export type Preflight = z.infer<typeof preflightSchema>;

export const jobSchema = z.object({
  id: z.string(),
  type: z.string(),
  title: z.string(),
  state: jobStateSchema,
  params: z.unknown(),
  progress: jobProgressSchema.nullable(),
  result: z.unknown().nullable(),
  error: errorInfoSchema.nullable(),
  createdAt: z.number(),
  startedAt: z.number().nullable(),
  endedAt: z.number().nullable(),
  /** How many times it was started; above 1 when it was resumed. */
  attempts: z.number().int(),
  /** True once the user asked it to stop; on a succeeded job it means that it finished before the stop took effect. */
  cancelRequested: z.boolean().optional(),
});
export type Job = z.infer<typeof jobSchema>;
