import { existsSync } from 'node:fs';
import { basename, dirname, extname, join } from 'node:path';
import type { Notice } from '../../contract/errors.ts';
import type { AnyTypedArray } from '../../contract/typed-arrays.ts';
import { UserError } from '../../core/errors.ts';
import type { MatFile, MatValue } from '../mat/types.ts';
import { BlockMemory } from '../meeg/block-memory.ts';
import { uniqueNames } from '../meeg/names.ts';
import {
  type Annotation,
  identity,
  type Recording,
  trialStarts,
  withinRecording,
} from '../meeg/recording.ts';
import { scatterSamples, typedOver } from '../meeg/scatter.ts';
import { openFile, type RandomAccess } from '../source.ts';
import { channelsOf } from './channels.ts';
import { type EegFields, openEegFields, recordsOf, scalarOf, textOf } from './fields.ts';

/** EEGLAB keeps microvolts. */
const MICRO = 1e-6;

/** What holds the samples, all channels of one sample together. */
interface Samples {
  readonly name: string;
  /** Channels × samples, flattened with channels fastest. */
  read(start: number, stop: number, memory?: BlockMemory): Promise<Float64Array[]>;
  close(): Promise<void>;
}

/** A recording of EEGLAB; epoched datasets have their trials one behind the other. */
export interface EeglabRecording extends Recording {
  readonly trials: number;
  readonly samplesPerTrial: number;
  /** Seconds of a trial's first and last sample. */
  readonly tmin: number;
  readonly tmax: number;
}

/**
 * Opens an EEGLAB dataset (.set, with or without .fdt) of any MATLAB version, after mne/io/eeglab/eeglab.py.
 * @throws UserError `eeglab.*`, and as `openMat`
 */
export async function openEeglab(path: string, file?: MatFile): Promise<EeglabRecording> {
  const fields = await openEegFields(path, file);
  let samples: Samples | undefined;
  try {
    const number = async (name: string): Promise<number | null> => scalarOf(await fields.get(name));
    const channelCount = (await number('nbchan')) ?? 1;
    const sfreq = (await number('srate')) ?? 0;
    const points = (await number('pnts')) ?? 0;
    const trials = Math.max(1, (await number('trials')) ?? 1);
    if (!(sfreq > 0) || !(channelCount > 0) || !Number.isInteger(channelCount) || !(points >= 0)) {
      throw damaged(path, 'it does not say how many channels were sampled how often');
    }
    const notices: Notice[] = [];
    samples = await findSamples(path, fields, channelCount, points * trials, notices);
    const { channels, digitisedPoints } = channelsOf(await fields.get('chanlocs'), channelCount);
    if (channels.length !== channelCount) {
      throw damaged(path, `it names ${channels.length} of its ${channelCount} channels`);
    }
    const names = uniqueNames(channels.map(({ name }) => name));
    if (trials > 1) notices.push(epochedNotice(path, trials));
    const seconds = (points * trials) / sfreq;
    const held = samples;
    return {
      format: 'eeglab',
      files: [held.name],
      storedAs: null,
      channels: channels.map((channel, index) => ({ ...channel, name: names[index] })),
      sfreq,
      sampleCount: points * trials,
      firstSample: 0,
      highpass: 0,
      lowpass: sfreq / 2,
      lineFrequency: null,
      measuredAt: null,
      bads: [],
      projectionCount: 0,
      compensationCount: 0,
      digitisedPoints,
      deviceToHead: identity,
      processingSteps: 0,
      experimenter: null,
      annotations: withinRecording(annotationsOf(await fields.get('event'), sfreq), seconds),
      gaps: [],
      boundaries: trialStarts(points * trials, trials),
      notices,
      trials,
      samplesPerTrial: points,
      tmin: (await number('xmin')) ?? 0,
      tmax: (await number('xmax')) ?? (points - 1) / sfreq,
      read: (start, stop, memory) => held.read(start, stop, memory),
      close: async () => {
        await held.close();
        await fields.close();
      },
    };
  } catch (thrown) {
    await samples?.close();
    await fields.close();
    throw thrown;
  }
}

function damaged(path: string, what: string): UserError {
  const file = basename(path);
  return new UserError('eeglab.damaged', `${file} is no whole EEGLAB dataset: ${what}.`, { file, what });
}

/** Samples inside the file, or in the .fdt that it names (or that bears its own name, after a renaming). */
async function findSamples(
  path: string,
  fields: EegFields,
  channels: number,
  count: number,
  notices: Notice[],
): Promise<Samples> {
  const dataset = fields.samples;
  if (dataset !== null) {
    const [rows, columns] = [(dataset.shape ?? []).slice(0, -1), (dataset.shape ?? []).at(-1)];
    if (columns !== channels || rows.reduce((product, size) => product * size, 1) !== count) {
      throw damaged(path, `its samples are ${dataset.shape?.join(' × ')}`);
    }
    return {
      name: basename(path),
      close: async () => {},
      read: async (start, stop, memory) =>
        transposed(await readRows(dataset, rows, start, stop), channels, memory),
    };
  }
  const value = await fields.get('data');
  if (value?.kind === 'numbers') {
    if (value.data.length !== channels * count)
      throw damaged(path, `its samples are ${value.shape.join(' × ')}`);
    return {
      name: basename(path),
      close: async () => {},
      read: async (start, stop, memory) => inline(value, channels, start, stop, memory),
    };
  }
  return external(path, textOf(value), { channels, count, notices });
}

