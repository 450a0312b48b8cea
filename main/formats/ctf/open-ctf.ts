import { existsSync } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { Notice } from '../../contract/errors.ts';
import { BlockMemory } from '../meeg/block-memory.ts';
import { uniqueNames } from '../meeg/names.ts';
import { type Channel, type Recording, withinRecording } from '../meeg/recording.ts';
import { type Point, transformed } from '../meeg/rigid.ts';
import { scatterSamples, typedOver } from '../meeg/scatter.ts';
import { units } from '../meeg/units.ts';
import { openFile, type RandomAccess, readWhole } from '../source.ts';
import { readText } from '../text/decode-text.ts';
import { clockOf } from './clock.ts';
import { dateOf } from './date.ts';
import { type CtfHead, ctfDeviceToDevice, parseHeadCoils } from './head.ts';
import { countPoints, readBadChannels, readCtfAnnotations } from './notes.ts';
import { type CtfChannel, damagedCtf, parseRes4, type Res4 } from './res4.ts';

const HEADER_BYTES = 8;
/** Trials up to this size are read as a whole where all of them is wanted. */
const TRIAL_LIMIT = 16 << 20;

/** One data file with the samples in front of it. */
interface Part {
  readonly source: RandomAccess;
  readonly start: number;
  readonly count: number;
}

/** Whether a folder is a CTF dataset: one with a .res4 file. */
export async function isCtfFolder(path: string): Promise<boolean> {
  const info = await stat(path).catch(() => undefined);
  if (!info?.isDirectory()) return false;
  return (await readdir(path)).some((name) => name.endsWith('.res4'));
}

/**
 * Opens a CTF dataset (.ds folder, or any .meg4 or .res4 in it), after mne/io/ctf. Names keep their "-2908" endings.
 * Where the system clock stops (an aborted recording) the rest is a gap; trials that do not follow on each other by
 * that clock are boundaries.
 * @throws UserError `ctf.damaged`, and as `openFile`
 */
export async function openCtf(path: string): Promise<Recording> {
  const folder = (await stat(path)).isDirectory() ? path : dirname(path);
  const names = await readdir(folder);
  const stem = stemOf(folder, names);
  const res4 = parseRes4(await readWhole(join(folder, `${stem}.res4`)), folder);
  const parts = await openParts(folder, stem, res4);
  try {
    return await assemble(folder, stem, names, res4, parts);
  } catch (thrown) {
    await Promise.all(parts.map(({ source }) => source.close()));
    throw thrown;
  }
}

/** Files bear the folder's name; renamed folders keep the old names inside. */
function stemOf(folder: string, names: readonly string[]): string {
  const own = basename(folder).replace(/\.ds$/, '');
  if (names.includes(`${own}.res4`)) return own;
  const other = names.find((name) => name.endsWith('.res4') && !name.startsWith('.'));
  if (other === undefined) throw damagedCtf(folder, 'it has no .res4 file');
  return other.slice(0, -'.res4'.length);
}

async function openParts(folder: string, stem: string, res4: Res4): Promise<Part[]> {
  const parts: Part[] = [];
  const bytes = 4 * res4.channels.length;
  for (let number = 0, start = 0; ; number++) {
    const path = join(folder, `${stem}.${number === 0 ? '' : `${number}_`}meg4`);
    if (!existsSync(path)) break;
    const source = await openFile(path);
    // Whole trials only: the last one of a broken copy is left out.
    const trials = Math.floor((source.size - HEADER_BYTES) / (bytes * res4.samplesPerTrial));
    const count = Math.max(0, trials) * res4.samplesPerTrial;
    parts.push({ source, start, count });
    start += count;
  }
  if (parts.reduce((sum, { count }) => sum + count, 0) > 0) return parts;
  await Promise.all(parts.map(({ source }) => source.close()));
  throw damagedCtf(folder, 'it has no .meg4 file with a whole trial');
}

