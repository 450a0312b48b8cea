import { z } from 'zod';
import { clockFitSettingsSchema, clockModelSchema } from '../../contract/clock.ts';
import { attachStimulus, attachWords, guessWords } from '../../importing/attach-words.ts';
import {
  fitRecording,
  recordingClock,
  resetRecordingClock,
  setRecordingClock,
} from '../../stimuli/clock/align-recording.ts';
import type { ApiContext } from '../context.ts';
import { recordingLabel } from '../services/recordings.ts';
import { procedure, router } from '../trpc.ts';

const byId = z.object({ recordingId: z.string() });

/** The stimulus clock: how each recording's time relates to its words. */
export const clockRouter = router({
  /** Every recording with its alignment. */
  list: procedure.query(({ ctx }) => {
    const { project } = ctx.workspace.require();
    return project.recordings.list().map(({ id, modality, stimulusId, simulated, ...recording }) => ({
      id,
      label: recordingLabel({ id, modality, stimulusId, simulated, ...recording }),
      modality,
      simulated,
      seconds: recording.sampleCount * recording.samplingInterval,
      stimulusName: stimulusId === null ? null : project.stimuli.get(stimulusId).name,
      alignment: project.alignments.find(id),
    }));
  }),
  /** A run's marks and words on both clocks, under the kept model or the one given. */
  get: procedure
    .input(byId.extend({ model: clockModelSchema.optional(), settings: clockFitSettingsSchema.optional() }))
    .query(({ ctx, input: { recordingId, ...given } }) => {
      const { project } = ctx.workspace.require();
      return recordingClock(project, recordingId, given);
    }),
  fit: procedure.input(byId.extend({ settings: clockFitSettingsSchema })).mutation(({ ctx, input }) => {
    const { project } = ctx.workspace.require();
    const alignment = fitRecording(project, input.recordingId, input.settings, ctx.version);
    changed(ctx);
    return alignment;
  }),
  set: procedure.input(byId.extend({ model: clockModelSchema })).mutation(({ ctx, input }) => {
    const { project } = ctx.workspace.require();
    const alignment = setRecordingClock(project, input.recordingId, input.model, ctx.version);
    changed(ctx);
    return alignment;
  }),
  reset: procedure.input(byId).mutation(({ ctx, input }) => {
    resetRecordingClock(ctx.workspace.require().project, input.recordingId, ctx.version);
    changed(ctx);
  }),
  /** Gives a recording a stimulus of the project. */
  attach: procedure.input(byId.extend({ stimulusId: z.string() })).mutation(({ ctx, input }) => {
    const { project } = ctx.workspace.require();
    attachStimulus(project, input.recordingId, project.stimuli.get(input.stimulusId), ctx.version);
    changed(ctx);
  }),
  /** Gives a recording the words of a file: the column or tier that looks most like words. */
  attachFile: procedure
    .input(byId.extend({ path: z.string(), language: z.string().min(1) }))
    .mutation(async ({ ctx, input }) => {
      const { project } = ctx.workspace.require();
      const source = await guessWords(ctx.files.allow(input.path));
      const { id } = await attachWords(project, input.recordingId, source, input.language, ctx.version);
      changed(ctx);
      return { stimulusId: id };
    }),
});

function changed({ events }: Pick<ApiContext, 'events'>): void {
  for (const topic of ['recordings', 'stimuli'] as const) events.publish({ kind: 'changed', topic });
}
