import { z } from 'zod';
import { describeProject } from '../services/project-facts.ts';
import { createSampleProject } from '../services/sample-project.ts';
import { procedure, router } from '../trpc.ts';

const byPath = z.object({ path: z.string().min(1) });

/** The project file that the window works on. */
export const projectRouter = router({
  /** Null where none is open: the page then shows its two doors. */
  current: procedure.query(({ ctx }) => {
    const open = ctx.workspace.current();
    return open === null ? null : describeProject(open.project);
  }),
  recent: procedure.query(({ ctx }) => ctx.settings.read().recentProjects),
  open: procedure.input(byPath).mutation(async ({ ctx, input }) => {
    const { project } = await ctx.workspace.open(ctx.files.allow(input.path));
    ctx.settings.remember(project.path, project.meta.name(), Date.now());
    ctx.events.publish({ kind: 'changed', topic: 'project' });
    return describeProject(project);
  }),
  create: procedure.input(byPath.extend({ name: z.string().min(1) })).mutation(async ({ ctx, input }) => {
    const { project } = await ctx.workspace.create(ctx.files.allow(input.path), input.name);
    ctx.settings.remember(project.path, project.meta.name(), Date.now());
    ctx.events.publish({ kind: 'changed', topic: 'project' });
    return describeProject(project);
  }),
  close: procedure.mutation(async ({ ctx }) => {
    await ctx.workspace.close();
    ctx.events.publish({ kind: 'changed', topic: 'project' });
  }),
  rename: procedure.input(z.object({ name: z.string().min(1) })).mutation(({ ctx, input }) => {
    const { project } = ctx.workspace.require();
    project.meta.rename(input.name);
    ctx.settings.remember(project.path, input.name, Date.now());
    ctx.events.publish({ kind: 'changed', topic: 'project' });
  }),
  forget: procedure.input(byPath).mutation(({ ctx, input }) => {
    ctx.settings.forget(input.path);
    ctx.events.publish({ kind: 'changed', topic: 'project' });
  }),
  /** Reads the whole file again; nothing is changed. */
  verify: procedure.mutation(({ ctx }) => ctx.verify(ctx.workspace.require().project.path)),
  /** A new project with the sample study to be written beside it; the job's result names the folder to import. */
  createSample: procedure
    .input(z.object({ folder: z.string().min(1) }))
    .mutation(({ ctx, input }) => createSampleProject(ctx, ctx.files.allow(input.folder))),
  /** How a recording, array or run came to be, back to the input files. */
  trace: procedure
    .input(z.object({ kind: z.enum(['array', 'recording', 'stimulus', 'features', 'run']), id: z.string() }))
    .query(({ ctx, input }) => ctx.workspace.require().project.provenance.trace(input.kind, input.id)),
});
