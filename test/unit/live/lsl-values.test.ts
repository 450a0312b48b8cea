import { describe, expect, it } from 'vitest';
import { readValues } from '../../../main/live/lsl/protocol.ts';

const setters = {
  float32: (view: DataView, value: number) => view.setFloat32(0, value),
  double64: (view: DataView, value: number) => view.setFloat64(0, value),
  int64: (view: DataView, value: number) => view.setBigInt64(0, BigInt(value)),
  int32: (view: DataView, value: number) => view.setInt32(0, value),
  int16: (view: DataView, value: number) => view.setInt16(0, value),
} as const;

describe('values of a Lab Streaming Layer sample', () => {
  it.each([
    ['float32', 4, -2.5],
    ['double64', 8, -2.5],
    ['int64', 8, -70_000],
    ['int32', 4, -70_000],
    ['int16', 2, -300],
  ] as const)('are read in the other byte order: %s', (format, width, value) => {
    const view = new DataView(new ArrayBuffer(width));
    setters[format](view, value);
    const values = new Float32Array(1);
    expect(readValues(view, 0, { format, channels: 1 }, false, values)).toBe(width);
    expect(values[0]).toBe(value);
  });

  it('may be text whose length takes one, two, four or eight bytes', () => {
    const bytes = Uint8Array.from([
      ...[1, 3, 0x31, 0x2e, 0x35],
      ...[2, 0, 2, 0x2d, 0x37],
      ...[4, 0, 0, 0, 1, 0x39],
      ...[8, 0, 0, 0, 0, 0, 0, 0, 0],
    ]);
    const values = new Float32Array(4);
    const stream = { format: 'string', channels: 4 } as const;
    expect(readValues(new DataView(bytes.buffer), 0, stream, false, values)).toBe(bytes.length);
    expect([...values]).toEqual([1.5, -7, 9, Number.NaN]);
    // Where bytes are missing it waits, wherever the cut is.
    for (let length = 0; length < bytes.length; length++)
      expect(readValues(new DataView(bytes.buffer, 0, length), 0, stream, false, values)).toBeNull();
    const endless = new DataView(Uint8Array.from([4, 0x7f, 0xff, 0xff, 0xff]).buffer);
    expect(() => readValues(endless, 0, { ...stream, channels: 1 }, false, values)).toThrow(/digits/);
  });
});
