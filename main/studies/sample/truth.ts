import { z } from 'zod';

/** What was planted where, and what an ideal reader of the data would find: derivatives/simulation/truth.json. */
export const truthSchema = z.object({
  simulated: z.literal(true),
  generator: z.string(),
  seed: z.number().int(),
  space: z.string(),
  shape: z.array(z.number().int()).length(3),
  /** How `predictedR` follows from what is known here. */
  formula: z.string(),
  featureSpace: z.string(),
  lookBackWords: z.number().int(),
  highPassSeconds: z.number(),
  stories: z.array(
    z.object({ id: z.string(), title: z.string(), source: z.string(), words: z.number().int() }),
  ),
  runs: z.array(z.object({ run: z.string(), story: z.string(), repeatOf: z.string().nullable() })),
  regions: z.array(
    z.object({
      region: z.string(),
      tuning: z.enum(['layer', 'word-rate']),
      layer: z.string().nullable(),
      /** Correlation of the tuned part with the whole reliable response, as planted. */
      strength: z.number(),
      /** Linear index i + ni·(j + nj·k) of the region's voxels. */
      voxelIndex: z.array(z.number().int()),
      subjects: z.array(
        z.object({
          subject: z.string(),
          /** Median over voxels of what was realised. */
          ceiling: z.number(),
          strength: z.number(),
          predictedR: z.number(),
        }),
      ),
      /** Median over subjects. */
      ceiling: z.number(),
      predictedR: z.number(),
    }),
  ),
});
export type Truth = z.infer<typeof truthSchema>;

export const PREDICTION_FORMULA =
  'predictedR = ceiling × strength. ceiling: correlation of the noiseless response with the simulated data, strength: correlation of its tuned part with the noiseless response; both per voxel after removal of drift (discrete cosines) and of the 24 motion columns and without five samples at both ends of a run, mean over stories, median over the voxels of a region. It is the r that a model with the true weights would reach.';
