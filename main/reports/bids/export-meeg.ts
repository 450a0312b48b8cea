import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { type MeegDetails, meegDetailsSchema } from '../../contract/meeg-import.ts';
import type { Recording } from '../../contract/recordings.ts';
import type { Project } from '../../data/project.ts';
import { writeBrainVision } from '../../formats/brainvision/write-brainvision.ts';
import { formatTsv } from '../../formats/table/tsv.ts';
import { timeInRecording } from '../../stimuli/clock/words-in-recording.ts';
import { bidsPath, cell, entitiesOf, writeJson, writeText } from './bids-file.ts';
import { exportPlaces } from './export-places.ts';

/** Channel types in the words of BIDS; all others are MISC. */
const types: Readonly<Record<string, string>> = {
  eeg: 'EEG',
  eog: 'EOG',
  ecg: 'ECG',
  emg: 'EMG',
  stim: 'TRIG',
  mag: 'MEGMAG',
  grad: 'MEGGRADPLANAR',
  ref_meg: 'MEGREFMAG',
  resp: 'RESP',
  seeg: 'SEEG',
  ecog: 'ECOG',
};

/** Samples read at a time. */
const BLOCK = 4096;

/**
 * Writes a MEG or EEG recording: channels, events, electrodes and the coordinate system; EEG with its samples as
 * BrainVision. No format for MEG samples is written here, so of MEG the tables and sidecars alone go out.
 * @returns paths of the samples' files
 */
export async function exportMeeg(
  project: Project,
  recording: Recording,
  root: string,
  signal: AbortSignal,
): Promise<string[]> {
  const datatype = recording.modality === 'meg' ? 'meg' : 'eeg';
  const details = meegDetailsSchema.parse(project.arrays.info(recording.dataArrayId).attributes.meeg);
  const entities = entitiesOf(recording);
  const at = (suffix: string, extension: string): string =>
    bidsPath(root, datatype, entities, suffix, extension);
  const sfreq = 1 / recording.samplingInterval;
  await writeText(at('channels', '.tsv'), channelsTable(details, sfreq));
  await writeText(at('events', '.tsv'), eventsTable(project, recording, details));
  await writeJson(at('events', '.json'), {
    onset: { Units: 's' },
    duration: { Units: 's' },
    trial_type: { Description: 'Text of an annotation, code of a trigger, or a word of the stimulus.' },
    origin: {
      Levels: {
        annotation: 'noted in the recording',
        stimulus: 'a word of the stimulus, on the clock of the recording',
      },
      Description: 'Where the event comes from; other values name the trigger channel.',
    },
  });
  const count = (type: string): number => details.channels.filter((channel) => channel.type === type).length;
  await writeJson(at(datatype, '.json'), {
    TaskName: recording.task,
    SamplingFrequency: sfreq,
    PowerLineFrequency: 'n/a',
    SoftwareFilters: { Gyrus: { HighPass: details.highpass, LowPass: details.lowpass } },
    RecordingDuration: recording.sampleCount * recording.samplingInterval,
    RecordingType: details.gaps.length > 0 ? 'discontinuous' : 'continuous',
    ...(datatype === 'eeg'
      ? { EEGReference: 'n/a', EEGChannelCount: count('eeg'), EOGChannelCount: count('eog') }
      : {
          DewarPosition: 'n/a',
          DigitizedLandmarks: (details.digitised?.fiducials.length ?? 0) > 0,
          DigitizedHeadPoints: (details.digitised?.shape.length ?? 0) > 0,
          MEGChannelCount: count('mag') + count('grad'),
          MEGREFChannelCount: count('ref_meg'),
        }),
    ECGChannelCount: count('ecg'),
    EMGChannelCount: count('emg'),
    MiscChannelCount: count('misc'),
    TriggerChannelCount: count('stim'),
    ...(recording.simulated ? { Simulated: true } : {}),
  });
  await exportPlaces(details, root, entities, datatype);
  if (datatype === 'meg') return [];
  const stem = at('eeg', '');
  await mkdir(dirname(stem), { recursive: true });
  await writeBrainVision(
    stem,
    {
      channels: details.channels.map(({ name }) => name),
      sfreq,
      markers: details.events
        .filter(({ channel }) => channel === null)
        .map(({ sample, duration, name }) => ({ sample, samples: Math.round(duration * sfreq), name })),
    },
    blocks(project, recording, signal),
  );
  return [`${stem}.vhdr`];
}

function* blocks(project: Project, recording: Recording, signal: AbortSignal): Generator<Float32Array> {
  for (let start = 0; start < recording.sampleCount; start += BLOCK) {
    signal.throwIfAborted();
    const stop = Math.min(recording.sampleCount, start + BLOCK);
    yield project.arrays.readAs(recording.dataArrayId, 'float32', [{ start, stop }, null]).data;
  }
}

function channelsTable({ channels, highpass, lowpass }: MeegDetails, sfreq: number): string {
  return formatTsv(
    ['name', 'type', 'units', 'low_cutoff', 'high_cutoff', 'sampling_frequency', 'status'],
    channels.map(({ name, type, unit, bad }) => [
      name,
      types[type] ?? 'MISC',
      unit === '' ? 'n/a' : unit,
      cell(highpass),
      cell(lowpass),
      cell(sfreq),
      bad ? 'bad' : 'good',
    ]),
  );
}

/** Events of the recording, and the words of its stimulus on its clock, in order of time. */
function eventsTable(project: Project, recording: Recording, { events }: MeegDetails): string {
  const clock = project.alignments.find(recording.id)?.model ?? null;
  const { stimulusId, samplingInterval } = recording;
  // Only words whose place in the recording is known: nobody looked where the others fall.
  const words = stimulusId === null || clock === null ? [] : project.stimuli.get(stimulusId).words;
  const rows = [
    ...events.map(({ sample, duration, name, channel }) => ({
      onset: sample * samplingInterval,
      row: [cell(duration), name.replace(/\s+/g, ' '), channel ?? 'annotation', cell(sample)],
    })),
    ...words.map(({ text, onset, duration }) => {
      const heard = timeInRecording(onset, clock ?? { offset: 0, drift: 0 });
      return {
        onset: heard,
        row: [cell(duration), text, 'stimulus', cell(Math.round(heard / samplingInterval))],
      };
    }),
  ].sort((a, b) => a.onset - b.onset);
  return formatTsv(
    ['onset', 'duration', 'trial_type', 'origin', 'sample'],
    rows.map(({ onset, row }) => [cell(onset), ...row]),
  );
}
