import { basename } from 'node:path';
import type { Notice } from '../../contract/errors.ts';
import { BlockMemory } from '../meeg/block-memory.ts';
import { type Annotation, type Gap, type Recording, withinRecording } from '../meeg/recording.ts';
import { type SampleType, scatterSamples, typedOver } from '../meeg/scatter.ts';
import { block, tag, type } from './constants.ts';
import { type FifInfo, readAnnotations, readInfo } from './info.ts';
import { nextPart } from './parts.ts';
import {
  damagedFif,
  type FifEntry,
  type FifFile,
  type FifNode,
  findBlocks,
  openFif,
  readNumber,
  widthOf,
} from './tree.ts';

/** A stretch of samples: a data buffer, or a gap where `entry` is null. */
interface Stretch {
  readonly file: FifFile;
  readonly entry: FifEntry | null;
  readonly start: number;
  readonly count: number;
}

/** Samples; at 10 kHz a day and more. */
const LONGEST_SKIP = 1e9;

const storedNames: Readonly<Record<number, string>> = {
  [type.short]: 'short',
  [type.packed16]: 'short',
  [type.int]: 'int',
  [type.float]: 'single',
  [type.double]: 'double',
  [type.complexFloat]: 'single',
  [type.complexDouble]: 'double',
};

const storedTypes: Readonly<Record<number, SampleType>> = {
  [type.short]: 'int16',
  [type.packed16]: 'int16',
  [type.int]: 'int32',
  [type.float]: 'float32',
  [type.double]: 'float64',
  [type.complexFloat]: 'float32',
  [type.complexDouble]: 'float64',
};

/** The block with raw data of any kind; recordings with active shielding have their own. */
export function rawNode(root: FifNode): { node: FifNode; shielded: boolean } | null {
  for (const kind of [block.raw, block.continuous, block.shieldedRaw]) {
    const [node] = findBlocks(root, kind);
    if (node !== undefined) return { node, shielded: kind === block.shieldedRaw };
  }
  return null;
}

const complexTypes: ReadonlySet<number> = new Set([type.complexFloat, type.complexDouble]);

/**
 * Opens a raw FIF recording with all its parts, after mne/io/fiff/raw.py. Skips are gaps that read as zeros; a part
 * that is not there is a notice, and what is there can be read.
 * @throws UserError `fif.damaged`, and as `openFif`
 */
export async function openRawFif(path: string): Promise<Recording> {
  const files: FifFile[] = [];
  try {
    return await assemble(path, files);
  } catch (thrown) {
    await Promise.all(files.map((file) => file.close()));
    throw thrown;
  }
}

async function assemble(path: string, files: FifFile[]): Promise<Recording> {
  const notices: Notice[] = [];
  const stretches: Stretch[] = [];
  let info: FifInfo | undefined;
  let firstSample = 0;
  let total = 0;
  for (let part: string | null = path; part !== null; ) {
    const file = await openFif(part);
    files.push(file);
    const found = rawNode(file.root);
    if (found === null) throw damagedFif(part, 'it holds no raw data');
    const partInfo = await readInfo(file);
    info ??= partInfo;
    if (partInfo.channels.length !== info.channels.length) {
      throw damagedFif(
        part,
        `it has ${partInfo.channels.length} channels where the first part has ${info.channels.length}`,
      );
    }
    if (found.shielded && files.length === 1) notices.push(shieldedNotice(part));
    const layout = await layoutOf(file, found.node, info.channels.length, total);
    if (files.length === 1) firstSample = layout.firstSample;
    stretches.push(...layout.stretches);
    total += layout.count;
    const next = await nextPart(file);
    if (next !== null && !next.exists) notices.push(missingPart(path, next.path));
    part = next?.exists && files.every((one) => one.path !== next.path) ? next.path : null;
  }
  if (info === undefined || total === 0) throw damagedFif(path, 'it holds no samples');
  const isComplex = stretches.some(({ entry }) => entry !== null && complexTypes.has(entry.type));
  if (isComplex) notices.push(complexNotice(path));
  const scale = scales(info);
  const gaps = stretches.flatMap(({ entry, start, count }) => (entry === null ? [{ start, count }] : []));
  return {
    format: 'fif',
    files: files.map((file) => basename(file.path)),
    storedAs: storedNames[stretches.find(({ entry }) => entry !== null)?.entry?.type ?? 0] ?? null,
    ...info,
    projectionCount: info.projections.length,
    sampleCount: total,
    firstSample,
    annotations: withinRecording(await annotationsOf(files[0], info, firstSample, gaps), total / info.sfreq),
    gaps,
    notices,
    read: (start, stop, memory) => readStretches(stretches, scale, start, stop, memory),
    close: async () => void (await Promise.all(files.map((file) => file.close()))),
  };
}

function scales({ channels }: FifInfo): Float64Array {
  return Float64Array.from(channels, ({ cal, range }) => cal * range);
}

