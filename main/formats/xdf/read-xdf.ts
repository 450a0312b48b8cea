import { basename } from 'node:path';
import type { AnyTypedArray } from '../../contract/typed-arrays.ts';
import { UserError } from '../../core/errors.ts';
import { BlockMemory } from '../meeg/block-memory.ts';
import { openUnpacked, type RandomAccess } from '../source.ts';
import { parseStreamXml, type XdfHeader } from './stream-header.ts';

/** Where the samples of one chunk lie. */
interface SampleChunk {
  /** First byte behind the stream's number. */
  readonly at: number;
  readonly bytes: number;
  readonly firstSample: number;
  readonly samples: number;
}

/** One stream as recorded: its times are those of its own clock, not yet corrected. */
export interface XdfStream {
  readonly id: number;
  readonly header: XdfHeader;
  /** Seconds, one a sample, as stored or deduced. */
  readonly stamps: Float64Array;
  /** When the clocks were compared, and by how much the recorder's was ahead. */
  readonly clockTimes: readonly number[];
  readonly clockValues: readonly number[];
  /** Number of samples that the recorder counted; null where the file was not closed. */
  readonly announced: number | null;
  /** Numeric values of samples `start` to `stop`, one array per channel; in `memory` where it is given. */
  numbers(start: number, stop: number, memory?: BlockMemory): Promise<Float64Array[]>;
  /** Texts of all samples, channels of a sample together; empty for numeric streams. */
  readonly texts: readonly (readonly string[])[];
}

/** An open XDF file. */
export interface XdfFile {
  readonly streams: readonly XdfStream[];
  /** Chunks that could not be read, skipped up to the next boundary. */
  readonly skipped: number;
  close(): Promise<void>;
}

const tags = {
  header: 1,
  streamHeader: 2,
  samples: 3,
  clockOffset: 4,
  boundary: 5,
  streamFooter: 6,
} as const;
const BOUNDARY = Buffer.from('43a546dccbf5410fb30ed5467383cbe4', 'hex');
const MAX_CHUNK = 1 << 30;

type MakeValues = new (buffer: ArrayBuffer) => AnyTypedArray;

const types: Readonly<Record<string, { width: number; make: MakeValues }>> = {
  int8: { width: 1, make: Int8Array },
  int16: { width: 2, make: Int16Array },
  int32: { width: 4, make: Int32Array },
  int64: { width: 8, make: BigInt64Array },
  float32: { width: 4, make: Float32Array },
  double64: { width: 8, make: Float64Array },
};

/** Whether these first bytes begin an XDF file. */
export function looksXdf(head: Uint8Array): boolean {
  return Buffer.from(head.subarray(0, 4)).toString('latin1') === 'XDF:';
}

interface Building {
  readonly id: number;
  readonly header: XdfHeader;
  readonly stamps: number[];
  readonly chunks: SampleChunk[];
  readonly texts: string[][];
  readonly clockTimes: number[];
  readonly clockValues: number[];
  announced: number | null;
  last: number;
}

/**
 * Opens an XDF file (https://github.com/sccn/xdf/wiki/Specifications): headers, times and texts are read, numbers
 * when asked for. Damaged chunks are skipped up to the next boundary.
 * @throws UserError `xdf.damaged`, and as `openUnpacked`
 */
export async function openXdfFile(path: string): Promise<XdfFile> {
  const source = await openUnpacked(path);
  try {
    return await scan(source);
  } catch (thrown) {
    await source.close();
    throw thrown;
  }
}

async function scan(source: RandomAccess): Promise<XdfFile> {
  if (!looksXdf(await source.read(0, 4))) throw damaged(source, 'it does not begin with "XDF:"');
  const streams = new Map<number, Building>();
  let skipped = 0;
  for (let at = 4; at < source.size; ) {
    const length = await variableLength(source, at);
    const end = length === null ? Number.POSITIVE_INFINITY : length.at + length.value;
    const fits = length !== null && length.value >= 2 && length.value <= MAX_CHUNK && end <= source.size;
    const bytes = fits ? await source.read(length.at, length.value) : null;
    const isRead = bytes !== null && readChunk(bytes, length?.at ?? 0, streams);
    if (isRead || (bytes !== null && (await isForeign(bytes, source, end)))) at = end;
    else {
      skipped += 1;
      at = await nextBoundary(source, at + 1);
    }
  }
  if (streams.size === 0) throw damaged(source, 'it holds no stream');
  return {
    skipped,
    streams: [...streams.values()].map((stream) => finished(stream, source)),
    close: () => source.close(),
  };
}

