import { z } from 'zod';

/** What a simulated listening experiment is made of. */
export const sampleOptionsSchema = z.object({
  seed: z
    .number()
    .int()
    .nonnegative()
    .max(2 ** 31)
    .default(1),
  subjects: z.number().int().min(1).max(20).default(3),
  /** Runs per subject; the last one plays the first one's story again. */
  runs: z.number().int().min(3).max(12).default(4),
  minutes: z.number().min(1.5).max(30).default(12),
  /** Edge of a voxel in millimetres. */
  voxelSize: z.number().min(2).max(12).default(6),
  repetitionTime: z.number().positive().default(2),
});
export type SampleOptions = z.infer<typeof sampleOptionsSchema>;

/** A few hundred voxels and short runs: for tests and a first look. */
export const smallSample = { subjects: 2, minutes: 4, voxelSize: 8 } as const;
