import type { StoredReader } from '../meeg/place-runs.ts';
import { upsample } from '../meeg/upsample.ts';
import type { RandomAccess } from '../source.ts';
import { damagedEdf, type EdfHeader } from './header.ts';
import { scalingOf } from './scaling.ts';

/** Longest recording whose slow signals are interpolated over their whole length; longer ones record by record. */
const WHOLE_LIMIT = 4 << 20;
/** Bytes read at a time. */
const READ_BYTES = 16 << 20;

interface Layout {
  readonly source: RandomAccess;
  readonly header: EdfHeader;
  /** Signals that are channels, by their place in the header. */
  readonly kept: readonly number[];
  readonly isTrigger: readonly boolean[];
  readonly recordCount: number;
  readonly recordBytes: number;
  /** Samples of the fastest channel in a record. */
  readonly perRecord: number;
}

/** Trigger values are 16 bits and one more; above them BioSemi keeps the state of the amplifier. */
const TRIGGER_BITS = 2 ** 17 - 1;

/** A reader of samples over all stored records, scaled to SI, every channel at the rate of the fastest. */
export function recordReader(layout: Layout): StoredReader {
  const { header, kept, perRecord, recordCount, isTrigger } = layout;
  const slow = kept.map((index) => header.signals[index].samples !== perRecord);
  const whole = perRecord * recordCount <= WHOLE_LIMIT;
  const stretched = new Map<number, Float64Array>();
  const native = (firstRecord: number, records: number): Promise<Float64Array[]> =>
    readRecords(layout, firstRecord, records);

  const fillStretched = async (): Promise<void> => {
    const all = await native(0, recordCount);
    kept.forEach((_, channel) => {
      if (slow[channel]) {
        stretched.set(channel, stretch(all[channel], recordCount, perRecord, isTrigger[channel]));
      }
    });
  };

  return async (start, stop) => {
    const firstRecord = Math.floor(start / perRecord);
    const records = Math.ceil(stop / perRecord) - firstRecord;
    const offset = start - firstRecord * perRecord;
    const data = await native(firstRecord, records);
    if (whole && slow.includes(true) && stretched.size === 0) await fillStretched();
    return data.map((values, channel) => {
      if (!slow[channel]) return values.subarray(offset, offset + stop - start);
      const ready = stretched.get(channel);
      if (ready !== undefined) return ready.subarray(start, stop);
      const block = stretch(values, records, perRecord, isTrigger[channel]);
      return block.subarray(offset, offset + stop - start);
    });
  };
}

/** Brings a slower channel to the fastest rate: signals without changing their spectrum, triggers by holding values. */
function stretch(values: Float64Array, records: number, perRecord: number, trigger: boolean): Float64Array {
  if (!trigger) return upsample(values, records * perRecord);
  const out = new Float64Array(records * perRecord);
  const samples = values.length / records;
  for (let at = 0; at < out.length; at++) {
    const record = Math.floor(at / perRecord);
    out[at] = values[record * samples + Math.floor(((at % perRecord) * samples) / perRecord)] ?? 0;
  }
  return out;
}

async function readRecords(layout: Layout, firstRecord: number, records: number): Promise<Float64Array[]> {
  const { source, header, kept, isTrigger, recordBytes } = layout;
  const { signals, width } = header;
  const offsets: number[] = [];
  signals.reduce((sum, { samples }) => {
    offsets.push(sum);
    return sum + samples;
  }, 0);
  const scalings = kept.map((index) => scalingOf(signals[index]));
  const out = kept.map((index) => new Float64Array(records * signals[index].samples));
  const step = Math.max(1, Math.floor(READ_BYTES / recordBytes));
  for (let done = 0; done < records; done += step) {
    const count = Math.min(step, records - done);
    const bytes = await source.read(header.bytes + (firstRecord + done) * recordBytes, count * recordBytes);
    if (bytes.length < count * recordBytes)
      throw damagedEdf(source.path, 'it ends in the middle of a record');
    const stored = width === 2 ? integers16(bytes) : integers24(bytes);
    const recordSamples = recordBytes / width;
    kept.forEach((index, channel) => {
      const { samples } = signals[index];
      const { slope, intercept, gain } = scalings[channel];
      const target = out[channel];
      for (let record = 0; record < count; record++) {
        const from = record * recordSamples + offsets[index];
        const to = (done + record) * samples;
        if (isTrigger[channel]) {
          for (let k = 0; k < samples; k++) {
            const value = width === 3 ? stored[from + k] : Math.trunc(stored[from + k] * slope + intercept);
            target[to + k] = value & TRIGGER_BITS;
          }
        } else {
          for (let k = 0; k < samples; k++) target[to + k] = (stored[from + k] * slope + intercept) * gain;
        }
      }
    });
  }
  return out;
}

function integers16(bytes: Uint8Array): Int16Array {
  const aligned = bytes.byteOffset % 2 === 0 ? bytes : bytes.slice();
  return new Int16Array(aligned.buffer, aligned.byteOffset, aligned.length / 2);
}

function integers24(bytes: Uint8Array): Int32Array {
  const out = new Int32Array(bytes.length / 3);
  for (let index = 0, at = 0; index < out.length; index++, at += 3) {
    out[index] = ((bytes[at] | (bytes[at + 1] << 8) | (bytes[at + 2] << 16)) << 8) >> 8;
  }
  return out;
}
