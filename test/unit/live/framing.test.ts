import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { framingSchema } from '../../../main/contract/live.ts';
import { binaryFramer } from '../../../main/live/framing/binary-frames.ts';
import { crc16, sum8, xor8 } from '../../../main/live/framing/checksum.ts';
import { csvFramer } from '../../../main/live/framing/csv-lines.ts';
import { encodeFrame } from '../../../main/live/framing/encode-frame.ts';
import type { Framer } from '../../../main/live/framing/framer.ts';
import { RingBuffer } from '../../../main/live/ring-buffer.ts';

const binary = framingSchema.parse({
  kind: 'binary',
  header: 'aa55',
  counter: 'uint16',
  value: 'uint16',
  checksum: 'crc16',
});
if (binary.kind !== 'binary') throw new Error('the schema changed the kind');

/** Frames that a framer gives for pieces of a byte stream. */
function framesOf(framer: Framer, pieces: readonly Uint8Array[]): number[][] {
  const found: number[][] = [];
  for (const piece of pieces) framer.push(piece, (values) => found.push([...values]));
  return found;
}

/** A byte stream cut at random places. */
function cut(bytes: Uint8Array, at: readonly number[]): Uint8Array[] {
  const edges = [0, ...at.map((place) => place % (bytes.length + 1)).sort((a, b) => a - b), bytes.length];
  return edges.slice(1).map((end, index) => bytes.slice(edges[index], end));
}

describe('checksums', () => {
  it('give the published check values for "123456789"', () => {
    const text = new TextEncoder().encode('123456789');
    expect(crc16(text)).toBe(0x29b1);
    expect(sum8(text)).toBe(477 % 256);
    expect(xor8(text)).toBe(0x31);
  });
});

describe('binary frames', () => {
  const cells = 6;
  const values = fc.array(fc.integer({ min: 0, max: 65_535 }), { minLength: cells, maxLength: cells });

  it('count one that was overtaken as late, not as billions lost, and go on after a device began anew', () => {
    const framer = binaryFramer(binary, cells);
    const numbers = [5, 6, 8, 7, 9, 12, 300, 0, 1];
    const found = framesOf(
      framer,
      numbers.map((number) => encodeFrame(binary, new Array<number>(cells).fill(number), number)),
    );
    expect(found.map(([first]) => first)).toEqual([5, 6, 8, 9, 12, 300, 0, 1]);
    // 7 was missing and came late; 10, 11 and 13 to 299 never came.
    expect(framer.counters).toMatchObject({ late: 1, lost: 2 + 287, corrupt: 0 });
  });

  it('come out whole and in order however the stream is cut', () => {
    fc.assert(
      fc.property(
        fc.array(values, { minLength: 1, maxLength: 8 }),
        fc.array(fc.nat(), { maxLength: 12 }),
        (frames, cuts) => {
          const stream = Buffer.concat(frames.map((frame, index) => encodeFrame(binary, frame, index)));
          const framer = binaryFramer(binary, cells);
          expect(framesOf(framer, cut(stream, cuts))).toEqual(frames);
          expect(framer.counters).toEqual({
            frames: frames.length,
            lost: 0,
            late: 0,
            corrupt: 0,
            skippedBytes: 0,
          });
        },
      ),
    );
  });

  it('survive garbage between them: nothing torn comes out, and each byte of garbage is counted', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(values, fc.uint8Array({ maxLength: 40 })), { minLength: 1, maxLength: 6 }),
        (parts) => {
          // Garbage without the header's first byte, so that the count is exact.
          const clean = parts.map(
            ([frame, garbage]) => [frame, garbage.map((byte) => (byte === 0xaa ? 0 : byte))] as const,
          );
          const stream = Buffer.concat(
            clean.flatMap(([frame, garbage], index) => [garbage, encodeFrame(binary, frame, index)]),
          );
          const framer = binaryFramer(binary, cells);
          expect(framesOf(framer, [stream])).toEqual(clean.map(([frame]) => frame));
          expect(framer.counters.skippedBytes).toBe(
            clean.reduce((sum, [, garbage]) => sum + garbage.length, 0),
          );
        },
      ),
    );
  });

  it('count a damaged frame as corrupt and the gap in the counter as lost, across its wrap', () => {
    const framer = binaryFramer(binary, cells);
    const frame = [1, 2, 3, 4, 5, 6];
    const damaged = encodeFrame(binary, frame, 65_535);
    damaged[7] ^= 0xff;
    const stream = [
      encodeFrame(binary, frame, 65_534),
      damaged,
      encodeFrame(binary, frame, 0),
      encodeFrame(binary, frame, 3),
    ];
    expect(framesOf(framer, stream)).toHaveLength(3);
    expect(framer.counters).toMatchObject({ frames: 3, corrupt: 1, lost: 3 });
  });

  it.each([
    ['uint8', 'little', [0, 7, 255]],
    ['uint16', 'big', [0, 513, 65_535]],
    ['float32', 'little', [0, -1.5, 3.25]],
    ['float32', 'big', [0.5, 2.5, -8]],
  ] as const)('hold %s, %s end first', (value, byteOrder, frame) => {
    const framing = { ...binary, value, byteOrder, checksum: 'xor8' as const, counter: 'uint32' as const };
    expect(framesOf(binaryFramer(framing, 3), [encodeFrame(framing, frame, 9)])).toEqual([[...frame]]);
  });
});

describe('CSV lines', () => {
  const bytes = (text: string) => new TextEncoder().encode(text);

  it('give frames and count what is no frame; a first half line is not held against the device', () => {
    const framer = csvFramer(1, 3);
    const text = '7,8\r\n1,1,2,3\r\n2; 4; 5; 6\n\n3,1,x,3\n4,1,2\n5\t7\t8\t9\n';
    expect(framesOf(framer, [bytes(text.slice(0, 9)), bytes(text.slice(9))])).toEqual([
      [1, 2, 3],
      [4, 5, 6],
      [7, 8, 9],
    ]);
    expect(framer.counters).toMatchObject({ frames: 3, corrupt: 2 });
  });

  it('throws away what never ends', () => {
    const framer = csvFramer(0, 2);
    framesOf(framer, [bytes('9'.repeat(500)), bytes('\n1 2\n')]);
    expect(framer.counters).toMatchObject({ corrupt: 1 });
  });
});

describe('ring buffer', () => {
  it('keeps the last frames and says which are gone', () => {
    const ring = new RingBuffer(3, 2);
    for (let index = 0; index < 5; index++) ring.push(Float32Array.of(index, -index), index * 10, index);
    expect([ring.start, ring.end]).toEqual([2, 5]);
    expect(ring.read(1)).toBeNull();
    expect(ring.read(5)).toBeNull();
    expect(ring.read(4)).toEqual({ index: 4, arrival: 40, deviceClock: 4, values: Float32Array.of(4, -4) });
  });
});