const known: ReadonlySet<number> = new Set(Object.values(tags));

/** Whether a chunk is one that later recorders may write: of a tag without a meaning so far, with another chunk behind. */
async function isForeign(bytes: Uint8Array, source: RandomAccess, end: number): Promise<boolean> {
  if (known.has(bytes[0] | (bytes[1] << 8))) return false;
  if (end === source.size) return true;
  const next = await variableLength(source, end);
  return next !== null && next.value >= 2 && next.at + next.value <= source.size;
}

/** Takes one chunk (its tag first) into the streams; false where its content is broken. */
function readChunk(bytes: Uint8Array, at: number, streams: Map<number, Building>): boolean {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const tag = view.getUint16(0, true);
  const owned =
    tag === tags.streamHeader ||
    tag === tags.samples ||
    tag === tags.clockOffset ||
    tag === tags.streamFooter;
  if (!owned) return tag === tags.header || tag === tags.boundary;
  if (bytes.length < 6) return false;
  const id = view.getUint32(2, true);
  const content = bytes.subarray(6);
  if (tag === tags.streamHeader) {
    const header = parseStreamXml(Buffer.from(content).toString('utf8'));
    if (header === null) return false;
    streams.set(id, {
      id,
      header,
      stamps: [],
      chunks: [],
      texts: [],
      clockTimes: [],
      clockValues: [],
      announced: null,
      last: 0,
    });
    return true;
  }
  const stream = streams.get(id);
  if (stream === undefined) return false;
  if (tag === tags.clockOffset) {
    if (content.length < 16) return false;
    stream.clockTimes.push(view.getFloat64(6, true));
    stream.clockValues.push(view.getFloat64(14, true));
    return true;
  }
  if (tag === tags.streamFooter) {
    const count = /<sample_count>\s*(\d+)/.exec(Buffer.from(content).toString('utf8'))?.[1];
    stream.announced = count === undefined ? null : Number(count);
    return true;
  }
  return readSamples(stream, content, at + 6);
}

function readSamples(stream: Building, bytes: Uint8Array, at: number): boolean {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const count = lengthIn(view, 0);
  if (count === null) return false;
  const { channelCount, format, sfreq } = stream.header;
  const isText = format === 'string';
  const width = isText ? 0 : types[format].width * channelCount;
  if (count.value > bytes.length) return false;
  const interval = sfreq > 0 ? 1 / sfreq : 0;
  const stamps: number[] = [];
  const texts: string[][] = [];
  let last = stream.last;
  let place = count.next;
  for (let sample = 0; sample < count.value; sample++) {
    if (place >= bytes.length) return false;
    const hasStamp = bytes[place] !== 0;
    place += 1;
    if (hasStamp && place + 8 > bytes.length) return false;
    last = hasStamp ? view.getFloat64(place, true) : last + interval;
    place += hasStamp ? 8 : 0;
    stamps.push(last);
    if (isText) {
      const row: string[] = [];
      for (let channel = 0; channel < channelCount; channel++) {
        const text = lengthIn(view, place);
        if (text === null || text.next + text.value > bytes.length) return false;
        row.push(Buffer.from(bytes.subarray(text.next, text.next + text.value)).toString('utf8'));
        place = text.next + text.value;
      }
      texts.push(row);
    } else {
      place += width;
      if (place > bytes.length) return false;
    }
  }
  stream.last = last;
  stream.chunks.push({
    at: at + count.next,
    bytes: bytes.length - count.next,
    firstSample: stream.stamps.length,
    samples: count.value,
  });
  for (const stamp of stamps) stream.stamps.push(stamp);
  for (const row of texts) stream.texts.push(row);
  return true;
}

