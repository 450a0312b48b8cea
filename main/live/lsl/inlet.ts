import { connect } from 'node:net';
import { endianness } from 'node:os';
import type { Connection, TransportSink } from '../frame-source.ts';
import {
  BYTES_OF,
  readValue,
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
    sink.lost(`no Lab Streaming Layer stream named ${name} answers on this network`, false);
    return { pause: () => {}, close: async () => {} };
  }
  if (info.channels !== cells) {
    sink.lost(`the stream ${name} has ${info.channels} channels where rows × columns make ${cells}`, true);
    return { pause: () => {}, close: async () => {} };
  }
  return feed(info, sink);
}

function feed(info: StreamInfo, sink: TransportSink): Connection {
  const socket = connect({ host: info.host, port: info.dataPort, noDelay: true });
  const parser = createFeedParser(info, sink);
  let closed = false;
  let reason = `the stream ${info.name} ended`;
  socket.on('connect', () => socket.write(request(info)));
  socket.on('data', (chunk) => {
    const fault = parser(chunk);
    if (fault === null) return;
    reason = fault;
    socket.destroy();
  });
  socket.on('error', (error) => {
    reason = `the stream ${info.name} cannot be read (${error.message})`;
  });
  socket.on('close', () => {
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
function createFeedParser(info: StreamInfo, sink: TransportSink): (chunk: Uint8Array) => string | null {
  const { format, channels } = info;
  const width = BYTES_OF[format];
  const values = new Float32Array(channels);
  let pending: Buffer = Buffer.alloc(0);
  let little: boolean | null = null;
  let tests = 0;
  let clock = 0;

  const header = (): string | null => {
    const end = pending.indexOf(HEADER_END);
    if (end < 0) return null;
    const text = pending.subarray(0, end).toString('latin1');
    if (!/^LSL\/\d+ 200/.test(text))
      return `the stream ${info.name} refused the feed: ${text.split('\r\n')[0]}`;
    little = /Byte-Order:\s*4321/i.test(text) === false;
    pending = pending.subarray(end + HEADER_END.length);
    sink.opened();
    return null;
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
      if (tag !== TAG_DEDUCED && tag !== TAG_TRANSMITTED)
        return `the stream ${info.name} sent bytes that are no samples`;
      const start = at + 1 + (tag === TAG_TRANSMITTED ? 8 : 0);
      const end = start + channels * width;
      if (end > pending.length) break;
      const view = new DataView(pending.buffer, pending.byteOffset, pending.byteLength);
      clock =
        tag === TAG_TRANSMITTED
          ? view.getFloat64(at + 1, little)
          : clock + (info.rate > 0 ? 1 / info.rate : 0);
      for (let channel = 0; channel < channels; channel++)
        values[channel] = readValue(view, start + channel * width, format, little);
      if (tests < TEST_OFFSETS.length) {
        const offset = TEST_OFFSETS[tests++];
        const right = values.every(
          (value, channel) => value === Math.fround(testValue(format, channel, offset)),
        );
        if (clock !== TEST_TIME || !right)
          return `the stream ${info.name} sends values in a form that was not agreed`;
      } else sink.frame(values, clock);
      at = end;
    }
    pending = Buffer.from(pending.subarray(at));
    return null;
  };
}
