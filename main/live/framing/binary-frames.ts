import type { Framing } from '../../contract/live.ts';
import { crc16, sum8, xor8 } from './checksum.ts';
import type { Framer, FramerCounters } from './framer.ts';

type BinaryFraming = Extract<Framing, { kind: 'binary' }>;

const COUNTER_BYTES = { none: 0, uint8: 1, uint16: 2, uint32: 4 } as const;
const VALUE_BYTES = { uint8: 1, uint16: 2, float32: 4 } as const;
/** Steps back of the counter by which a frame counts as late. */
const LATEST = 16;
const CHECKSUM_BYTES = { none: 0, sum8: 1, xor8: 1, crc16: 2 } as const;

/** Bytes of one frame, header and checksum included. */
export function frameBytes(framing: BinaryFraming, cells: number): number {
  return (
    framing.header.length / 2 +
    COUNTER_BYTES[framing.counter] +
    cells * VALUE_BYTES[framing.value] +
    CHECKSUM_BYTES[framing.checksum]
  );
}

/**
 * Binary frames: finds the header, checks the sum, and gives the cells. After a wrong sum it looks for the next header
 * from the byte after the wrong one's, so that a header in the middle of the data costs one frame at most. Without a
 * header each chunk is one frame, and what follows it in the chunk is filling.
 */
export function binaryFramer(framing: BinaryFraming, cells: number): Framer {
  const header = Uint8Array.from(Buffer.from(framing.header, 'hex'));
  const size = frameBytes(framing, cells);
  const counters: FramerCounters = { frames: 0, lost: 0, late: 0, corrupt: 0, skippedBytes: 0 };
  const values = new Float32Array(cells);
  // What is not read yet lies at its beginning.
  let held: Uint8Array = new Uint8Array(2 * size);
  let pending = 0;
  let expected: number | null = null;

  const read = (frame: Uint8Array, emit: (values: Float32Array, clock: number | null) => void): boolean => {
    const body = frame.subarray(header.length, size - CHECKSUM_BYTES[framing.checksum]);
    const view = new DataView(frame.buffer, frame.byteOffset, frame.byteLength);
    if (!sumFits(framing, body, view, size)) return false;
    const little = framing.byteOrder === 'little';
    const clock = readCounter(framing, view, header.length, little);
    if (clock !== null) {
      const modulus = 2 ** (8 * COUNTER_BYTES[framing.counter]);
      const ahead = expected === null ? 0 : (clock - expected + modulus) % modulus;
      if (modulus - ahead <= LATEST) {
        // A datagram that was overtaken: it counted as lost, and has no place among the frames any more.
        counters.late++;
        counters.lost = Math.max(0, counters.lost - 1);
        return true;
      }
      // A greater step back is a device that began anew.
      if (ahead < modulus / 2) counters.lost += ahead;
      expected = (clock + 1) % modulus;
    }
    const start = header.length + COUNTER_BYTES[framing.counter];
    for (let cell = 0; cell < cells; cell++) {
      if (framing.value === 'uint8') values[cell] = view.getUint8(start + cell);
      else if (framing.value === 'uint16') values[cell] = view.getUint16(start + 2 * cell, little);
      else values[cell] = view.getFloat32(start + 4 * cell, little);
    }
    counters.frames++;
    emit(values, clock);
    return true;
  };

  const gap = () => {
    counters.skippedBytes += pending;
    pending = 0;
  };

  return {
    counters,
    push(chunk, emit) {
      if (header.length === 0) {
        const good = chunk.length >= size && read(chunk.subarray(0, size), emit);
        if (!good) counters.corrupt++;
        counters.skippedBytes += chunk.length - (good ? size : 0);
        return;
      }
      if (pending + chunk.length > held.length) {
        const larger = new Uint8Array(2 * (pending + chunk.length));
        larger.set(held.subarray(0, pending));
        held = larger;
      }
      held.set(chunk, pending);
      const joined = held.subarray(0, pending + chunk.length);
      let at = 0;
      for (;;) {
        const found = indexOfHeader(joined, header, at);
        counters.skippedBytes += found - at;
        at = found;
        if (joined.length - at < size) break;
        if (read(joined.subarray(at, at + size), emit)) at += size;
        else {
          counters.corrupt++;
          counters.skippedBytes++;
          at++;
        }
      }
      held.copyWithin(0, at, joined.length);
      pending = joined.length - at;
    },
    gap,
    reset() {
      gap();
      expected = null;
    },
  };
}

function sumFits(framing: BinaryFraming, body: Uint8Array, view: DataView, size: number): boolean {
  if (framing.checksum === 'none') return true;
  if (framing.checksum === 'sum8') return view.getUint8(size - 1) === sum8(body);
  if (framing.checksum === 'xor8') return view.getUint8(size - 1) === xor8(body);
  return view.getUint16(size - 2, framing.byteOrder === 'little') === crc16(body);
}

function readCounter(framing: BinaryFraming, view: DataView, at: number, little: boolean): number | null {
  if (framing.counter === 'none') return null;
  if (framing.counter === 'uint8') return view.getUint8(at);
  return framing.counter === 'uint16' ? view.getUint16(at, little) : view.getUint32(at, little);
}

/** Where the header, or what may become one at the end, begins; the length where there is none. */
function indexOfHeader(bytes: Uint8Array, header: Uint8Array, from: number): number {
  for (let at = from; at < bytes.length; at++) {
    let same = 0;
    while (same < header.length && at + same < bytes.length && bytes[at + same] === header[same]) same++;
    if (same === header.length || at + same === bytes.length) return at;
  }
  return bytes.length;
}
