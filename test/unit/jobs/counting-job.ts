import { z } from 'zod';
import type { JobType } from '../../../main/jobs/job-type.ts';

const paramsSchema = z.object({
  chunks: z.number(),
  /** Chunk before which something happens on the first attempt. */
  at: z.number().default(-1),
  what: z.enum(['nothing', 'throw', 'die']).default('nothing'),
  pauseMs: z.number().default(0),
});
export type CountingParams = z.input<typeof paramsSchema>;
interface Cursor {
  readonly arrayId: string;
  readonly next: number;
}

/** A job that fills an array chunk by chunk, the way an import does, and can be told to misbehave. */
export function countingJob(
  more: Partial<JobType<z.infer<typeof paramsSchema>>> & { die?: () => void } = {},
): JobType<z.infer<typeof paramsSchema>> {
  return {
    type: 'test.counting',
    params: paramsSchema,
    title: ({ chunks }) => `Count to ${chunks}`,
    recovery: 'resume',
    async run({ jobId, project, signal, report, cursor, commit }, params) {
      let at = cursor<Cursor>();
      if (!at) {
        at = project.transaction(() => {
          const spec = {
            name: 'count',
            shape: [params.chunks, 16],
            chunkShape: [1, 16],
            dtype: 'float32',
          } as const;
          const first = { arrayId: project.arrays.create(spec).id, next: 0 };
          project.jobs.setCursor(jobId, first);
          return first;
        });
      }
      const { arrayId } = at;
      for (let next = at.next; next < params.chunks; next++) {
        signal.throwIfAborted();
        if (next === params.at && project.jobs.get(jobId).attempts === 1) {
          if (params.what === 'throw') throw new Error('told to fail');
          if (params.what === 'die') {
            more.die?.();
            await new Promise(() => {});
          }
        }
        const values = new Float32Array(16).map((_, at16) => next * 16 + at16);
        commit({ arrayId, next: next + 1 }, () => project.arrays.writeChunk(arrayId, [next, 0], values));
        report({ phase: 'counting', done: next + 1, total: params.chunks, unit: 'chunks' });
        await new Promise((resolve) =>
          params.pauseMs ? setTimeout(resolve, params.pauseMs) : setImmediate(resolve),
        );
      }
      return { arrayId, contentHash: project.arrays.seal(arrayId).contentHash };
    },
    ...more,
  };
}
