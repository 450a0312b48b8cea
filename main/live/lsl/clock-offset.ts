import { randomInt } from 'node:crypto';
import { createSocket } from 'node:dgram';
import type { StreamInfo } from './protocol.ts';

/** Questions of one estimate and the time between them, as liblsl has them. */
const PROBES = 8;
const PROBE_MS = 64;
/** Answers that an estimate needs at least. */
const LEAST = 6;
/** How long the last answer may take. */
const RTT_MS = 128;
/** Time from one estimate to the next. */
const EVERY_MS = 2000;

/**
 * Asks the sender for its clock again and again, over UDP. Of each handful of answers the one that took the shortest
 * way counts, as in NTP: with its four times t0 (asked), t1 (there), t2 (answered), t3 (back), the sender's clock is
 * ahead by ((t1 − t0) + (t2 − t3)) / 2.
 * @param each gets what must be added to the sender's times, in seconds, to be this process's monotonic clock
 */
export function watchClock(
  { host, servicePort }: Pick<StreamInfo, 'host' | 'servicePort'>,
  each: (offset: number) => void,
): { close(): void } {
  const now = () => performance.now() / 1000;
  if (!(servicePort > 0)) return { close: () => {} };
  const socket = createSocket(host.includes(':') ? 'udp6' : 'udp4');
  let wave = 0;
  let answers: { trip: number; ahead: number }[] = [];
  let timers: NodeJS.Timeout[] = [];
  socket.on('error', () => {});
  socket.on('message', (message) => {
    const [id, t0, t1, t2] = message.toString('latin1').trim().split(/\s+/).map(Number);
    if (id !== wave || ![t0, t1, t2].every(Number.isFinite)) return;
    const t3 = now();
    answers.push({ trip: t3 - t0 - (t2 - t1), ahead: (t1 - t0 + (t2 - t3)) / 2 });
  });
  const conclude = () => {
    if (answers.length < LEAST) return;
    each(-answers.reduce((best, one) => (one.trip < best.trip ? one : best)).ahead);
  };
  const ask = () => {
    wave = randomInt(1, 2 ** 31);
    answers = [];
    const probe = () => socket.send(`LSL:timedata\r\n${wave} ${now()}\r\n`, servicePort, host, () => {});
    timers = [
      ...Array.from({ length: PROBES }, (_, at) => setTimeout(probe, at * PROBE_MS)),
      setTimeout(conclude, PROBES * PROBE_MS + RTT_MS),
      setTimeout(ask, EVERY_MS),
    ];
  };
  ask();
  let open = true;
  return {
    close() {
      if (!open) return;
      open = false;
      for (const timer of timers) clearTimeout(timer);
      socket.close();
    },
  };
}
