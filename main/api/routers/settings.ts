import { z } from 'zod';
import { settingsPatchSchema } from '../../contract/settings.ts';
import { procedure, router } from '../trpc.ts';

/** This person's choices, and the check of this workstation. */
export const settingsRouter = router({
  app: procedure.query(({ ctx }) => ({ shell: ctx.shell, version: ctx.version })),
  read: procedure.query(({ ctx }) => ctx.settings.read()),
  change: procedure.input(settingsPatchSchema).mutation(({ ctx, input }) => {
    const settings = ctx.settings.change(input);
    ctx.events.publish({ kind: 'changed', topic: 'settings' });
    return settings;
  }),
  checks: procedure.query(({ ctx }) => ctx.diagnosis.ids()),
  check: procedure
    .input(z.object({ id: z.string() }))
    .mutation(({ ctx, input }) => ctx.diagnosis.run(input.id)),
});
