import { z } from 'zod';
import { jobProgressSchema } from './jobs.ts';

/** What the main process tells the compute process. */
export const computeRequestSchema = z.discriminatedUnion('kind', [
  /** Open this project as a second connection of the window that holds the lease. Comes first. */
  z.object({ kind: z.literal('open'), path: z.string(), leaseToken: z.string() }),
  z.object({ kind: z.literal('run'), jobId: z.string() }),
  z.object({ kind: z.literal('cancel'), jobId: z.string() }),
  /** End what runs at its next chunk, close the file and exit. */
  z.object({ kind: z.literal('stop') }),
]);
export type ComputeRequest = z.infer<typeof computeRequestSchema>;

/** What the compute process tells the main process. Outcomes themselves are in the job's row. */
export const computeReplySchema = z.discriminatedUnion('kind', [
  /** The project is open; jobs may be sent. */
  z.object({ kind: z.literal('ready') }),
  z.object({ kind: z.literal('started'), jobId: z.string() }),
  z.object({ kind: z.literal('progress'), jobId: z.string(), progress: jobProgressSchema }),
  z.object({ kind: z.literal('ended'), jobId: z.string() }),
  /** It cannot go on and exits. */
  z.object({ kind: z.literal('fault'), message: z.string() }),
]);
export type ComputeReply = z.infer<typeof computeReplySchema>;
