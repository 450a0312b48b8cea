import type { Transport } from '../../contract/live.ts';
import { UserError } from '../../core/errors.ts';
import type { Connection, TransportSink } from '../frame-source.ts';
import { readTty } from './tty-reads.ts';

/** Opens a serial port. Failures are told by `lost`, in words that say what to do. */
export async function openSerial(
  { path, baudRate }: Extract<Transport, { kind: 'serial' }>,
  sink: TransportSink,
): Promise<Connection> {
  // A native module: loaded when a port is first asked for.
  const { SerialPort } = await import('serialport');
  let closed = false;
  const port = new SerialPort({ path, baudRate, autoOpen: false });
  // Before "data" is listened to: that asks for the first read.
  port.once('open', () => {
    if (port.port !== undefined) readTty(port.port);
  });
  port.on('data', (chunk: Buffer) => sink.bytes(chunk));
  port.on('close', () => {
    if (!closed)
      sink.lost(new UserError('live.serial-gone', `${path} was unplugged or closed`, { path }), false);
  });
  // An error is followed by "close"; without a listener it would end the process.
  port.on('error', () => {});
  port.open((error) => {
    if (closed) {
      // Closed while it opened: nobody else knows of it.
      if (error === null) port.close();
    } else if (error === null) sink.opened();
    else sink.lost(explain(path, error.message), false);
  });
  return {
    pause: (waiting) => {
      if (waiting) port.pause();
      else port.resume();
    },
    close: () =>
      new Promise((resolve) => {
        closed = true;
        if (port.isOpen) port.close(() => resolve());
        else resolve();
      }),
  };
}

function explain(path: string, message: string): UserError {
  if (/permission|EACCES|access denied/i.test(message))
    return new UserError(
      'live.serial-denied',
      `${path} may not be opened by this user; on Linux, add the user to the group dialout and log in again`,
      { path },
    );
  if (/no such file|ENOENT|cannot find/i.test(message))
    return new UserError('live.serial-absent', `${path} is not there; is the device plugged in?`, { path });
  const reason = message.replace(/^Error:?\s*/, '');
  return new UserError('live.serial-failed', `${path} cannot be opened (${reason})`, { path, reason });
}

/** Serial ports of this machine. */
export async function listSerialPorts(): Promise<{ path: string; manufacturer: string | null }[]> {
  const { SerialPort } = await import('serialport');
  const ports = await SerialPort.list().catch(() => []);
  return ports.map(({ path, manufacturer }) => ({ path, manufacturer: manufacturer ?? null }));
}
