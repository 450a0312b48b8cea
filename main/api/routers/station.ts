import { z } from 'zod';
import { pressureTestSchema } from '../../contract/pressure-tests.ts';
import { pseudonymSchema, stationRequestSchema } from '../../contract/station.ts';
import { keypointRuns } from '../../studies/pressure-keypoints/recordings/trained-model.ts';
import { procedure, router } from '../trpc.ts';

/** The pressure station: one device, live. Its frames come from /station/frames. */
export const stationRouter = router({
  /** Keypoint models of the open project. */
  models: procedure.query(({ ctx }) => {
    const project = ctx.workspace.current()?.project;
    if (project === undefined) return [];
    const trained = keypointRuns(project).map(({ id, name }) => ({
      run: id,
      name: 'checkpoint',
      label: name,
    }));
    const studied = project.runs.list({ study: 'pressure-keypoints' }).flatMap((run) =>
      project.runs
        .tables(run.id)
        .filter((table) => table.startsWith('model/'))
        .map((table) => ({ run: run.id, name: table.slice('model/'.length), label: run.name })),
    );
    return [...trained, ...studied];
  }),
  ports: procedure.query(({ ctx }) => ctx.serialPorts()),
  /** Size, rate and unit of a recording that is to be played. */
  inspect: procedure
    .input(z.object({ path: z.string() }))
    .query(({ ctx, input }) => ctx.replayFacts(ctx.files.allow(input.path))),
  open: procedure.input(stationRequestSchema).mutation(({ ctx, input }) => {
    const { transport } = input.device;
    // The page may replay only what it may read.
    if (transport.kind === 'replay') ctx.files.allow(transport.path);
    return ctx.station.open(ctx.workspace.current()?.project ?? null, input);
  }),
  close: procedure.mutation(({ ctx }) => ctx.station.close()),
  record: procedure
    .input(z.object({ pseudonym: pseudonymSchema }))
    .mutation(({ ctx, input }) =>
      ctx.station.require().record(ctx.workspace.require().project, input.pseudonym),
    ),
  stopRecording: procedure.mutation(({ ctx }) => ctx.station.require().stopRecording()),
  annotate: procedure
    .input(z.object({ text: z.string().min(1).max(200) }))
    .mutation(({ ctx, input }) => ctx.station.require().annotate(input.text)),
  startTest: procedure
    .input(z.object({ kind: pressureTestSchema }))
    .mutation(({ ctx, input }) => ctx.station.require().startTest(input.kind)),
  stopTest: procedure.mutation(({ ctx }) => ctx.station.require().stopTest()),
  turned: procedure.mutation(({ ctx }) => ctx.station.require().turned()),
});
