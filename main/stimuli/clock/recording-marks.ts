import { z } from 'zod';
import type { RecordingMark } from '../../contract/clock.ts';
import { meegEventSchema } from '../../contract/meeg-import.ts';
import type { Recording } from '../../contract/recordings.ts';
import type { Project } from '../../data/project.ts';

const gazeSchema = z.object({
  messages: z.array(z.object({ time: z.number(), kind: z.string(), text: z.string() })),
  timesArrayId: z.string(),
});
const meegSchema = z.object({ meeg: z.object({ events: z.array(meegEventSchema) }) });
const notesSchema = z.object({ annotations: z.array(z.object({ seconds: z.number(), text: z.string() })) });

/**
 * What a recording noted while it ran, in order of time: triggers and annotations of MEG and EEG, messages of
 * eye-trackers, notes of the pressure station. Volumes of fMRI are no marks: they say when the scanner ran, not what was
 * shown.
 */
export function recordingMarks(
  project: Pick<Project, 'arrays'>,
  recording: Pick<Recording, 'modality' | 'dataArrayId' | 'samplingInterval'>,
): RecordingMark[] {
  const { attributes } = project.arrays.info(recording.dataArrayId);
  return found(project, recording, attributes).sort((a, b) => a.time - b.time);
}

function found(
  project: Pick<Project, 'arrays'>,
  { modality, samplingInterval }: Pick<Recording, 'modality' | 'samplingInterval'>,
  attributes: unknown,
): RecordingMark[] {
  switch (modality) {
    case 'meg':
    case 'eeg': {
      const parsed = meegSchema.safeParse(attributes);
      if (!parsed.success) return [];
      return parsed.data.meeg.events.map(({ sample, name, channel }) => ({
        time: sample * samplingInterval,
        label: name,
        origin: channel ?? 'annotation',
      }));
    }
    case 'eyetracking': {
      const parsed = gazeSchema.safeParse(attributes);
      if (!parsed.success) return [];
      const { messages, timesArrayId } = parsed.data;
      const first = firstTime(project, timesArrayId);
      return messages.map(({ time, kind, text }) => ({
        time: (time - first) / 1000,
        label: text,
        origin: kind,
      }));
    }
    case 'pressure': {
      const parsed = notesSchema.safeParse(attributes);
      if (!parsed.success) return [];
      return parsed.data.annotations.map(({ seconds, text }) => ({
        time: seconds,
        label: text,
        origin: 'note',
      }));
    }
    case 'rating':
    case 'fmri':
      return [];
  }
}

/** Milliseconds of the first sample; 0 for recordings of events alone. */
function firstTime(project: Pick<Project, 'arrays'>, id: string): number {
  if (project.arrays.info(id).shape[0] === 0) return 0;
  return project.arrays.readAs(id, 'float64', [{ start: 0, stop: 1 }]).data[0];
}

/** Marks whose label is the pattern; * stands for anything, an empty pattern for all. Case does not matter. */
export function chosenMarks(marks: readonly RecordingMark[], pattern: string): RecordingMark[] {
  if (pattern.trim() === '') return [...marks];
  const parts = pattern
    .trim()
    .split('*')
    .map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'));
  const fits = new RegExp(`^${parts.join('.*')}$`, 'iu');
  return marks.filter(({ label }) => fits.test(label.trim()));
}