async function assemble(
  folder: string,
  stem: string,
  names: readonly string[],
  res4: Res4,
  parts: readonly Part[],
): Promise<Recording> {
  const head = names.includes(`${stem}.hc`)
    ? parseHeadCoils(
        await readText(join(folder, `${stem}.hc`)).then(
          ({ text }) => text,
          () => '',
        ),
      )
    : { ctfToHead: null, deviceToHead: null, points: 0, fiducials: [] };
  const channels = res4.channels.map((channel) => describe(channel, head));
  const unique = uniqueNames(channels.map(({ name }) => name));
  const sampleCount = parts.reduce((sum, { count }) => sum + count, 0);
  const scales = res4.channels.map(({ properGain, qGain }) => 1 / (properGain * qGain));
  const read: Recording['read'] = (start, stop, memory) =>
    readSamples(parts, res4, scales, { start, stop, memory });
  const ofClock = new BlockMemory();
  const clock = await clockOf(
    res4,
    sampleCount,
    async (channel, start, stop) =>
      (await readSamples(parts, res4, scales, { start, stop, memory: ofClock, only: channel }))[0],
  );
  const notices: Notice[] = [];
  if (clock.gaps.length > 0) notices.push(abortedNotice(folder, clock.gaps[0].start));
  if (clock.boundaries.length > 0) notices.push(trialsNotice(folder, clock.boundaries.length + 1));
  const hasEegFile = names.includes(`${stem}.eeg`);
  const placed = hasEegFile
    ? 0
    : channels.filter(({ type, position }) => type === 'eeg' && position !== null).length;
  const digitised = names.filter((name) => name.endsWith('.pos'));
  // Of several files none is known to be the right one, and without the head they have no place.
  const extra = digitised.length === 1 && head.ctfToHead !== null ? digitised : [];
  const electrodes = hasEegFile ? [`${stem}.eeg`] : [];
  return {
    format: 'ctf',
    files: parts.map(({ source }) => basename(source.path)),
    storedAs: null,
    channels: channels.map((channel, index) => ({ ...channel, name: unique[index] })),
    sfreq: res4.sfreq,
    sampleCount,
    firstSample: 0,
    highpass: res4.highpass ?? 0,
    lowpass: res4.lowpass ?? res4.sfreq / 2,
    lineFrequency: null,
    measuredAt: dateOf(res4.date, res4.time),
    bads: await readBadChannels(folder, res4),
    projectionCount: 0,
    compensationCount: res4.compensations,
    digitisedPoints: head.points + placed + (await countPoints(folder, [...extra, ...electrodes])),
    fiducials: head.fiducials,
    deviceToHead: head.deviceToHead,
    processingSteps: 0,
    experimenter: res4.operator === '' ? null : res4.operator,
    annotations: withinRecording(await readCtfAnnotations(folder, res4), sampleCount / res4.sfreq),
    gaps: clock.gaps,
    boundaries: clock.boundaries,
    ...(4 * res4.channels.length * res4.samplesPerTrial <= TRIAL_LIMIT
      ? { grain: res4.samplesPerTrial }
      : {}),
    notices,
    read,
    close: async () => void (await Promise.all(parts.map(({ source }) => source.close()))),
  };
}

/** Sensor types: 0 and 1 references, 5 MEG, 9 EEG, 11 triggers. A MEG channel without a place is no sensor. */
function describe({ name, sensor, position, normal }: CtfChannel, { ctfToHead }: CtfHead): Channel {
  const square = (vector: Point): number => vector[0] ** 2 + vector[1] ** 2 + vector[2] ** 2;
  if (sensor === 0 || sensor === 1 || sensor === 5) {
    if (square(position) < 1e-6 || square(normal) < 1e-6)
      return { name, type: 'misc', unit: units.volt, position: null };
    const type = sensor === 5 ? 'mag' : 'ref_meg';
    return { name, type, unit: units.tesla, position: transformed(ctfDeviceToDevice, position) };
  }
  if (sensor === 9) {
    const placed = square(position) >= 1e-8 && ctfToHead !== null;
    return {
      name,
      type: 'eeg',
      unit: units.volt,
      position: placed ? transformed(ctfToHead, position) : null,
    };
  }
  return { name, type: sensor === 11 ? 'stim' : 'misc', unit: units.volt, position: null };
}

/** Trials lie one behind the other, in each all samples of a channel together. `only` reads a single channel. */
async function readSamples(
  parts: readonly Part[],
  { channels, samplesPerTrial }: Res4,
  scales: readonly number[],
  { start, stop, memory = new BlockMemory(), only }: SamplesWanted,
): Promise<Float64Array[]> {
  const wanted = only === undefined ? channels.map((_, index) => index) : [only];
  const out = memory.block(wanted.length, stop - start);
  const trialBytes = 4 * channels.length * samplesPerTrial;
  for (const { source, start: partStart, count } of parts) {
    const [from, to] = [Math.max(start, partStart), Math.min(stop, partStart + count)];
    for (let at = from; at < to; ) {
      const trial = Math.floor((at - partStart) / samplesPerTrial);
      const offset = at - partStart - trial * samplesPerTrial;
      const length = Math.min(samplesPerTrial - offset, to - at);
      const base = HEADER_BYTES + trial * trialBytes;
      const whole = only === undefined && length === samplesPerTrial && trialBytes <= TRIAL_LIMIT;
      const block = whole ? await source.read(base, trialBytes, memory.bytes(trialBytes)) : null;
      for (const [row, channel] of wanted.entries()) {
        const place = 4 * (channel * samplesPerTrial + offset);
        const size = 4 * length;
        const bytes =
          block?.subarray(place, place + size) ?? (await source.read(base + place, size, memory.bytes(size)));
        if (bytes.length < size) throw damagedCtf(source.path, 'its samples are cut off');
        const layout = { stored: 1, scales: [scales[channel]] };
        scatterSamples(typedOver(bytes, 'int32', true), layout, [out[row]], at - start);
      }
      at += length;
    }
  }
  return out;
}

interface SamplesWanted {
  readonly start: number;
  readonly stop: number;
  readonly memory: BlockMemory | undefined;
  readonly only?: number;
}

function abortedNotice(folder: string, sample: number): Notice {
  const params = { file: basename(folder), sample };
  return {
    level: 'warning',
    code: 'ctf.aborted',
    message: `${params.file} was stopped at sample ${sample} (its clock ends there): the rest is kept as missing.`,
    params,
  };
}

function trialsNotice(folder: string, trials: number): Notice {
  const params = { file: basename(folder), trials };
  return {
    level: 'warning',
    code: 'ctf.trials',
    message: `${params.file} holds ${trials} pieces that do not follow on each other: nothing is computed across them.`,
    params,
  };
}
