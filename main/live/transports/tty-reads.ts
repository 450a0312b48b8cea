import { readSync } from 'node:fs';
import type { SerialPort } from 'serialport';

type OpenPort = NonNullable<SerialPort['port']>;

/**
 * Lets an open serial port read its line by itself, on systems where that is a tty; does nothing on Windows.
 *
 * The reads of serialport 13 take a read of no bytes for "nothing yet" and try again at once. A tty whose device is
 * gone gives just that, so a plug pulled between two reads was never told, and a core spun. They also go through
 * the thread pool twice a chunk, though a tty opened without blocking answers at once.
 */
export function readTty(port: OpenPort): void {
  if (!('poller' in port)) return;
  port.read = async (buffer: Buffer, offset: number, length: number) => {
    while (port.isOpen && port.fd !== null) {
      const bytesRead = readNow(port.fd, buffer, offset, length);
      if (bytesRead === 0) throw new Error('the line hung up');
      if (bytesRead !== null) return { buffer, bytesRead };
      await new Promise<void>((resolve, reject) =>
        port.poller.once('readable', (error: Error | null) => (error ? reject(error) : resolve())),
      );
    }
    // What serialport expects of a read that its own close ended.
    throw Object.assign(new Error('Port is not open'), { canceled: true });
  };
}

/** Bytes read, or null where there are none yet. */
function readNow(handle: number, buffer: Buffer, offset: number, length: number): number | null {
  try {
    return readSync(handle, buffer, offset, length, null);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EAGAIN' || code === 'EWOULDBLOCK' || code === 'EINTR') return null;
    throw error;
  }
}