async function layoutOf(
  file: FifFile,
  node: FifNode,
  channels: number,
  offset: number,
): Promise<{ stretches: Stretch[]; firstSample: number; count: number }> {
  const stretches: Stretch[] = [];
  let firstSample = 0;
  let count = 0;
  let skippedBuffers = 0;
  let skippedSamples = 0;
  for (const entry of node.entries) {
    if (entry.kind === tag.firstSample) firstSample = (await readNumber(file, entry)) ?? 0;
    else if (entry.kind === tag.dataSkip) skippedBuffers = (await readNumber(file, entry)) ?? 0;
    else if (entry.kind === tag.dataSkipSamples) skippedSamples = (await readNumber(file, entry)) ?? 0;
    else if (entry.kind === tag.dataBuffer) {
      const width = widthOf(entry.type);
      if (width === null || storedNames[entry.type] === undefined) {
        throw damagedFif(file.path, `its samples are of type ${entry.type}, which is not known`);
      }
      const samples = Math.floor(entry.size / (width * channels));
      const skipped = skippedBuffers * samples + skippedSamples;
      if (!(skipped >= 0 && skipped < LONGEST_SKIP))
        throw damagedFif(file.path, `it skips ${skipped} samples`);
      // A skip before the first buffer only moves the count on; later ones are gaps.
      if (skipped > 0 && stretches.length === 0) firstSample += skipped;
      else if (skipped > 0) {
        stretches.push({ file, entry: null, start: offset + count, count: skipped });
        count += skipped;
      }
      skippedBuffers = 0;
      skippedSamples = 0;
      if (samples > 0) stretches.push({ file, entry, start: offset + count, count: samples });
      count += samples;
    }
  }
  return { stretches, firstSample, count };
}

async function readStretches(
  stretches: readonly Stretch[],
  scale: Float64Array,
  start: number,
  stop: number,
  memory = new BlockMemory(),
): Promise<Float64Array[]> {
  const out = memory.block(scale.length, stop - start);
  for (let index = firstAfter(stretches, start); index < stretches.length; index++) {
    const stretch = stretches[index];
    if (stretch.start >= stop) break;
    const from = Math.max(0, start - stretch.start);
    const to = Math.min(stretch.count, stop - stretch.start);
    const at = stretch.start + from - start;
    if (stretch.entry === null) {
      for (const values of out) values.fill(0, at, at + to - from);
      continue;
    }
    const row = (widthOf(stretch.entry.type) ?? 4) * scale.length;
    const size = (to - from) * row;
    const part = { ...stretch.entry, at: stretch.entry.at + from * row, size };
    scatter(await stretch.file.bytes(part, memory.bytes(size)), stretch.entry.type, scale, out, at);
  }
  return out;
}

/** Index of the first stretch that ends after a sample. */
function firstAfter(stretches: readonly Stretch[], sample: number): number {
  let [low, high] = [0, stretches.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (stretches[middle].start + stretches[middle].count <= sample) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Big-endian samples × channels into one array per channel, scaled. Of complex samples the real part is kept. */
function scatter(
  bytes: Uint8Array,
  dataType: number,
  scale: Float64Array,
  out: Float64Array[],
  at: number,
): void {
  if (!complexTypes.has(dataType)) {
    scatterSamples(
      typedOver(bytes, storedTypes[dataType], true),
      { stored: scale.length, scales: scale },
      out,
      at,
    );
    return;
  }
  const values = typedOver(bytes, storedTypes[dataType], true);
  const real = values.filter((_, index) => index % 2 === 0);
  scatterSamples(real, { stored: scale.length, scales: scale }, out, at);
}

/** Annotations counted from the first sample, and one for every gap, as MNE has them. */
async function annotationsOf(
  file: FifFile,
  { sfreq, measuredSeconds }: FifInfo,
  firstSample: number,
  gaps: readonly Gap[],
): Promise<Annotation[]> {
  const stored = await readAnnotations(file);
  // Onsets count from the recording's date, which is that of sample 0, not of the first one kept.
  const shift =
    stored === null
      ? 0
      : stored.origin !== null && measuredSeconds !== null
        ? stored.origin - measuredSeconds - firstSample / sfreq
        : measuredSeconds === null
          ? -firstSample / sfreq
          : 0;
  const listed = (stored?.list ?? []).map((one) => ({ ...one, onset: one.onset + shift }));
  const skipped = gaps.map(({ start, count }) => ({
    onset: start / sfreq,
    duration: count / sfreq,
    description: 'BAD_ACQ_SKIP',
  }));
  return [...listed, ...skipped];
}

function shieldedNotice(path: string): Notice {
  const file = basename(path);
  return {
    level: 'warning',
    code: 'fif.max-shield',
    message: `${file} was recorded with active shielding (MaxShield): run SSS (MaxFilter) on it before analysis.`,
    params: { file },
  };
}

function complexNotice(path: string): Notice {
  const file = basename(path);
  return {
    level: 'warning',
    code: 'fif.complex',
    message: `${file} holds complex samples: their real parts are read.`,
    params: { file },
  };
}

function missingPart(path: string, next: string): Notice {
  const file = basename(path);
  const missing = basename(next);
  return {
    level: 'warning',
    code: 'fif.part-missing',
    message: `${file} goes on in ${missing}, which is not beside it: only what is there can be read.`,
    params: { file, missing },
  };
}
