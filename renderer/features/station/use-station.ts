import { useEffect, useState } from 'react';
import { nextStationFrame, type StationFrame } from '../../api/station-frames.ts';

/** Wait before asking again where no device is open or the connection failed. */
const RETRY_MS = 400;

/**
 * The newest frame, again and again, at the pace at which the page can draw.
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
    const run = async () => {
      let after = -1;
      while (!signal.aborted) {
        const next = await nextStationFrame(after, signal).catch(() => null);
        if (signal.aborted) return;
        if (next === null) {
          await wait(RETRY_MS);
          continue;
        }
        after = next.view.index;
        setFrame(next);
        // One picture per screen refresh is enough.
        await new Promise((resolve) => requestAnimationFrame(resolve));
      }
    };
    void run();
    return () => controller.abort();
  }, [opened, paused]);
  return frame;
}
