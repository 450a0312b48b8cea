import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { refusal, UserError } from '../../core/errors.ts';
import type { Connection, TransportSink } from '../frame-source.ts';

/** Frames that are made or read rather than received. */
export interface FrameSupply {
  /** Frames a second at speed 1. */
  readonly rate: number;
  /** The next frame, or null at the end. Its memory may be used again afterwards. */
  next(): Promise<Float32Array | null>;
  close(): Promise<void>;
}

/** Frames handed over before the event loop gets its turn, when going as fast as possible. */
const BURST = 64;

/**
 * Plays frames on their own clock times `speed`; 0 goes as fast as whoever takes them. Late frames are caught up
 * with, so that an hour stays an hour.
 */
export function playFrames(supply: FrameSupply, speed: number, sink: TransportSink): Connection {
  let ended = false;
  let waiting = false;
  let stopped: () => void = () => {};
  const done = new Promise<void>((resolve) => {
    stopped = resolve;
  });
  const run = async () => {
    sink.opened();
    const step = speed === 0 ? 0 : 1000 / (supply.rate * speed);
    let due = performance.now();
    for (let index = 0; !ended; index++) {
      while (waiting && !ended) {
        await sleep(1);
        due = Math.max(due, performance.now() - step);
      }
      const wait = due - performance.now();
      if (wait > 0.5) await sleep(wait);
      else if (index % BURST === 0) await new Promise((resolve) => setImmediate(resolve));
      if (ended) break;
      const frame = await supply.next();
      if (frame === null) {
        sink.lost(new UserError('live.over', 'the recording is over'), true);
        break;
      }
      sink.frame(frame, index / supply.rate);
      due += step;
    }
  };
  void run()
    .catch((thrown: unknown) => {
      if (!ended) sink.lost(refusal(thrown), true);
    })
    .then(() => supply.close())
    .then(stopped, stopped);
  return {
    pause: (hold) => {
      waiting = hold;
    },
    close: () => {
      ended = true;
      return done;
    },
  };
}
