import { connect } from 'node:net';
import { endianness } from 'node:os';
import { UserError } from '../../core/errors.ts';
import type { Connection, TransportSink } from '../frame-source.ts';
import { watchClock } from './clock-offset.ts';
import {
  BYTES_OF,
  readValues,
  type StreamInfo,
  TAG_DEDUCED,
  TAG_TRANSMITTED,
  TEST_OFFSETS,
  TEST_TIME,
  testValue,
} from './protocol.ts';
import { resolveStream } from './resolve.ts';

/** How long a stream is looked for. */
const RESOLVE_MS = 3000;
const HEADER_END = '\r\n\r\n';

/** Finds the stream and takes its samples as frames. The device clock is the sender's, in seconds. */
export async function openLsl(name: string, cells: number, sink: TransportSink): Promise<Connection> {
  const info = await resolveStream(name, RESOLVE_MS);
  if (info === null) {
    const sentence = `no Lab Streaming Layer stream named ${name} answers on this network`;
    sink.lost(new UserError('live.lsl-none', sentence, { name }), false);
    return { pause: () => {}, close: async () => {} };
  }
  if (info.channels !== cells) {
    const { channels } = info;
    const sentence = `the stream ${name} has ${channels} channels where rows × columns make ${cells}`;
    sink.lost(new UserError('live.lsl-size', sentence, { name, channels, cells }), true);
    return { pause: () => {}, close: async () => {} };
  }
  return feed(info, sink);
}

function feed(info: StreamInfo, sink: TransportSink): Connection {
  const socket = connect({ host: info.host, port: info.dataPort, noDelay: true });
  const parser = createFeedParser(info, sink);
  const clock = watchClock(info, (offset) => sink.clock(offset));
  let closed = false;
  const { name } = info;
  let reason = new UserError('live.lsl-ended', `the stream ${name} ended`, { name });
  socket.on('connect', () => socket.write(request(info)));
  socket.on('data', (chunk) => {
    const fault = parser(chunk);
    if (fault === null) return;
    reason = fault;
    socket.destroy();
  });
  socket.on('error', (error) => {
    reason = new UserError('live.lsl-failed', `the stream ${name} cannot be read (${error.message})`, {
      name,
      reason: error.message,
    });
  });
  socket.on('close', () => {
    clock.close();
    if (!closed) sink.lost(reason, false);
  });
  return {
    pause: (waiting) => {
      if (waiting) socket.pause();
      else socket.resume();
    },
    close: async () => {
      closed = true;
      socket.destroy();
    },
  };
}

function request(info: StreamInfo): string {
  const fields = {
    'Native-Byte-Order': endianness() === 'LE' ? 1234 : 4321,
    'Endian-Performance': 0,
    'Has-IEEE754-Floats': 1,
    'Supports-Subnormals': 1,
    'Value-Size': BYTES_OF[info.format],
    'Data-Protocol-Version': 110,
    'Max-Buffer-Length': 360,
    'Max-Chunk-Length': 0,
    Hostname: info.host,
    'Source-Id': info.uid,
    'Session-Id': 'default',
  };
  const lines = Object.entries(fields).map(([name, value]) => `${name}: ${value}\r\n`);
  return `LSL:streamfeed/110 ${info.uid}\r\n${lines.join('')}\r\n`;
}

/** Takes the answer's bytes as they come: header, two test samples, samples. Gives a sentence where they do not fit. */
function createFeedParser(info: StreamInfo, sink: TransportSink): (chunk: Uint8Array) => UserError | null {
  const { format, channels } = info;
  const values = new Float32Array(channels);
  let pending: Buffer = Buffer.alloc(0);
  let little: boolean | null = null;
  let tests = 0;
  let clock = 0;

  const noSamples = () =>
    new UserError('live.lsl-bytes', `the stream ${info.name} sent bytes that are no samples`, {
      name: info.name,
    });

  const header = (): UserError | null => {
    const end = pending.indexOf(HEADER_END);
    if (end < 0) return null;
    const text = pending.subarray(0, end).toString('latin1');
    if (!/^LSL\/\d+ 200/.test(text)) {
      const [answer] = text.split('\r\n');
      return new UserError('live.lsl-refused', `the stream ${info.name} refused the feed: ${answer}`, {
        name: info.name,
        answer,
      });
    }
    little = /Byte-Order:\s*4321/i.test(text) === false;
    pending = pending.subarray(end + HEADER_END.length);
    sink.opened();
    return null;
  };

  /** Where a sample's values end; null where they are not all here, undefined where they are none. */
  const valuesEnd = (view: DataView, start: number, order: boolean): number | null | undefined => {
    try {
      return readValues(view, start, info, order, values);
    } catch {
      return;
    }
  };

  return (chunk) => {
    pending = pending.length === 0 ? Buffer.from(chunk) : Buffer.concat([pending, chunk]);
    if (little === null) {
      const fault = header();
      if (fault !== null || little === null) return fault;
    }
    let at = 0;
    while (at < pending.length) {
      const tag = pending[at];
      if (tag !== TAG_DEDUCED && tag !== TAG_TRANSMITTED) return noSamples();
      const start = at + 1 + (tag === TAG_TRANSMITTED ? 8 : 0);
      if (start > pending.length) break;
      const view = new DataView(pending.buffer, pending.byteOffset, pending.byteLength);
      const end = valuesEnd(view, start, little);
      if (end === undefined) return noSamples();
      if (end === null) break;
      clock =
        tag === TAG_TRANSMITTED
          ? view.getFloat64(at + 1, little)
          : clock + (info.rate > 0 ? 1 / info.rate : 0);
      if (tests < TEST_OFFSETS.length) {
        const offset = TEST_OFFSETS[tests++];
        const right = values.every(
          (value, channel) => value === Math.fround(testValue(format, channel, offset)),
        );
        if (clock !== TEST_TIME || !right)
          return new UserError(
            'live.lsl-form',
            `the stream ${info.name} sends values in a form that was not agreed`,
            { name: info.name },
          );
        // Not where the samples' own times go on from.
        clock = 0;
      } else if (format === 'string' && values.some(Number.isNaN)) sink.corrupt();
      else sink.frame(values, clock);
      at = end;
    }
    pending = Buffer.from(pending.subarray(at));
    return null;
  };
}