type Numbers = Parameters<typeof scatterSamples>[0];

/** Values in a type that samples are scattered from; others as float64. */
function asNumbers(values: AnyTypedArray): Numbers {
  if (values instanceof Float32Array || values instanceof Float64Array || values instanceof Int16Array)
    return values;
  return Float64Array.from(values as ArrayLike<number | bigint>, Number);
}

/** Samples of a 7.3 dataset, whose trials and points are its leading axes. */
async function readRows(
  dataset: NonNullable<EegFields['samples']>,
  leading: readonly number[],
  start: number,
  stop: number,
): Promise<Numbers> {
  if (leading.length === 1) return asNumbers(await dataset.rows(start, stop));
  const perTrial = leading[leading.length - 1];
  const width = dataset.shape?.at(-1) ?? 1;
  const [first, last] = [Math.floor(start / perTrial), Math.ceil(stop / perTrial)];
  const block = asNumbers(await dataset.rows(first, last));
  return block.subarray((start - first * perTrial) * width, (stop - first * perTrial) * width);
}

function inline(
  value: Extract<MatValue, { kind: 'numbers' }>,
  channels: number,
  start: number,
  stop: number,
  memory?: BlockMemory,
): Float64Array[] {
  return transposed(asNumbers(value.data.subarray(start * channels, stop * channels)), channels, memory);
}

function transposed(values: Numbers, channels: number, memory = new BlockMemory()): Float64Array[] {
  const out = memory.block(channels, values.length / channels);
  scatterSamples(values, { stored: channels, scales: new Float64Array(channels).fill(MICRO) }, out);
  return out;
}

async function external(
  path: string,
  named: string | null,
  { channels, count, notices }: { channels: number; count: number; notices: Notice[] },
): Promise<Samples> {
  const file = basename(path);
  const own = `${path.slice(0, path.length - extname(path).length)}.fdt`;
  const written =
    named === null || named === '' ? null : join(dirname(path), basename(named.replaceAll('\\', '/')));
  if (written?.endsWith('.dat')) {
    throw new UserError(
      'eeglab.old-dat',
      `${file} keeps its samples in an old .dat file: save it again with a newer EEGLAB.`,
      { file },
    );
  }
  const found = [written, own].find((candidate) => candidate !== null && existsSync(candidate));
  if (!found) {
    const data = basename(written ?? own);
    throw new UserError(
      'eeglab.no-data',
      `${file} keeps its samples in ${data}, which is not beside it: put it there.`,
      { file, data },
    );
  }
  if (written !== null && found !== written)
    notices.push(renamedNotice(file, basename(written), basename(found)));
  const source: RandomAccess = await openFile(found);
  if (source.size < channels * count * 4) {
    await source.close();
    throw damaged(found, `it holds ${Math.floor(source.size / (4 * channels))} of ${count} samples`);
  }
  const scales = new Float64Array(channels).fill(MICRO);
  return {
    name: basename(found),
    close: () => source.close(),
    read: async (start, stop, memory = new BlockMemory()) => {
      const size = (stop - start) * channels * 4;
      const bytes = await source.read(start * channels * 4, size, memory.bytes(size));
      const out = memory.block(channels, stop - start);
      scatterSamples(typedOver(bytes, 'float32'), { stored: channels, scales }, out);
      return out;
    },
  };
}

/** Events as annotations: latencies are counted from 1, in fractions of samples. Those without a latency are left out. */
function annotationsOf(events: MatValue | null, sfreq: number): Annotation[] {
  return recordsOf(events).flatMap((event) => {
    const latency = scalarOf(event.latency);
    if (latency === null || Number.isNaN(latency)) return [];
    const duration = scalarOf(event.duration) ?? 0;
    const description = textOf(event.type) ?? String(scalarOf(event.type) ?? '');
    return [
      {
        onset: (latency - 1) / sfreq,
        duration: Number.isFinite(duration) ? duration / sfreq : 0,
        description,
      },
    ];
  });
}

function epochedNotice(path: string, trials: number): Notice {
  const file = basename(path);
  return {
    level: 'warning',
    code: 'eeglab.epoched',
    message: `${file} holds ${trials} epochs, not one continuous recording: they are read one behind the other.`,
    params: { file, trials },
  };
}

function renamedNotice(file: string, named: string, found: string): Notice {
  return {
    level: 'info',
    code: 'eeglab.renamed',
    message: `${file} names its samples ${named}; ${found} beside it is read instead.`,
    params: { file, named, found },
  };
}
