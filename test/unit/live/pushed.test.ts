import { afterEach, describe, expect, it, vi } from 'vitest';
import {
  decodeReports,
  encodeReports,
  type HidReport,
  type HidState,
} from '../../../main/contract/hid-reports.ts';
import { type Device, deviceSchema } from '../../../main/contract/live.ts';
import { encodeFrame } from '../../../main/live/framing/encode-frame.ts';
import { type LiveStream, openLiveStream } from '../../../main/live/live-stream.ts';
import { SILENCE_MS } from '../../../main/live/transports/pushed.ts';
import { cells, frameReports, frameValues, hidDevice, hidTransport, matFraming } from './hid-bytes.ts';

const streams: LiveStream[] = [];
afterEach(async () => {
  for (const stream of streams.splice(0)) await stream.close();
  vi.useRealTimers();
});

function notSimulated(): never {
  throw new Error('nothing simulated here');
}

/** An open stream, what it gave, and a way to push reports into it. */
async function opened(changes: Partial<Device> = {}) {
  const stream = openLiveStream(hidDevice(changes), notSimulated);
  streams.push(stream);
  const frames: number[][] = [];
  stream.onFrame(({ values }) => frames.push([...values]));
  // The connection is made in the turns of the event loop that follow.
  await new Promise((resolve) => setImmediate(resolve));
  const push = (reports: readonly HidReport[], state: HidState = 'open', dropped = 0) =>
    stream.push({ state, dropped, reports });
  return { stream, frames, push };
}

describe('reports on their way from the page', () => {
  it('come out as they went in, also empty ones, and a torn body is told', () => {
    const reports = [...frameReports(1), { id: 255, bytes: new Uint8Array(0) }, ...frameReports(2, 7)];
    const body = encodeReports(reports);
    expect(decodeReports(body)).toEqual(reports);
    expect(decodeReports(body.subarray(0, -1))).toBeNull();
    expect(decodeReports(body.subarray(0, 2))).toBeNull();
    expect(decodeReports(new Uint8Array(0))).toEqual([]);
  });
});

