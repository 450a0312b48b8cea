import { z } from 'zod';
import { errorInfoSchema } from './errors.ts';

/** Import pages that files can go to. */
export const importKindSchema = z.enum([
  'fmri',
  'meeg',
  'eyetracking',
  'pressure',
  'ratings',
  'bids',
  'model',
]);
export type ImportKindName = z.infer<typeof importKindSchema>;

/** What dropped files and folders are, told by their content. */
export const recognisedSchema = z.object({
  /** Most files first. */
  kinds: z.array(
    z.object({
      kind: importKindSchema,
      /** What to give to that kind's import. */
      paths: z.array(z.string()),
      files: z.number().int(),
      /** Names of the first files. */
      names: z.array(z.string()),
    }),
  ),
  /** What cannot be imported, each with one sentence. */
  others: z.array(z.object({ path: z.string(), reason: errorInfoSchema })),
});
export type Recognised = z.infer<typeof recognisedSchema>;