function finished(stream: Building, source: RandomAccess): XdfStream {
  return {
    id: stream.id,
    header: stream.header,
    stamps: Float64Array.from(stream.stamps),
    clockTimes: stream.clockTimes,
    clockValues: stream.clockValues,
    announced: stream.announced,
    texts: stream.texts,
    numbers: (start, stop, memory) => readNumbers(stream, source, start, stop, memory),
  };
}

async function readNumbers(
  { header, chunks }: Building,
  source: RandomAccess,
  start: number,
  stop: number,
  memory = new BlockMemory(),
): Promise<Float64Array[]> {
  const { channelCount, format } = header;
  const out = memory.block(channelCount, stop - start);
  if (format === 'string') {
    for (const values of out) values.fill(0);
    return out;
  }
  const { width, make } = types[format];
  const rowBytes = channelCount * width;
  for (let index = firstChunk(chunks, start); index < chunks.length; index++) {
    const chunk = chunks[index];
    if (chunk.firstSample >= stop) break;
    const bytes = await source.read(chunk.at, chunk.bytes, memory.bytes(chunk.bytes));
    // Time stamps between the samples put them out of step with their type: a copy of the samples alone is not.
    const rows = new Uint8Array(chunk.samples * rowBytes);
    for (let row = 0, place = 0; row < chunk.samples; row++) {
      place += bytes[place] === 0 ? 1 : 9;
      rows.set(bytes.subarray(place, place + rowBytes), row * rowBytes);
      place += rowBytes;
    }
    const from = Math.max(0, start - chunk.firstSample);
    const to = Math.min(chunk.samples, stop - chunk.firstSample);
    const values = new make(rows.buffer).subarray(from * channelCount, to * channelCount);
    scatter(values, channelCount, out, chunk.firstSample + from - start);
  }
  return out;
}

/** Index of the first chunk that ends after a sample. */
function firstChunk(chunks: readonly SampleChunk[], sample: number): number {
  let [low, high] = [0, chunks.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (chunks[middle].firstSample + chunks[middle].samples <= sample) low = middle + 1;
    else high = middle;
  }
  return low;
}

function scatter(values: AnyTypedArray, channels: number, out: readonly Float64Array[], at: number): void {
  const samples = values.length / channels;
  for (let channel = 0; channel < channels; channel++) {
    const target = out[channel];
    for (let sample = 0, from = channel; sample < samples; sample++, from += channels)
      target[at + sample] = Number(values[from]);
  }
}

/** A number whose first byte says in how many bytes it is stored; null where that is none of 1, 4, 8. */
function lengthIn(view: DataView, at: number): { value: number; next: number } | null {
  if (at >= view.byteLength) return null;
  const bytes = view.getUint8(at);
  if ((bytes !== 1 && bytes !== 4 && bytes !== 8) || at + 1 + bytes > view.byteLength) return null;
  const value =
    bytes === 1
      ? view.getUint8(at + 1)
      : bytes === 4
        ? view.getUint32(at + 1, true)
        : Number(view.getBigUint64(at + 1, true));
  return { value, next: at + 1 + bytes };
}

async function variableLength(
  source: RandomAccess,
  at: number,
): Promise<{ value: number; at: number } | null> {
  const bytes = await source.read(at, 9);
  const found = lengthIn(new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), 0);
  return found === null ? null : { value: found.value, at: at + found.next };
}

/** The byte behind the next boundary mark, or the end of the file. */
async function nextBoundary(source: RandomAccess, from: number): Promise<number> {
  const step = 1 << 20;
  for (let at = from; at < source.size; at += step) {
    const block = Buffer.from(await source.read(at, step + BOUNDARY.length));
    const found = block.indexOf(BOUNDARY);
    if (found >= 0) return at + found + BOUNDARY.length;
  }
  return source.size;
}

function damaged(source: RandomAccess, what: string): UserError {
  const file = basename(source.path);
  return new UserError('xdf.damaged', `${file} is a damaged XDF file: ${what}. Copy it again.`, {
    file,
    what,
  });
}
