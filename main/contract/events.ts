import { z } from 'zod';
import { jobSchema } from './jobs.ts';

/** What a changed thing is called; the page drops its cached answers about it. */
export const eventTopicSchema = z.enum([
  'project',
  'recordings',
  'stimuli',
  'studies',
  'models',
  'training',
  'jobs',
  'settings',
  'files',
]);
export type EventTopic = z.infer<typeof eventTopicSchema>;

/** One line of the `/events` stream. `job` carries the whole row, so that a progress bar needs no further request. */
export const appEventSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('hello'), version: z.string() }),
  z.object({ kind: z.literal('changed'), topic: eventTopicSchema }),
  z.object({ kind: z.literal('job'), job: jobSchema }),
]);
export type AppEvent = z.infer<typeof appEventSchema>;
