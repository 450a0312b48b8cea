import { z } from 'zod';

/** What a simulated MulCogBench is made of. */
export const mulcogSampleOptionsSchema = z.object({
  seed: z
    .number()
    .int()
    .nonnegative()
    .max(2 ** 31)
    .default(1),
  /** Simulated people per language, for fMRI and MEG. */
  subjects: z.number().int().min(1).max(20).default(4),
  /** Words out of context; the Chinese list holds translations of the English one. */
  words: z.number().int().min(40).max(600).default(240),
  /** Voxels of each of the six regions; the word task has as many in all. */
  voxels: z.number().int().min(4).max(500).default(20),
  /** Of the ten stories, how many are told; MEG has half of them. */
  stories: z.number().int().min(4).max(10).default(10),
  sensors: z.number().int().min(8).max(300).default(40),
});
export type MulcogSampleOptions = z.infer<typeof mulcogSampleOptionsSchema>;

/** For tests and a first look. */
export const smallMulcogSample = { subjects: 2, words: 120, voxels: 8, sensors: 12, stories: 5 } as const;
