import { fitClock, pairUp } from '../../analysis/alignment/fit-clock.ts';
import {
  type Alignment,
  type ClockFitSettings,
  type ClockModel,
  clockFitSettingsSchema,
  type MarkPair,
  plainClock,
  type RecordingMark,
} from '../../contract/clock.ts';
import type { Recording } from '../../contract/recordings.ts';
import type { Stimulus } from '../../contract/stimuli.ts';
import { UserError } from '../../core/errors.ts';
import type { Project } from '../../data/project.ts';
import { chosenMarks, recordingMarks } from './recording-marks.ts';

/** A run's two clocks side by side: what both had, and what pairs with what. */
export interface RecordingClock {
  readonly recording: Recording;
  readonly stimulus: Stimulus | null;
  readonly alignment: Alignment | null;
  readonly model: ClockModel;
  /** All marks of the recording, and the places in this list of those that the settings choose. */
  readonly marks: readonly RecordingMark[];
  readonly chosen: readonly number[];
  /** Onsets that marks stand for, seconds of the stimulus. */
  readonly onsets: readonly number[];
  /** Under the model; `mark` counts in `chosen`, `onset` in `onsets`. */
  readonly pairs: readonly MarkPair[];
}

/**
 * The clock of one recording under a model: the one kept where none is given.
 * @throws UserError `recording.unknown`
 */
export function recordingClock(
  project: Project,
  recordingId: string,
  given: { readonly model?: ClockModel | undefined; readonly settings?: ClockFitSettings | undefined } = {},
): RecordingClock {
  const recording = project.recordings.get(recordingId);
  const stimulus = recording.stimulusId === null ? null : project.stimuli.get(recording.stimulusId);
  const alignment = project.alignments.find(recordingId);
  const model = given.model ?? alignment?.model ?? plainClock;
  const settings = given.settings ?? alignment?.fit?.settings ?? clockFitSettingsSchema.parse({});
  const marks = recordingMarks(project, recording);
  const wanted = new Set(chosenMarks(marks, settings.marks));
  const chosen = marks.flatMap((mark, at) => (wanted.has(mark) ? [at] : []));
  const onsets = stimulus === null ? [] : onsetsOf(stimulus, settings);
  const times = chosen.map((at) => marks[at].time);
  const pairs =
    onsets.length === 0 || times.length === 0
      ? []
      : pairUp(onsets, times, model, settings.tolerance).map(({ onset, mark, residual }) => ({
          onset,
          mark,
          residualMs: residual * 1000,
        }));
  return { recording, stimulus, alignment, model, marks, chosen, onsets, pairs };
}

/**
 * Fits a recording's clock to its marks and keeps it.
 * @throws UserError `recording.unknown`, `clock.no-words`, `clock.no-marks`, `clock.no-match`
 */
export function fitRecording(
  project: Project,
  recordingId: string,
  settings: ClockFitSettings,
  codeVersion: string,
): Alignment {
  const { recording, marks, chosen, onsets } = recordingClock(project, recordingId, { settings });
  const name = labelOf(recording);
  if (onsets.length === 0) throw noWords(name);
  if (chosen.length === 0) {
    const labels = [...new Set(marks.map(({ label }) => label))].slice(0, 5).join(', ');
    throw marks.length === 0
      ? new UserError(
          'clock.no-marks',
          `${name} has no triggers, annotations or messages to align with: set its offset by hand.`,
          { recording: name },
        )
      : new UserError(
          'clock.no-such-marks',
          `${name} has no mark called “${settings.marks}” (it has ${labels}): choose one of these.`,
          { recording: name, marks: settings.marks, labels },
        );
  }
  const times = chosen.map((at) => marks[at].time);
  // The start of a stimulus comes once: of several such marks the first counts.
  const fitted = fitClock(onsets, settings.anchor === 'start' ? times.slice(0, 1) : times, settings);
  if (fitted === null || (onsets.length > 1 && fitted.pairs.length < 2)) {
    throw new UserError(
      'clock.no-match',
      `No offset brings the marks of ${name} onto the words: choose other marks, a larger tolerance, or set the offset by hand.`,
      { recording: name },
    );
  }
  const { pairs, offset, drift, offsetError, driftError, alternative } = fitted;
  const sizes = pairs.map(({ residual }) => Math.abs(residual) * 1000);
  const alignment: Alignment = {
    recordingId,
    model: { offset, drift },
    source: 'fit',
    fit: {
      settings,
      matched: pairs.length,
      missing: onsets.length - pairs.length,
      extra: chosen.length - pairs.length,
      rmsMs: Math.sqrt(sizes.reduce((sum, size) => sum + size * size, 0) / sizes.length),
      maxMs: Math.max(...sizes),
      offsetErrorMs: offsetError === null ? null : offsetError * 1000,
      driftErrorPpm: driftError === null ? null : driftError * 1e6,
      alternative,
    },
  };
  keep(project, recording, alignment, codeVersion);
  return alignment;
}

/**
 * Keeps a clock given by hand.
 * @throws UserError `recording.unknown`, `clock.no-words`
 */
export function setRecordingClock(
  project: Project,
  recordingId: string,
  model: ClockModel,
  codeVersion: string,
): Alignment {
  const recording = project.recordings.get(recordingId);
  if (recording.stimulusId === null) throw noWords(labelOf(recording));
  const alignment: Alignment = { recordingId, model, source: 'hand', fit: null };
  keep(project, recording, alignment, codeVersion);
  return alignment;
}

/** Forgets a recording's clock: sample 0 is stimulus time 0 again. @throws UserError `recording.unknown` */
export function resetRecordingClock(project: Project, recordingId: string, codeVersion: string): void {
  const recording = project.recordings.get(recordingId);
  project.transaction(() => {
    project.alignments.delete(recordingId);
    recordChange(project, recording, { model: plainClock, source: 'reset' }, codeVersion);
  });
}

function keep(project: Project, recording: Recording, alignment: Alignment, codeVersion: string): void {
  project.transaction(() => {
    project.alignments.put(alignment);
    const { model, source, fit } = alignment;
    recordChange(project, recording, { model, source, fit }, codeVersion);
  });
}

function recordChange(project: Project, recording: Recording, params: object, codeVersion: string): void {
  const { id, stimulusId } = recording;
  project.provenance.record({
    kind: 'clock.align',
    params,
    codeVersion,
    seed: null,
    inputs:
      stimulusId === null
        ? []
        : [{ kind: 'stimulus', id: stimulusId, label: project.stimuli.get(stimulusId).name }],
    outputs: [{ kind: 'recording', id, label: labelOf(recording) }],
  });
}

function onsetsOf(stimulus: Stimulus, { anchor }: ClockFitSettings): number[] {
  return anchor === 'start' ? [0] : stimulus.words.map(({ onset }) => onset);
}

function noWords(name: string): UserError {
  return new UserError('clock.no-words', `${name} has no words with times yet: give it a stimulus first.`, {
    recording: name,
  });
}

function labelOf({ subject, session, task, run }: Recording): string {
  return [`sub-${subject}`, session && `ses-${session}`, `task-${task}`, run && `run-${run}`]
    .filter(Boolean)
    .join(' ');
}
