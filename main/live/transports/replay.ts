import { openPressure } from '../../formats/pressure/open-pressure.ts';
import type { FrameSupply } from './paced.ts';

/**
 * A recording of the disk as frames. Garbled leading frames are left out (they are counted by the importer); cells
 * that do not exist read 0.
 * @throws UserError as `openPressure`
 */
export async function replayFile(
  path: string,
  fallbackRate: number,
  loop: boolean,
): Promise<FrameSupply & { readonly rows: number; readonly cols: number }> {
  const recording = await openPressure(path);
  const garbled = new Set(recording.corruptFrames);
  let index = 0;
  return {
    rows: recording.rows,
    cols: recording.cols,
    rate: recording.rate ?? fallbackRate,
    async next() {
      while (garbled.has(index)) index++;
      if (index >= recording.frameCount) {
        if (!loop) return null;
        index = 0;
        while (garbled.has(index)) index++;
      }
      const frame = await recording.frame(index++);
      return frame.map((value) => (Number.isNaN(value) ? 0 : value));
    },
    close: () => recording.close(),
  };
}

/** What a recording says of itself, for the form that replays it. @throws UserError as `openPressure` */
export async function replayFacts(path: string): Promise<{
  rows: number;
  cols: number;
  frames: number;
  rate: number | null;
  unit: string;
  cellSize: { width: number; height: number } | null;
}> {
  const recording = await openPressure(path);
  const { rows, cols, frameCount, rate, unit, cellSize } = recording;
  await recording.close();
  return { rows, cols, frames: frameCount, rate, unit, cellSize };
}
