import { randomUUID } from 'node:crypto';
import { createSocket, type Socket as UdpSocket } from 'node:dgram';
import { createServer, type Socket } from 'node:net';
import {
  type ChannelFormat,
  type StreamInfo,
  TEST_OFFSETS,
  TEST_TIME,
  testValue,
  UNICAST_PORTS,
  writeInfo,
  writeSample,
} from './protocol.ts';

/** A stream that other programs of this machine can find and read: keypoints, or a mat that is played again. */
export interface Outlet {
  readonly info: StreamInfo;
  /** Readers that are connected. */
  readonly readers: number;
  /** Sends a sample to whoever reads. @param time seconds, by the sender's clock; null: one step after the one before */
  push(values: ArrayLike<number>, time: number | null): void;
  close(): Promise<void>;
}

/** Opens an outlet on the loopback interface. @throws Error where every service port is taken */
export async function openOutlet(options: {
  readonly name: string;
  readonly type: string;
  readonly channels: number;
  readonly rate: number;
  readonly format: ChannelFormat;
}): Promise<Outlet> {
  const host = '127.0.0.1';
  const uid = randomUUID();
  const feeds = new Set<Socket>();
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => {
      sockets.delete(socket);
      feeds.delete(socket);
    });
    socket.on('error', () => {});
    let asked = '';
    const listen = (chunk: Buffer) => {
      asked += chunk.toString('latin1');
      if (!asked.includes('\r\n\r\n')) return;
      socket.off('data', listen);
      socket.write(
        `LSL/110 200 OK\r\nUID: ${uid}\r\nByte-Order: 1234\r\nSuppress-Subnormals: 0\r\nData-Protocol-Version: 110\r\n\r\n`,
      );
      for (const offset of TEST_OFFSETS)
        socket.write(
          writeSample(
            options.format,
            Array.from({ length: options.channels }, (_, channel) =>
              testValue(options.format, channel, offset),
            ),
            TEST_TIME,
          ),
        );
      feeds.add(socket);
    };
    socket.on('data', listen);
  });
  const dataPort = await new Promise<number>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, host, () => {
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : 0);
    });
  });
  const { socket: service, port: servicePort } = await bindService(host);
  const info: StreamInfo = { ...options, uid, host, dataPort, servicePort };
  service.on('message', (message, sender) => answer(service, info, message.toString('utf8'), sender));
  return {
    info,
    get readers() {
      return feeds.size;
    },
    push(values, time) {
      const bytes = writeSample(options.format, values, time);
      for (const socket of feeds) socket.write(bytes);
    },
    close: async () => {
      service.close();
      for (const socket of sockets) socket.destroy();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

/** Takes the first free service port. */
async function bindService(host: string): Promise<{ socket: UdpSocket; port: number }> {
  for (let port = UNICAST_PORTS.first; port <= UNICAST_PORTS.last; port++) {
    const socket = createSocket('udp4');
    const bound = await new Promise<boolean>((resolve) => {
      socket.once('error', () => resolve(false));
      socket.bind(port, host, () => resolve(true));
    });
    if (bound) return { socket, port };
  }
  throw new Error('every service port of the Lab Streaming Layer is taken on this machine');
}

/** Answers discovery (where the name fits) and questions for the clock. */
function answer(
  socket: UdpSocket,
  info: StreamInfo,
  text: string,
  sender: { address: string; port: number },
): void {
  const [command, query = '', third = ''] = text.split('\r\n');
  if (command === 'LSL:shortinfo') {
    const wanted = /name='([^']*)'/.exec(query)?.[1];
    const [port, id] = third.split(' ');
    if (wanted === undefined || wanted === info.name)
      socket.send(`${id}\r\n${writeInfo(info)}`, Number(port), sender.address);
  } else if (command === 'LSL:timedata') {
    const now = performance.now() / 1000;
    const [wave, sent] = query.split(' ');
    socket.send(` ${wave} ${sent} ${now} ${performance.now() / 1000}`, sender.port, sender.address);
  }
}
