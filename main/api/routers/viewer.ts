import { z } from 'zod';
import { addSurface, listSurfaces, removeSurface } from '../../importing/surfaces/surfaces.ts';
import { encodingMaps, voxelTimeCourse } from '../services/encoding-results.ts';
import { procedure, router } from '../trpc.ts';

const ofSubject = z.object({ runId: z.string(), subject: z.string() });

/** What the Viewer draws; large arrays come as bytes from /array/:id. */
export const viewerRouter = router({
  /** Grid, array ids and names of one subject's maps. */
  maps: procedure
    .input(ofSubject)
    .query(({ ctx, input }) => encodingMaps(ctx.workspace.require().project, input.runId, input.subject)),
  /** Measured and predicted course of one kept voxel. */
  timeCourse: procedure
    .input(ofSubject.extend({ voxel: z.number().int().nonnegative() }))
    .query(({ ctx, input }) =>
      voxelTimeCourse(ctx.workspace.require().project, input.runId, input.subject, input.voxel),
    ),
  /** Surfaces of the user's own that this project keeps. */
  surfaces: procedure.query(({ ctx }) => listSurfaces(ctx.workspace.require().project)),
  addSurface: procedure
    .input(
      z.object({ paths: z.array(z.string()).min(1), name: z.string().min(1), spaceName: z.string().min(1) }),
    )
    .mutation(({ ctx, input: { paths, ...names } }) =>
      addSurface(ctx.workspace.require().project, paths.map(ctx.files.allow), names),
    ),
  removeSurface: procedure
    .input(z.object({ id: z.string() }))
    .mutation(({ ctx, input }) => removeSurface(ctx.workspace.require().project, input.id)),
});
