import { BlockMemory } from '../meeg/block-memory.ts';
import type { StoredReader } from '../meeg/place-runs.ts';
import { upsample } from '../meeg/upsample.ts';
import type { RandomAccess } from '../source.ts';
import { damagedEdf, type EdfHeader } from './header.ts';
import { type EdfScaling, scalingOf } from './scaling.ts';

/** Longest recording whose slow signals are interpolated over their whole length; longer ones record by record. */
const WHOLE_LIMIT = 4 << 20;
/** Bytes read at a time. */
const READ_BYTES = 1 << 20;

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

  const fillStretched = async (): Promise<void> => {
    const all = await readRecords(layout, 0, recordCount, new BlockMemory());
    kept.forEach((_, channel) => {
      if (slow[channel]) {
        stretched.set(channel, stretch(all[channel], recordCount, perRecord, isTrigger[channel]));
      }
    });
  };

  return async (start, stop, memory = new BlockMemory()) => {
    const firstRecord = Math.floor(start / perRecord);
    const records = Math.ceil(stop / perRecord) - firstRecord;
    const offset = start - firstRecord * perRecord;
    const data = await readRecords(layout, firstRecord, records, memory);
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

/** Records as they are stored: every channel at its own rate, one record behind the other. */
async function readRecords(
  layout: Layout,
  firstRecord: number,
  records: number,
  memory: BlockMemory,
): Promise<Float64Array[]> {
  const { source, header, kept, isTrigger, recordBytes, perRecord } = layout;
  const { signals, width } = header;
  const offsets: number[] = [];
  signals.reduce((sum, { samples }) => {
    offsets.push(sum);
    return sum + samples;
  }, 0);
  const room = memory.block(kept.length, records * perRecord);
  const out = kept.map((index, channel) => room[channel].subarray(0, records * signals[index].samples));
  const step = Math.max(1, Math.floor(READ_BYTES / recordBytes));
  for (let done = 0; done < records; done += step) {
    const count = Math.min(step, records - done);
    const start = header.bytes + (firstRecord + done) * recordBytes;
    const bytes = await source.read(start, count * recordBytes, memory.bytes(count * recordBytes));
    if (bytes.length < count * recordBytes)
      throw damagedEdf(source.path, 'it ends in the middle of a record');
    kept.forEach((index, channel) => {
      const { samples } = signals[index];
      const place = {
        from: offsets[index],
        step: recordBytes / width,
        records: count,
        samples,
        at: done * samples,
      };
      const scaling = isTrigger[channel] ? null : scalingOf(signals[index]);
      if (width === 3) copy24(bytes, place, scaling, out[channel]);
      else if (scaling !== null) copy16(integers16(bytes), place, scaling, out[channel]);
      else copyTriggers16(integers16(bytes), place, scalingOf(signals[index]), out[channel]);
    });
  }
  return out;
}

/** Where a signal's samples lie in records, counted in samples, and where they go. */
interface Place {
  readonly from: number;
  /** From one record to the next. */
  readonly step: number;
  readonly records: number;
  readonly samples: number;
  readonly at: number;
}

function copy16(stored: Int16Array, place: Place, scaling: EdfScaling, out: Float64Array): void {
  const { from, step, records, samples, at } = place;
  const { slope, intercept, gain } = scaling;
  for (let record = 0; record < records; record++) {
    const [source, target] = [from + record * step, at + record * samples];
    for (let k = 0; k < samples; k++) out[target + k] = (stored[source + k] * slope + intercept) * gain;
  }
}

function copyTriggers16(stored: Int16Array, place: Place, scaling: EdfScaling, out: Float64Array): void {
  const { from, step, records, samples, at } = place;
  const { slope, intercept } = scaling;
  for (let record = 0; record < records; record++) {
    const [source, target] = [from + record * step, at + record * samples];
    for (let k = 0; k < samples; k++)
      out[target + k] = Math.trunc(stored[source + k] * slope + intercept) & TRIGGER_BITS;
  }
}

/** 24-bit samples, the lowest byte first; triggers (without a scaling) by their bits. */
function copy24(bytes: Uint8Array, place: Place, scaling: EdfScaling | null, out: Float64Array): void {
  const { from, step, records, samples, at } = place;
  const { slope, intercept, gain } = scaling ?? { slope: 1, intercept: 0, gain: 1 };
  for (let record = 0; record < records; record++) {
    const target = at + record * samples;
    let source = 3 * (from + record * step);
    for (let k = 0; k < samples; k++, source += 3) {
      const value = ((bytes[source] << 8) | (bytes[source + 1] << 16) | (bytes[source + 2] << 24)) >> 8;
      out[target + k] = scaling === null ? value & TRIGGER_BITS : (value * slope + intercept) * gain;
    }
  }
}

function integers16(bytes: Uint8Array): Int16Array {
  const aligned = bytes.byteOffset % 2 === 0 ? bytes : bytes.slice();
  return new Int16Array(aligned.buffer, aligned.byteOffset, aligned.length / 2);
}
