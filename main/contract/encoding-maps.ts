import { z } from 'zod';
import { encodingControlSchema, encodingSubjectSchema } from './encoding.ts';
import { volumeSpaceSchema } from './recordings.ts';

/** Everything but the values that it takes to draw one subject's maps of an encoding run. */
export const encodingMapsSchema = z.object({
  space: volumeSpaceSchema,
  subject: encodingSubjectSchema,
  /** Layers of the feature space: rows of `subject.arrays.layerR`. */
  layers: z.array(z.string()),
  /** Rows of `subject.arrays.controlR`. */
  controls: z.array(encodingControlSchema),
  fdrLevel: z.number(),
  simulated: z.boolean(),
});
export type EncodingMaps = z.infer<typeof encodingMapsSchema>;
