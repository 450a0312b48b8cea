import { createSocket } from 'node:dgram';
import { MULTICAST_ADDRESSES, MULTICAST_PORT, readInfo, type StreamInfo, UNICAST_PORTS } from './protocol.ts';

/** Time between questions. */
const REPEAT_MS = 250;

/**
 * Looks for streams of a name, on this machine and on the local network.
 * @param milliseconds how long to wait; the first answer ends the wait
 */
export async function resolveStream(name: string, milliseconds: number): Promise<StreamInfo | null> {
  const socket = createSocket({ type: 'udp4', reuseAddr: true });
  const query = String(Math.floor(performance.now() * 1000) % 1_000_000_007);
  try {
    await new Promise<void>((resolve, reject) => {
      socket.once('error', reject);
      socket.bind(0, () => resolve());
    });
    socket.setBroadcast(true);
    const message = `LSL:shortinfo\r\nname='${name.replace(/'/g, '')}'\r\n${socket.address().port} ${query}\r\n`;
    const ask = () => {
      // Networks that cannot be reached are no matter: others may answer.
      for (const address of MULTICAST_ADDRESSES) socket.send(message, MULTICAST_PORT, address, () => {});
      for (let port = UNICAST_PORTS.first; port <= UNICAST_PORTS.last; port++)
        socket.send(message, port, '127.0.0.1', () => {});
    };
    return await new Promise<StreamInfo | null>((resolve) => {
      const again = setInterval(ask, REPEAT_MS);
      const end = (found: StreamInfo | null) => {
        clearInterval(again);
        clearTimeout(limit);
        resolve(found);
      };
      const limit = setTimeout(() => end(null), milliseconds);
      socket.on('message', (answer, sender) => {
        const text = answer.toString('utf8');
        if (!text.startsWith(`${query}\r\n`)) return;
        const info = readInfo(text.slice(query.length + 2), sender.address);
        if (info !== null && info.name === name) end(info);
      });
      ask();
    });
  } finally {
    socket.close();
  }
}
