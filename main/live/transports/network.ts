import { createSocket } from 'node:dgram';
import { connect } from 'node:net';
import type { Transport } from '../../contract/live.ts';
import { UserError } from '../../core/errors.ts';
import type { Connection, TransportSink } from '../frame-source.ts';

/** Room for datagrams that arrive while this process is busy; the system may grant less. */
const RECEIVE_BUFFER = 8 * 1024 * 1024;

/** Listens for datagrams. `bound` learns the port, which matters where 0 was asked for. */
export async function openUdp(
  { port, host }: Extract<Transport, { kind: 'udp' }>,
  sink: TransportSink,
  bound: (port: number) => void = () => {},
): Promise<Connection> {
  const socket = createSocket({ type: host.includes(':') ? 'udp6' : 'udp4', recvBufferSize: RECEIVE_BUFFER });
  let closed = false;
  socket.on('message', (message) => sink.bytes(message));
  socket.on('error', (error) => {
    if (closed) return;
    const reason = error.message;
    const sentence = `UDP port ${port} on ${host} cannot be listened on (${reason})`;
    sink.lost(new UserError('live.udp-failed', sentence, { port, host, reason }), false);
  });
  socket.on('listening', () => {
    bound(socket.address().port);
    sink.opened();
  });
  socket.bind(port, host);
  return {
    // Datagrams do not wait; what is too much is dropped by the system and shows as lost frames.
    pause: () => {},
    close: () =>
      new Promise((resolve) => {
        if (closed) return resolve();
        closed = true;
        socket.close(() => resolve());
      }),
  };
}

/** Connects to a TCP server. */
export async function openTcp(
  { host, port }: Extract<Transport, { kind: 'tcp' }>,
  sink: TransportSink,
): Promise<Connection> {
  const socket = connect({ host, port, noDelay: true });
  let closed = false;
  const address = `${host}:${port}`;
  let reason = new UserError('live.tcp-ended', `${address} ended the connection`, { address });
  socket.on('connect', () => sink.opened());
  socket.on('data', (chunk) => sink.bytes(chunk));
  socket.on('error', (error) => {
    reason = new UserError('live.tcp-failed', `${address} cannot be reached (${error.message})`, {
      address,
      reason: error.message,
    });
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
