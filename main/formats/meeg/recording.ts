import type { Notice } from '../../contract/errors.ts';
import { BlockMemory } from './block-memory.ts';
import type { Unit } from './units.ts';

/**
 * What a channel measures, in MNE's words: "mag", "grad", "ref_meg", "eeg", "eog", "ecg", "emg", "stim", "misc",
 * "seeg", "ecog", "resp", "chpi", ...
 */
export type ChannelType = string;

/** One channel of a recording. Values of `Recording.read` are in its unit, always SI without prefix. */
export interface Channel {
  readonly name: string;
  readonly type: ChannelType;
  readonly unit: Unit;
  /** Metres; in device coordinates for MEG, head coordinates for EEG. Null where the file has none. */
  readonly position: readonly [number, number, number] | null;
  /** Unit that the file names where it is none that the format's readers agree on, such as "%" in EDF. */
  readonly storedUnit?: string;
}

/** Something that a person or program noted along the recording. */
export interface Annotation {
  /** Seconds after the first sample of the recording. */
  readonly onset: number;
  readonly duration: number;
  readonly description: string;
}

/** Samples that were never recorded: they read as zeros and must be shown as missing. */
export interface Gap {
  readonly start: number;
  readonly count: number;
}

/** A cardinal point of the head; left and right are in front of the ears. */
export interface Fiducial {
  readonly name: 'nasion' | 'left' | 'right';
  readonly place: readonly [number, number, number];
}

/** Digitised points without names, in head coordinates, metres. */
export interface DigitisedPoints {
  /** Marker or head coils, in their order. */
  readonly coils: readonly (readonly [number, number, number])[];
  /** Points of the scalp. */
  readonly shape: readonly (readonly [number, number, number])[];
}

/** Rows of a 4 × 4 matrix. */
export type Transform = readonly (readonly number[])[];

/** A continuous recording, open for reading in any order. Only the header has been read. */
export interface Recording {
  /** Which reader: "fif", "edf", "bdf", "gdf", "brainvision", "eeglab", "ctf", "kit", "xdf". */
  readonly format: string;
  /** Names of the files that hold the samples, in order. */
  readonly files: readonly string[];
  /** Sample type on disk where the format names one: "short", "int", "single" or "double". */
  readonly storedAs: string | null;
  readonly channels: readonly Channel[];
  /** Samples per second. */
  readonly sfreq: number;
  readonly sampleCount: number;
  /** Number of the first sample by the acquisition's own count. */
  readonly firstSample: number;
  readonly highpass: number;
  readonly lowpass: number;
  readonly lineFrequency: number | null;
  /** "2016-05-09 11:43:27.273957+00:00", or null where the file has none. */
  readonly measuredAt: string | null;
  readonly bads: readonly string[];
  readonly projectionCount: number;
  readonly compensationCount: number;
  /** Digitised points of the head. */
  readonly digitisedPoints: number;
  /** Cardinal points in head coordinates, metres; where the format's reader takes them up. */
  readonly fiducials?: readonly Fiducial[];
  /** Coils and the shape of the head; where the format's reader takes them up. */
  readonly digitised?: DigitisedPoints;
  readonly deviceToHead: Transform | null;
  /** Steps of processing (such as MaxFilter's) that the file reports. */
  readonly processingSteps: number;
  readonly experimenter: string | null;
  readonly annotations: readonly Annotation[];
  readonly gaps: readonly Gap[];
  /** First samples of trials that do not follow on the one in front: nothing may be computed across them. */
  readonly boundaries?: readonly number[];
  /** Samples that the file stores together, where reading a part of them costs as much as reading all. */
  readonly grain?: number;
  readonly notices: readonly Notice[];
  /**
   * Samples `start` to `stop` (not included) of every channel, in SI units; gaps are zeros.
   * @param memory where the values are put and may be written over by the next read with it; fresh memory by default
   * @throws UserError where the file ends early or is damaged
   */
  read(start: number, stop: number, memory?: BlockMemory): Promise<Float64Array[]>;
  close(): Promise<void>;
}

/** First samples of all trials but the first, where they are equally long. */
export function trialStarts(samples: number, trials: number): number[] {
  return Array.from({ length: Math.max(0, trials - 1) }, (_, index) => ((index + 1) * samples) / trials);
}

/** Device and head are the same where a format knows of no device. */
export const identity: Transform = [
  [1, 0, 0, 0],
  [0, 1, 0, 0],
  [0, 0, 1, 0],
  [0, 0, 0, 1],
];

/**
 * Annotations in the order of time (equal ones as in the file), cut to the recording's length; those wholly outside are left out (as
 * mne.Annotations.crop does).
 */
export function withinRecording(annotations: readonly Annotation[], seconds: number): Annotation[] {
  return annotations
    .filter(({ onset, duration }) => onset <= seconds && onset + duration >= 0)
    .map(({ onset, duration, description }) => {
      const start = Math.max(0, onset);
      return { onset: start, duration: Math.min(seconds, onset + duration) - start, description };
    })
    .sort((a, b) => a.onset - b.onset || a.duration - b.duration);
}

/** Empty arrays for a block of samples, one per channel. */
export function emptyBlock(channels: number, samples: number): Float64Array[] {
  return Array.from({ length: channels }, () => new Float64Array(samples));
}

/** Samples read at a time where each block is worked on: about 16 MB of values. */
export function blockLength({ channels }: { readonly channels: readonly unknown[] }): number {
  return Math.max(256, Math.floor((2 << 20) / Math.max(1, channels.length)));
}

/** Values read at a time when a whole recording is walked: they stay in the processor's second cache. */
const WALK_VALUES = 1 << 16;

/** Samples of a block of a walk: whole grains of the file. */
function walkLength({ channels, grain = 1 }: Pick<Recording, 'channels' | 'grain'>): number {
  const samples = WALK_VALUES / Math.max(1, channels.length);
  return Math.max(Math.ceil(64 / grain), Math.floor(samples / grain), 1) * grain;
}

/** Walks a recording from its first to its last sample in blocks that lie in the same memory. */
export async function* blocksOfRecording(
  recording: Recording,
): AsyncGenerator<{ start: number; data: Float64Array[] }> {
  const length = walkLength(recording);
  const memory = new BlockMemory();
  for (let start = 0; start < recording.sampleCount; start += length) {
    const stop = Math.min(recording.sampleCount, start + length);
    yield { start, data: await recording.read(start, stop, memory) };
  }
}

/** Microseconds of Unix time as MNE prints a date: UTC, microseconds only where there are any. */
export function dateText(seconds: number, microseconds = 0): string | null {
  const date = new Date(seconds * 1000);
  if (Number.isNaN(date.getTime())) return null;
  const day = date.toISOString().slice(0, 19).replace('T', ' ');
  return `${day}${microseconds > 0 ? `.${String(microseconds).padStart(6, '0')}` : ''}+00:00`;
}
