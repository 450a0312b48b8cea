import { createSocket } from 'node:dgram';
import { closeSync, openSync, writeSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Framing } from '../../contract/live.ts';
import { UserError } from '../../core/errors.ts';
import { encodeFrame } from '../../live/framing/encode-frame.ts';
import { mark, markedFrame, wallClockOffset } from './live/marked-frame.ts';

/** How the device of this bench frames its values. */
export const liveFraming: Extract<Framing, { kind: 'binary' }> = {
  kind: 'binary',
  header: 'aa55',
  counter: 'uint32',
  value: 'uint16',
  byteOrder: 'little',
  checksum: 'crc16',
};

/** What the bench tells its device to do next. */
export type DeviceOrder = 'garbage' | 'corrupt' | 'cut' | 'plugged' | 'stop';
/** What the device has done since it began. */
export interface DeviceTally {
  readonly frames: number;
  readonly garbage: number;
  readonly corrupt: number;
  /** Longest time that a frame was sent late, in milliseconds. */
  readonly latest: number;
}

/**
 * The device of `bench live` in a process of its own: sends marked frames at a rate over UDP or into a pty, and in
 * between what it is told to: garbage, a frame with a wrong checksum, half a frame before it is unplugged.
 * Settings: to (a UDP port or a pty), rate, rows, cols, base (milliseconds of the wall clock that times count from).
 */
export async function bench(
  _deps: object,
  settings: Readonly<Record<string, string>>,
): Promise<Record<string, unknown>> {
  const { send } = process;
  if (send === undefined) throw new UserError('bench.live-device', 'This is run by “bench live” only.');
  const orders: DeviceOrder[] = [];
  process.on('message', (order: DeviceOrder) => orders.push(order));
  const cells = Number(settings.rows) * Number(settings.cols);
  const clock = wallClockOffset() + performance.timeOrigin - Number(settings.base);
  const encoded = (number: number): Uint8Array => {
    const ticks = Math.round((clock + performance.now()) * mark.ticksPerMs);
    return encodeFrame(liveFraming, markedFrame(number, ticks, cells), number);
  };
  const line = /^\d+$/.test(settings.to) ? udpLine(Number(settings.to)) : ptyLine(settings.to);
  const tally = { frames: 0, garbage: 0, corrupt: 0, latest: 0 };
  const step = 1000 / Number(settings.rate);
  let due = performance.now();
  while (!orders.includes('stop')) {
    const order = orders.shift();
    if (order === 'garbage') {
      await line.send(Uint8Array.from({ length: 37 }, (_, at) => (at * 29 + tally.garbage) & 0x7f));
      tally.garbage += 1;
    } else if (order === 'corrupt') {
      const bytes = encoded(tally.frames);
      bytes[bytes.length - 1] ^= 0xff;
      await line.send(bytes);
      tally.corrupt += 1;
    } else if (order === 'cut') {
      await line.send(encoded(tally.frames).subarray(0, cells));
      process.send?.('cut');
      while (!orders.includes('plugged') && !orders.includes('stop')) await sleep(20);
      if (orders[0] === 'plugged') orders.shift();
      line.open();
      due = performance.now();
    }
    const wait = due - performance.now();
    if (wait > 0) await sleep(wait);
    tally.latest = Math.max(tally.latest, performance.now() - due);
    await line.send(encoded(tally.frames));
    tally.frames += 1;
    due += step;
  }
  line.close();
  process.send?.(tally);
  process.disconnect();
  return {};
}

interface Line {
  send(bytes: Uint8Array): Promise<unknown>;
  /** Takes the other end anew after it was unplugged. */
  open(): void;
  close(): void;
}

function udpLine(port: number): Line {
  const socket = createSocket('udp4');
  return {
    send: (bytes) => new Promise((resolve) => socket.send(bytes, port, '127.0.0.1', resolve)),
    open: () => {},
    close: () => socket.close(),
  };
}

function ptyLine(path: string): Line {
  let handle = openSync(path, 'w');
  return {
    // At once, as a device does: by way of the thread pool a frame would be old before it is on the wire.
    async send(bytes) {
      for (let at = 0; at < bytes.length; ) at += writeSync(handle, bytes, at);
    },
    open: () => {
      closeSync(handle);
      handle = openSync(path, 'w');
    },
    close: () => closeSync(handle),
  };
}
