import { spawn, spawnSync } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { existsSync, openSync, readFileSync, writeSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { type Device, deviceSchema, framingSchema } from '../../../main/contract/live.ts';
import { encodeFrame } from '../../../main/live/framing/encode-frame.ts';
import { type LiveStream, openLiveStream } from '../../../main/live/live-stream.ts';
import { openOutlet } from '../../../main/live/lsl/outlet.ts';

const rows = 64;
const cols = 32;
const framing = framingSchema.parse({
  kind: 'binary',
  header: 'aa55',
  counter: 'uint32',
  value: 'uint16',
  checksum: 'crc16',
});
if (framing.kind !== 'binary') throw new Error('the schema changed the kind');
const binary = framing;

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const clean of cleanups.splice(0).reverse()) await clean();
});

function open(device: Partial<Device> & Pick<Device, 'transport'>): LiveStream {
  const stream = openLiveStream(
    deviceSchema.parse({ name: 'test', framing: binary, rows, cols, ...device }),
    () => {
      throw new Error('nothing simulated here');
    },
  );
  cleanups.push(() => stream.close());
  return stream;
}

/** A frame whose every cell tells its number, so that a torn one shows. */
const frame = (index: number) =>
  Array.from({ length: rows * cols }, (_, cell) => (index * 7 + cell) % 65_536);
const isWhole = (values: Float32Array) =>
  values.every((value, cell) => value === (values[0] + cell) % 65_536);

const until = (condition: () => boolean) =>
  expect.poll(condition, { timeout: 15_000, interval: 10 }).toBe(true);

/** Counts whole and torn frames of a stream. */
function watch(stream: LiveStream): { whole: number; torn: number } {
  const seen = { whole: 0, torn: 0 };
  stream.onFrame(({ values }) => {
    if (isWhole(values)) seen.whole++;
    else seen.torn++;
  });
  return seen;
}

/** A running UDP stream, and a socket that sends to it. */
async function openUdp() {
  const port = await freePort();
  const stream = open({ transport: { kind: 'udp', port, host: '127.0.0.1' } });
  const seen = watch(stream);
  await until(() => stream.state === 'running');
  const sender = createSocket('udp4');
  cleanups.push(() => sender.close());
  return { port, stream, seen, sender };
}

