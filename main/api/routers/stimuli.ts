import { z } from 'zod';
import { procedure, router } from '../trpc.ts';

/** Word sequences, and the feature spaces that can be computed on them. */
export const stimuliRouter = router({
  list: procedure.query(({ ctx }) =>
    ctx.workspace
      .require()
      .project.stimuli.list()
      .map(({ words, ...stimulus }) => ({
        ...stimulus,
        wordCount: words.length,
        seconds: words.reduce((end, word) => Math.max(end, word.onset + word.duration), 0),
      })),
  ),
  get: procedure
    .input(z.object({ id: z.string() }))
    .query(({ ctx, input }) => ctx.workspace.require().project.stimuli.get(input.id)),
  spaces: procedure.query(({ ctx }) => [...ctx.featureSpaces()]),
  /** Which features are already computed on a stimulus. */
  cached: procedure
    .input(z.object({ stimulusId: z.string() }))
    .query(({ ctx, input }) => ctx.workspace.require().project.features.list(input)),
});
