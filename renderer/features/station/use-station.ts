import { useEffect, useMemo, useState } from 'react';
import { flushSync } from 'react-dom';
import { eachStationFrame, readStationFrame, type StationFrame } from '../../api/station-frames.ts';

/** Wait before asking again where no device is open or the connection failed. */
const RETRY_MS = 400;

/** Milliseconds between two changes of the numbers: faster ones cannot be read. */
const NUMBERS_MS = 100;

/** Every frame that is shown, for what draws it; a store that React can subscribe to. */
export interface LiveFrames {
  readonly subscribe: (listener: () => void) => () => void;
  readonly newest: () => StationFrame | null;
}

/**
 * The newest frame, again and again: fetched as fast as frames come, and shown once per picture of the screen, in that
 * same picture, so that little time passes between the device and the eye. `live` follows every picture; `frame` at the
 * pace of numbers, and at once where the connection's state changes.
 * @param opened changes when another device was opened
 */
export function useStation(
  opened: number,
  paused: boolean,
): { frame: StationFrame | null; live: LiveFrames } {
  const [frame, setFrame] = useState<StationFrame | null>(null);
  const { live, publish } = useMemo(createLiveFrames, []);
  useEffect(() => {
    if (opened === 0) {
      publish(null);
      return setFrame(null);
    }
    if (paused) return;
    const controller = new AbortController();
    const { signal } = controller;
    const wait = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));
    let newest: ArrayBuffer | null = null;
    let asked = 0;
    let numbers = { at: -NUMBERS_MS, state: '' };
    const show = () => {
      asked = 0;
      const bytes = newest;
      newest = null;
      if (bytes === null) return;
      const next = readStationFrame(bytes);
      const now = performance.now();
      flushSync(() => publish(next));
      if (now - numbers.at < NUMBERS_MS && next.view.state === numbers.state) return;
      numbers = { at: now, state: next.view.state };
      // After the picture, which does not wait for the numbers.
      setTimeout(() => setFrame((before) => (signal.aborted ? before : next)));
    };
    const keep = (bytes: ArrayBuffer): Promise<void> | void => {
      newest = bytes;
      if (asked === 0) asked = requestAnimationFrame(show);
      // Nothing is drawn in a hidden window, so nothing more need be fetched.
      if (document.hidden) return new Promise((resolve) => requestAnimationFrame(() => resolve()));
    };
    const run = async () => {
      while (!signal.aborted) {
        await eachStationFrame(keep, signal).catch(() => {});
        if (!signal.aborted) await wait(RETRY_MS);
      }
    };
    void run();
    return () => {
      controller.abort();
      cancelAnimationFrame(asked);
    };
  }, [opened, paused, publish]);
  return { frame, live };
}

function createLiveFrames(): { live: LiveFrames; publish: (frame: StationFrame | null) => void } {
  const listeners = new Set<() => void>();
  let newest: StationFrame | null = null;
  return {
    live: {
      subscribe: (listener) => {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
      newest: () => newest,
    },
    publish: (frame) => {
      newest = frame;
      for (const listener of listeners) listener();
    },
  };
}
