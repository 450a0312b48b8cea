import { z } from 'zod';

/** One word on the stimulus clock. Onset and duration in seconds; onset 0 is the run's first volume. */
export const wordSchema = z.object({
  text: z.string(),
  onset: z.number(),
  duration: z.number().nonnegative(),
});
export type Word = z.infer<typeof wordSchema>;

export const stimulusSchema = z.object({
  id: z.string(),
  name: z.string(),
  language: z.string(),
  words: z.array(wordSchema),
  contentHash: z.string(),
});
export type Stimulus = z.infer<typeof stimulusSchema>;

/** How word-level features become sample-level ones. */
export const downsamplingSchema = z.enum(['lanczos', 'average']);
export const hemodynamicsSchema = z.discriminatedUnion('kind', [
  /** Finite impulse response: one copy of every feature per delay, in samples (TRs). */
  z.object({ kind: z.literal('fir'), delays: z.array(z.number().int().nonnegative()).min(1) }),
  /** SPM double-gamma. */
  z.object({ kind: z.literal('spm') }),
]);
export type Hemodynamics = z.infer<typeof hemodynamicsSchema>;

/** What a feature space is, before it is computed on a stimulus. */
export const featureSpaceInfoSchema = z.object({
  /** "use-lite", "use-lite-untrained", "glove", "word-rate", ... */
  id: z.string(),
  name: z.string(),
  kind: z.enum(['contextual', 'static', 'lexical', 'timing', 'control']),
  /** Names of the layers, lowest first; one entry for spaces without layers. */
  layers: z.array(z.string()).min(1),
  /** Columns per layer, in the order of `layers`. */
  dimensions: z.array(z.number().int().positive()),
  /** Where it comes from and under which licence. */
  source: z.string(),
});
export type FeatureSpaceInfo = z.infer<typeof featureSpaceInfoSchema>;