describe('UDP', () => {
  it('brings 300 frames of 64 × 32 cells through, none lost or torn, and counts garbage', async () => {
    const { port, stream, seen, sender } = await openUdp();
    for (let index = 0; index < 300; index++) {
      sender.send(encodeFrame(binary, frame(index), index), port, '127.0.0.1');
      if (index % 50 === 25) sender.send(Buffer.from('garbage'), port, '127.0.0.1');
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    await until(() => stream.counters.frames === 300);
    expect(seen).toEqual({ whole: 300, torn: 0 });
    expect(stream.counters).toMatchObject({ lost: 0, corrupt: 0, skippedBytes: 6 * 7 });
    // The hexadecimal view begins where the last whole frame does: header, then its number.
    expect(Buffer.from(stream.lastBytes(6)).toString('hex')).toBe('aa552b010000');
  });
});

describe('UDP out of order', () => {
  it('shows a datagram that was overtaken as late', async () => {
    const { port, stream, seen, sender } = await openUdp();
    for (const index of [0, 2, 1, 3])
      sender.send(encodeFrame(binary, frame(index), index), port, '127.0.0.1');
    await until(() => stream.counters.frames === 3);
    expect(seen).toEqual({ whole: 3, torn: 0 });
    expect(stream.counters).toMatchObject({ late: 1, lost: 0, corrupt: 0 });
  });
});

describe('TCP', () => {
  it('connects again after the server went away, and says so meanwhile', async () => {
    const sockets: Socket[] = [];
    const server = createServer((socket) => sockets.push(socket));
    const port = await new Promise<number>((resolve) => {
      server.listen(0, '127.0.0.1', () => {
        const address = server.address();
        resolve(typeof address === 'object' && address !== null ? address.port : 0);
      });
    });
    cleanups.push(() => server.close());
    cleanups.push(() => sockets.map((socket) => socket.destroy()));
    const stream = open({ transport: { kind: 'tcp', host: '127.0.0.1', port } });
    const seen = watch(stream);
    await until(() => sockets.length === 1);
    sockets[0].write(encodeFrame(binary, frame(0), 0));
    // Half a frame, then the cable is cut: it must not be glued to what comes after.
    sockets[0].write(encodeFrame(binary, frame(1), 1).subarray(0, 900));
    await until(() => seen.whole === 1);
    sockets[0].destroy();
    await until(() => stream.state === 'interrupted');
    expect(stream.reason?.message).toMatch(/ended the connection/);
    await until(() => sockets.length === 2);
    sockets[1].write(encodeFrame(binary, frame(2), 2));
    await until(() => seen.whole === 2);
    expect(seen.torn).toBe(0);
    expect(stream.counters).toMatchObject({ frames: 2, reconnects: 1 });
  });
});

describe('Lab Streaming Layer', () => {
  it.each(['float32', 'double64', 'int64', 'int32', 'int16', 'int8', 'string'] as const)(
    'finds an outlet by name and reads its %s samples with their times',
    async (format) => {
      const name = `mat-${format}-${process.pid}`;
      const outlet = await openOutlet({ name, type: 'Pressure', channels: 12, rate: 100, format });
      cleanups.push(() => outlet.close());
      const stream = open({ transport: { kind: 'lsl', name }, rows: 4, cols: 3 });
      const found: { values: number[]; time: number | null }[] = [];
      stream.onFrame(({ values, deviceClock }) => found.push({ values: [...values], time: deviceClock }));
      await until(() => outlet.readers === 1);
      const sent = [0, 1, 2].map((index) => ({
        values: Array.from({ length: 12 }, (_, cell) => cell * 3 - index),
        time: 5 + index / 100,
      }));
      for (const { values, time } of sent) outlet.push(values, time);
      await until(() => found.length === 3);
      expect(found).toEqual(sent);
    },
  );

  it('takes the test pattern of a whole mat of bytes, whose numbers go round', async () => {
    const name = `bytes-${process.pid}`;
    const outlet = await openOutlet({
      name,
      type: 'Pressure',
      channels: rows * cols,
      rate: 0,
      format: 'int8',
    });
    cleanups.push(() => outlet.close());
    const stream = open({ transport: { kind: 'lsl', name } });
    await until(() => outlet.readers === 1 && stream.state === 'running');
    outlet.push(new Array<number>(rows * cols).fill(7), 1);
    await until(() => stream.counters.frames === 1);
  });

  it('deduces left out times from the rate, and counts text that is no number as corrupt', async () => {
    const name = `text-${process.pid}`;
    const outlet = await openOutlet({ name, type: 'Pressure', channels: 2, rate: 50, format: 'string' });
    cleanups.push(() => outlet.close());
    const stream = open({ transport: { kind: 'lsl', name }, rows: 1, cols: 2 });
    const found: [number[], number | null][] = [];
    stream.onFrame(({ values, deviceClock }) => found.push([[...values], deviceClock]));
    await until(() => stream.state === 'running' && outlet.readers === 1);
    outlet.push([1.5, -2], 10);
    outlet.push([Number.NaN, 0], null);
    outlet.push([3, 4], null);
    await until(() => found.length === 2);
    expect(found).toEqual([
      [[1.5, -2], 10],
      [[3, 4], 10.04],
    ]);
    expect(stream.counters).toMatchObject({ frames: 2, corrupt: 1 });
  });

  it('learns what the clock of the sender must be corrected by, and finds an outlet that began anew', async () => {
    const name = `again-${process.pid}`;
    const options = { name, type: 'Pressure', channels: 2, rate: 50, format: 'int16' } as const;
    const first = await openOutlet(options);
    cleanups.push(() => first.close().catch(() => {}));
    const stream = open({ transport: { kind: 'lsl', name }, rows: 1, cols: 2 });
    await until(() => first.readers === 1);
    first.push([1, 2], 1);
    await until(() => stream.clockOffset !== null);
    // Both are this process's clock.
    expect(Math.abs(stream.clockOffset ?? 1)).toBeLessThan(0.02);
    await first.close();
    await until(() => stream.state === 'interrupted');
    expect([stream.reason?.code, stream.clockOffset]).toEqual(['live.lsl-ended', null]);
    const second = await openOutlet(options);
    cleanups.push(() => second.close());
    await until(() => second.readers === 1);
    second.push([3, 4], 2);
    await until(() => stream.counters.frames === 2);
    expect(stream.counters.reconnects).toBe(1);
  });

  it('says which size a stream has when it does not fit', async () => {
    const name = `small-${process.pid}`;
    const outlet = await openOutlet({ name, type: 'Pressure', channels: 5, rate: 0, format: 'int8' });
    cleanups.push(() => outlet.close());
    const stream = open({ transport: { kind: 'lsl', name } });
    await until(() => stream.state === 'ended');
    expect(stream.reason?.message).toMatch(/has 5 channels where rows × columns make 2048/);
  });
});

describe('replay', () => {
  it('refuses a file that is not there, with the reason, and does not try again', async () => {
    const stream = open({
      transport: { kind: 'replay', path: '/nowhere/mat.txt', speed: 1, rate: 1, loop: false },
    });
    await until(() => stream.state === 'ended');
    expect(stream.reason?.message).toMatch(/mat\.txt/);
  });
});

const hasSocat = spawnSync('socat', ['-V']).status === 0;
if (!hasSocat)
  process.stderr.write('serial tests are SKIPPED: socat is not installed (apt-get install socat)\n');

describe.skipIf(!hasSocat)('serial', () => {
  const cable = async () => {
    const folder = await mkdtemp(join(tmpdir(), 'gyrus-pty-'));
    cleanups.push(() => rm(folder, { recursive: true, force: true }));
    const [device, far] = ['device', 'far'].map((name) => join(folder, name));
    const plug = async () => {
      const child = spawn('socat', [`pty,raw,echo=0,link=${device}`, `pty,raw,echo=0,link=${far}`]);
      cleanups.push(() => child.kill('SIGKILL'));
      await until(() => existsSync(far));
      return child;
    };
    const write = async (bytes: Uint8Array) => {
      // Not closed again: socat would take that for the end.
      const handle = openSync(far, 'w');
      // A pty takes 4 kB at a time; a device sends at its own pace too.
      for (let at = 0; at < bytes.length; at += 1024) {
        writeSync(handle, bytes.subarray(at, at + 1024));
        await new Promise((resolve) => setTimeout(resolve, 1));
      }
    };
    return { device, plug, write };
  };

  it('notices a plug pulled while it works on what it just read', async () => {
    const { device, plug, write } = await cable();
    const socat = await plug();
    const stream = open({ transport: { kind: 'serial', path: device, baudRate: 115_200 } });
    await until(() => stream.state === 'running');
    // The next read then finds a line that is gone, with no wait for bytes that could tell of it.
    stream.onFrame(() => {
      socat.kill('SIGKILL');
      while (!/\) Z /.test(readFileSync(`/proc/${socat.pid}/stat`, 'latin1')));
    });
    await write(encodeFrame(binary, frame(0), 0));
    await until(() => stream.state === 'interrupted');
    expect(stream.counters.frames).toBe(1);
    expect(stream.reason?.message).toMatch(/unplugged or closed/);
  });

  it('brings frames through a pty pair, survives garbage and being unplugged, and comes back', async () => {
    const { device, plug, write } = await cable();
    const first = await plug();
    const stream = open({ transport: { kind: 'serial', path: device, baudRate: 115_200 } });
    const seen = watch(stream);
    await until(() => stream.state === 'running');
    for (let index = 0; index < 20; index++) await write(encodeFrame(binary, frame(index), index));
    await write(Buffer.from('not a frame at all'));
    await write(encodeFrame(binary, frame(20), 20));
    await until(() => seen.whole === 21);
    expect(stream.counters).toMatchObject({ frames: 21, lost: 0, corrupt: 0, skippedBytes: 18 });
    first.kill('SIGKILL');
    await until(() => stream.state === 'interrupted');
    expect(stream.reason?.message).toMatch(/unplugged or closed|is not there/);
    await plug();
    await until(() => stream.state === 'running');
    await write(encodeFrame(binary, frame(3), 3));
    await until(() => seen.whole === 22);
    expect(seen.torn).toBe(0);
    expect(stream.counters.reconnects).toBe(1);
  });
});

/** A UDP port that nobody holds at the moment. */
function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const socket = createSocket('udp4');
    socket.bind(0, '127.0.0.1', () => {
      const { port } = socket.address();
      socket.close(() => resolve(port));
    });
  });
}