describe('a HID mat', () => {
  it('gives whole frames that were split over reports, however the reports are batched', async () => {
    const { stream, frames, push } = await opened();
    expect(stream.state).toBe('connecting');
    const reports = [0, 1, 2, 3].flatMap((index) => frameReports(index));
    await push(reports.slice(0, 1));
    expect(stream.state).toBe('running');
    await push(reports.slice(1, 8));
    await push([]);
    await push(reports.slice(8));
    expect(frames).toEqual([0, 1, 2, 3].map(frameValues));
    expect(stream.counters).toMatchObject({
      frames: 4,
      lost: 0,
      corrupt: 0,
      droppedReports: 0,
      reconnects: 0,
    });
  });

  it('survives garbage and a damaged report, and counts both', async () => {
    const { stream, frames, push } = await opened();
    const damaged = frameReports(1);
    damaged[1].bytes[10] ^= 0xff;
    const garbage = { id: 1, bytes: new Uint8Array(64).fill(0x33) };
    await push([...frameReports(0), garbage, ...damaged, garbage, ...frameReports(2)]);
    expect(frames).toEqual([0, 2].map(frameValues));
    expect(stream.counters).toMatchObject({ frames: 2, corrupt: 1, lost: 1 });
    // All eleven reports but the two whole frames.
    expect(stream.counters.skippedBytes).toBe(11 * 64 - 2 * 134);
  });

  it('takes only the reports of the number that carries frames', async () => {
    const { stream, frames, push } = await opened({ transport: { ...hidTransport, reportId: 4 } });
    const [battery] = frameReports(9, 2);
    await push(frameReports(0, 4).flatMap((report) => [report, battery]));
    expect(frames).toEqual([frameValues(0)]);
    expect(stream.counters.corrupt).toBe(0);
  });

  it('is unplugged in the middle of a frame and comes back without a torn one', async () => {
    const { stream, frames, push } = await opened();
    await push([...frameReports(0), ...frameReports(1).slice(0, 2)]);
    await push([], 'unplugged');
    expect([stream.state, stream.reason?.message]).toEqual(['interrupted', 'the HID device was unplugged']);
    await push([], 'absent');
    expect(stream.reason?.message).toMatch(/not plugged in/);
    await push(frameReports(2));
    expect([stream.state, stream.reason]).toEqual(['running', null]);
    expect(frames).toEqual([0, 2].map(frameValues));
    expect(stream.counters).toMatchObject({ frames: 2, corrupt: 0, lost: 0, reconnects: 1 });
  });

  it('forgets a frame that was begun where reports were dropped, also without a checksum', async () => {
    const framing = { ...matFraming, checksum: 'none', counter: 'none' } as const;
    const { stream, frames, push } = await opened({ framing });
    const reports = (index: number) =>
      [0, 64, 128].map((start) => ({
        id: 0,
        bytes: Uint8Array.from(encodeFrame(framing, frameValues(index), 0).subarray(start, start + 64)),
      }));
    await push(reports(0).slice(0, 2));
    await push([reports(1)[2], ...reports(2)], 'open', 3);
    expect(frames).toEqual([frameValues(2)]);
    expect(stream.counters).toMatchObject({ droppedReports: 3, frames: 1 });
  });

  it('keeps the page waiting while a consumer catches up', async () => {
    const { stream, frames, push } = await opened();
    stream.pause(true);
    let taken = false;
    const batch = push(frameReports(0)).then(() => {
      taken = true;
    });
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect([taken, frames.length]).toEqual([false, 0]);
    stream.pause(false);
    await batch;
    expect([taken, frames.length]).toEqual([true, 1]);
  });

  it('is told as gone when the page falls silent, and goes on when it speaks again', async () => {
    const { stream, push } = await opened();
    vi.useFakeTimers();
    await push([]);
    await vi.advanceTimersByTimeAsync(SILENCE_MS - 1);
    expect(stream.state).toBe('running');
    await vi.advanceTimersByTimeAsync(1);
    expect(stream.reason?.message).toMatch(/stopped sending/);
    await push([]);
    expect(stream.state).toBe('running');
  });

  it('sends text as well; the zeros that fill a report are no text', async () => {
    const { frames, push } = await opened({ framing: { kind: 'csv', skip: 0 }, rows: 1, cols: 3 });
    const text = (line: string) => {
      const bytes = new Uint8Array(16);
      bytes.set(new TextEncoder().encode(line));
      return { id: 0, bytes };
    };
    await push([text('1,2,3\n'), text('4,5,'), text('6\n')]);
    expect(frames).toEqual([
      [1, 2, 3],
      [4, 5, 6],
    ]);
  });

  it('may send each frame as one report without a header; a short report is corrupt', async () => {
    const framing = {
      ...matFraming,
      header: '',
      value: 'uint8',
      counter: 'uint8',
      checksum: 'none',
    } as const;
    const { stream, frames, push } = await opened({ framing });
    const values = Array.from({ length: cells }, (_, cell) => cell);
    const report = (index: number) => {
      const bytes = new Uint8Array(80);
      bytes.set(encodeFrame(framing, values, index));
      return { id: 0, bytes };
    };
    await push([report(0), { id: 0, bytes: report(1).bytes.subarray(0, 40) }, report(2)]);
    expect(frames).toEqual([values, values]);
    expect(stream.counters).toMatchObject({ frames: 2, corrupt: 1, lost: 1, skippedBytes: 40 + 2 * 15 });
  });
});

describe('other devices', () => {
  it.each([
    { kind: 'serial', path: '/dev/none', baudRate: 9600 },
    { kind: 'tcp', host: '127.0.0.1', port: 9 },
  ] as const)('on $kind need a header', (transport) => {
    const device = hidDevice({ transport, framing: { ...matFraming, header: '' } });
    expect(() => openLiveStream(device, notSimulated)).toThrow(/need a header/);
  });

  it('take no reports', async () => {
    const device = deviceSchema.parse({
      name: 'x',
      transport: { kind: 'udp', port: 0 },
      rows: 1,
      cols: 1,
    });
    const stream = openLiveStream(device, notSimulated);
    streams.push(stream);
    await expect(stream.push({ state: 'open', dropped: 0, reports: [] })).rejects.toThrow(/no HID reports/);
  });
});
