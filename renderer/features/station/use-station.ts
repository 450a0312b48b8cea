import { useEffect, useState } from 'react';
import { flushSync } from 'react-dom';
import { nextStationBytes, readStationFrame, type StationFrame } from '../../api/station-frames.ts';

/** Wait before asking again where no device is open or the connection failed. */
const RETRY_MS = 400;

/**
 * The newest frame, again and again: fetched as fast as frames come, and shown once per picture of the screen, in that
 * same picture, so that little time passes between the device and the eye.
 * @param opened changes when another device was opened
 */
export function useStation(opened: number, paused: boolean): StationFrame | null {
  const [frame, setFrame] = useState<StationFrame | null>(null);
  useEffect(() => {
    if (opened === 0) return setFrame(null);
    if (paused) return;
    const controller = new AbortController();
    const { signal } = controller;
    const wait = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));
    let newest: ArrayBuffer | null = null;
    let asked = 0;
    const show = () => {
      asked = 0;
      const bytes = newest;
      newest = null;
      if (bytes !== null) flushSync(() => setFrame(readStationFrame(bytes)));
    };
    const run = async () => {
      let after = -1;
      while (!signal.aborted) {
        const next = await nextStationBytes(after, signal).catch(() => null);
        if (signal.aborted) return;
        if (next === null) {
          await wait(RETRY_MS);
          continue;
        }
        after = next.index;
        newest = next.bytes;
        if (asked === 0) asked = requestAnimationFrame(show);
        // Nothing is drawn in a hidden window, so nothing more need be fetched.
        if (document.hidden) await new Promise((resolve) => requestAnimationFrame(resolve));
      }
    };
    void run();
    return () => {
      controller.abort();
      cancelAnimationFrame(asked);
    };
  }, [opened, paused]);
  return frame;
}
