import { basename } from 'node:path';
import type { Notice } from '../../contract/errors.ts';
import { BlockMemory } from '../meeg/block-memory.ts';
import { uniqueNames } from '../meeg/names.ts';
import { dateText, type Recording, trialStarts } from '../meeg/recording.ts';
import { scatterSamples, typedOver } from '../meeg/scatter.ts';
import { units } from '../meeg/units.ts';
import { openFile, type RandomAccess } from '../source.ts';
import { readKitChannels } from './channels.ts';
import { readKitHead } from './head.ts';
import { damagedKit, directory, type KitHeader, readKitHeader } from './header.ts';

/** The first misc channels are the trigger lines; a line is on while its voltage is below this. */
const TRIGGER_LINES = 8;
const TRIGGER_VOLTS = 1;

/** A KIT recording with the places of its marker coils. */
export interface KitRecording extends Recording {
  /** Marker coils in device coordinates, metres; empty where the file has none. */
  readonly markers: readonly (readonly [number, number, number])[];
}

/**
 * Opens a KIT, Yokogawa or Ricoh recording (.sqd, .con, .raw), after mne/io/kit/kit.py. A channel "STI 014" is made of
 * the first eight misc channels as binary digits, as MNE does. Epochs are read one behind the other.
 * @throws UserError `kit.damaged`, `kit.version`, and as `openFile`
 */
export async function openKit(path: string): Promise<KitRecording> {
  const source = await openFile(path);
  try {
    return await assemble(source);
  } catch (thrown) {
    await source.close();
    throw thrown;
  }
}

async function assemble(source: RandomAccess): Promise<KitRecording> {
  const file = basename(source.path);
  const header = await readKitHeader(source);
  const described = await readKitChannels(source, header);
  const head = await readKitHead(source, header);
  const lines = described
    .flatMap(({ channel }, index) => (channel.type === 'misc' ? [index] : []))
    .slice(0, TRIGGER_LINES);
  const start = header.directories[directory.samples].offset;
  const width = header.adcAllocated / 8;
  const stored = described.length;
  const sampleCount = start === 0 ? 0 : countSamples(source, header, start, width * stored);
  if (sampleCount === 0 && head.markers.length === 0) throw damagedKit(source.path, 'it holds no samples');
  const notices: Notice[] = [];
  if (header.loop !== header.assumedLoop) notices.push(loopNotice(file, header));
  if (header.acquisition !== 1 && sampleCount > 0) notices.push(epochedNotice(file, header.epochs));
  if (sampleCount < header.sampleCount && start !== 0)
    notices.push(cutNotice(file, header.sampleCount, sampleCount));
  const scales = described.map(({ scale }) => scale);
  const names = uniqueNames(described.map(({ channel }) => channel.name));
  return {
    format: 'kit',
    files: [file],
    storedAs: null,
    channels: [
      ...described.map(({ channel }, index) => ({ ...channel, name: names[index] })),
      { name: 'STI 014', type: 'stim', unit: units.none, position: null },
    ],
    sfreq: header.sfreq,
    sampleCount,
    firstSample: 0,
    highpass: header.highpass,
    lowpass: header.lowpass,
    lineFrequency: null,
    measuredAt: dateText(header.createdAt),
    bads: [],
    projectionCount: 0,
    compensationCount: 0,
    digitisedPoints: head.digitisedPoints,
    fiducials: head.fiducials,
    digitised: head.digitised,
    deviceToHead: head.deviceToHead,
    processingSteps: 0,
    experimenter: null,
    annotations: [],
    gaps: [],
    boundaries: trialStarts(sampleCount, header.acquisition === 3 ? header.epochs : 1),
    notices,
    markers: head.markers,
    read: async (from, to, memory = new BlockMemory()) => {
      const size = (to - from) * width * stored;
      const bytes = await source.read(start + from * width * stored, size, memory.bytes(size));
      if (bytes.length < size) throw damagedKit(source.path, 'its samples are cut off');
      const out = memory.block(stored + 1, to - from);
      scatterSamples(typedOver(bytes, width === 2 ? 'int16' : 'int32'), { stored, scales }, out);
      sumTriggers(out, lines, out[stored]);
      return out;
    },
    close: () => source.close(),
  };
}

function countSamples(
  source: RandomAccess,
  header: KitHeader,
  start: number,
  bytesPerSample: number,
): number {
  return Math.max(0, Math.min(header.sampleCount, Math.floor((source.size - start) / bytesPerSample)));
}

function sumTriggers(data: readonly Float64Array[], lines: readonly number[], out: Float64Array): void {
  out.fill(0);
  lines.forEach((channel, bit) => {
    const values = data[channel];
    const worth = 2 ** bit;
    for (let sample = 0; sample < out.length; sample++)
      if (values[sample] < TRIGGER_VOLTS) out[sample] += worth;
  });
}

function loopNotice(file: string, { loop, assumedLoop }: KitHeader): Notice {
  return {
    level: 'warning',
    code: 'kit.unknown-loop',
    message: `${file} names the amplifier type ${loop}, which is not known: the settings of type ${assumedLoop} are assumed, so check scales and filters.`,
    params: { file, loop, assumed: assumedLoop },
  };
}

function epochedNotice(file: string, epochs: number): Notice {
  return {
    level: 'warning',
    code: 'kit.epoched',
    message: `${file} holds ${epochs} epochs, not one continuous recording: they are read one behind the other.`,
    params: { file, epochs },
  };
}

function cutNotice(file: string, announced: number, found: number): Notice {
  return {
    level: 'warning',
    code: 'kit.cut',
    message: `${file} announces ${announced} samples and holds ${found}: what is there is read.`,
    params: { file, announced, found },
  };
}
