import { basename } from 'node:path';
import type { Notice } from '../../contract/errors.ts';
import { UserError } from '../../core/errors.ts';
import { placeRuns } from '../meeg/place-runs.ts';
import {
  type Annotation,
  type Channel,
  identity,
  type Recording,
  withinRecording,
} from '../meeg/recording.ts';
import { units } from '../meeg/units.ts';
import { openXdfFile, type XdfFile, type XdfStream } from './read-xdf.ts';
import { correctedTimes } from './times.ts';

/** Factors to volts by the units that streams write. */
const voltFactors: Readonly<Record<string, number>> = {
  microvolts: 1e-6,
  microvolt: 1e-6,
  uv: 1e-6,
  µv: 1e-6,
  μv: 1e-6,
  millivolts: 1e-3,
  mv: 1e-3,
  nanovolts: 1e-9,
  nv: 1e-9,
  volts: 1,
  v: 1,
};
const channelTypes = new Set([
  'eeg',
  'eog',
  'ecg',
  'emg',
  'stim',
  'misc',
  'resp',
  'bio',
  'seeg',
  'ecog',
  'mag',
  'grad',
]);

/**
 * Opens the main stream of an XDF file as a recording: the first of type EEG with a regular rate, else the first
 * numeric one. Text streams become annotations, breaks in time become gaps.
 * @throws UserError `xdf.no-signal`, and as `openXdfFile`
 */
export async function openXdf(path: string): Promise<Recording> {
  const file = await openXdfFile(path);
  try {
    return assemble(file, basename(path));
  } catch (thrown) {
    await file.close();
    throw thrown;
  }
}

function assemble(xdf: XdfFile, file: string): Recording {
  const numeric = xdf.streams.filter(
    ({ header, stamps }) => header.format !== 'string' && header.sfreq > 0 && stamps.length > 0,
  );
  const stream = numeric.find(({ header }) => /^(eeg|meg)$/i.test(header.type)) ?? numeric[0];
  if (stream === undefined) {
    throw new UserError(
      'xdf.no-signal',
      `${file} has no stream of numbers at a regular rate with any sample in it.`,
      { file },
    );
  }
  const { sfreq } = stream.header;
  const times = correctedTimes(stream);
  const origin = times.stamps[0];
  const placed = placeRuns(
    times.segments.map(({ start, stop }) => ({
      stored: start,
      count: stop - start,
      start: Math.round((times.stamps[start] - origin) * sfreq),
    })),
  );
  const described = Array.from({ length: stream.header.channelCount }, (_, index) => describe(stream, index));
  const texts = xdf.streams
    .filter(({ header }) => header.format === 'string')
    .flatMap((one) => markers(one, origin));
  const notices: Notice[] = [];
  if (xdf.skipped > 0) notices.push(skippedNotice(file, xdf.skipped));
  if (numeric.length > 1) notices.push(othersNotice(file, stream.header.name, numeric.length - 1));
  return {
    format: 'xdf',
    files: [file],
    storedAs: null,
    channels: described.map(({ channel }) => channel),
    sfreq,
    sampleCount: placed.sampleCount,
    firstSample: 0,
    highpass: 0,
    lowpass: sfreq / 2,
    lineFrequency: null,
    measuredAt: null,
    bads: [],
    projectionCount: 0,
    compensationCount: 0,
    digitisedPoints: 0,
    deviceToHead: identity,
    processingSteps: 0,
    experimenter: null,
    annotations: withinRecording(texts, placed.sampleCount / sfreq),
    gaps: placed.gaps,
    notices,
    read: (start, stop, memory) =>
      placed.read(
        start,
        stop,
        described.length,
        async (from, to, room) => {
          const data = await stream.numbers(from, to, room);
          data.forEach((values, channel) => {
            const { scale } = described[channel];
            if (scale !== 1) for (let n = 0; n < values.length; n++) values[n] *= scale;
          });
          return data;
        },
        memory,
      ),
    close: () => xdf.close(),
  };
}

function describe({ header }: XdfStream, index: number): { channel: Channel; scale: number } {
  const { label = '', type = '', unit = '' } = header.channels[index] ?? {};
  const named = (type || header.type).toLowerCase();
  const factor = voltFactors[unit.toLowerCase()];
  return {
    channel: {
      name: label === '' ? `${header.name} ${index + 1}` : label,
      type: channelTypes.has(named) ? named : 'misc',
      unit: factor === undefined ? units.none : units.volt,
      position: null,
      ...(factor === undefined && unit !== '' ? { storedUnit: unit } : {}),
    },
    scale: factor ?? 1,
  };
}

function markers(stream: XdfStream, origin: number): Annotation[] {
  const { stamps } = correctedTimes(stream);
  return stream.texts
    .slice(0, stamps.length)
    .flatMap((texts, index) =>
      texts
        .filter((text) => text !== '')
        .map((description) => ({ onset: stamps[index] - origin, duration: 0, description })),
    );
}

function skippedNotice(file: string, count: number): Notice {
  return {
    level: 'warning',
    code: 'xdf.skipped',
    message: `${file} has ${count} damaged places that were skipped.`,
    params: { file, count },
  };
}

function othersNotice(file: string, name: string, count: number): Notice {
  return {
    level: 'info',
    code: 'xdf.other-streams',
    message: `${file} holds ${count} more streams of numbers beside "${name}", which is read.`,
    params: { file, name, count },
  };
}
