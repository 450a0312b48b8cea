import { z } from 'zod';
import { trainingStateSchema } from './checkpoints.ts';

/** Which curves the timeline shows, and how finely. Left out: all of them. */
export const timelineRequestSchema = z.object({
  runIds: z.array(z.string()).optional(),
  metrics: z.array(z.string()).optional(),
  /** Runs of one plan as mean and range over seeds, or every run as a line. */
  seeds: z.enum(['band', 'lines']),
  scale: z.enum(['linear', 'log']),
  /** Closed range of steps; both left out for the whole course. */
  fromStep: z.number().int().nonnegative().optional(),
  toStep: z.number().int().nonnegative().optional(),
  /** Width of the drawing in pixels: no curve has more points than it can show. */
  width: z.number().int().min(16).max(8192),
});
export type TimelineRequest = z.infer<typeof timelineRequestSchema>;

/**
 * `meta` of the timeline's bundle. Its arrays: `owner` (index into `owners`) and `metric` (index into `metrics`) and
 * `start` (first point; one more entry at the end) of every curve; `step`, `value`, and for bands `low`, `high` (equal to
 * `value` in a line) of every point.
 */
export const timelineMetaSchema = z.object({
  metrics: z.array(z.string()),
  /** Run ids where seeds are lines, plans (as in TimelineRun) where they are bands. */
  owners: z.array(z.string()),
  points: z.number().int(),
  /** Points before down-sampling. */
  pointsBefore: z.number().int(),
});
export type TimelineMeta = z.infer<typeof timelineMetaSchema>;

/** A run as the timeline's list has it. */
export const timelineRunSchema = z.object({
  id: z.string(),
  /** The same for runs that differ in their seed alone. */
  plan: z.string(),
  name: z.string(),
  origin: z.enum(['trained', 'imported']),
  state: trainingStateSchema,
  seed: z.number().int().nullable(),
  simulated: z.boolean(),
  tokensPerStep: z.number().int().nullable(),
  totalSteps: z.number().int().nullable(),
});
export type TimelineRun = z.infer<typeof timelineRunSchema>;

/** A checkpoint on the timeline's axis; the verdict is null until its run was audited. */
export const checkpointMarkSchema = z.object({
  id: z.string(),
  runId: z.string(),
  step: z.number().int(),
  verdict: z.enum(['sound', 'suspect', 'faulty']).nullable(),
});
export type CheckpointMark = z.infer<typeof checkpointMarkSchema>;

/** A metric's value at a step. */
export const metricValueSchema = z.object({ name: z.string(), step: z.number().int(), value: z.number() });
export type MetricValue = z.infer<typeof metricValueSchema>;
