import { z } from 'zod';

/** Published algorithms that assign fixations to lines (Carr et al. 2021, Behavior Research Methods 54:287). */
export const lineMethodSchema = z.enum([
  'attach',
  'chain',
  'cluster',
  'compare',
  'merge',
  'regress',
  'segment',
  'split',
  'stretch',
  'warp',
]);
export type LineMethod = z.infer<typeof lineMethodSchema>;

/** How fixations come to lines: by methods that vote, and by hand. */
export const lineChoiceSchema = z.object({
  /** One for itself, several for a consensus; empty keeps fixations where the tracker saw them. */
  methods: z.array(lineMethodSchema).default([]),
  /** Lines given by hand, by the start of the fixation in milliseconds; null takes a fixation out of reading. */
  byHand: z
    .array(z.object({ start: z.number(), line: z.number().int().nonnegative().nullable() }))
    .default([]),
});
export type LineChoice = z.infer<typeof lineChoiceSchema>;
