import type { BlockMemory } from './block-memory.ts';
import { emptyBlock, type Gap } from './recording.ts';

/** Reads samples counted over the stored ones, without gaps. */
export type StoredReader = (start: number, stop: number, memory?: BlockMemory) => Promise<Float64Array[]>;

/** Stored samples that follow each other in time, and where on the recording's time they begin. */
export interface Run {
  readonly start: number;
  readonly stored: number;
  readonly count: number;
}

/** Runs laid out on the recording's time. */
export interface PlacedRuns {
  readonly sampleCount: number;
  readonly gaps: readonly Gap[];
  /** Runs that claim to begin before the one in front of them ends; they are put behind it. */
  readonly overlaps: number;
  /** Reads samples of the recording's time through a reader of stored ones; gaps are zeros. */
  read(
    start: number,
    stop: number,
    channels: number,
    stored: StoredReader,
    memory?: BlockMemory,
  ): Promise<Float64Array[]>;
}

/** Lays out runs in their order. */
export function placeRuns(wanted: readonly Run[]): PlacedRuns {
  const runs: Run[] = [];
  const gaps: Gap[] = [];
  let overlaps = 0;
  let end = 0;
  for (const { start, stored, count } of wanted) {
    if (start < end) overlaps += 1;
    if (start > end && runs.length > 0) gaps.push({ start: end, count: start - end });
    const at = runs.length === 0 ? 0 : Math.max(end, start);
    runs.push({ start: at, stored, count });
    end = at + count;
  }
  return {
    sampleCount: end,
    gaps,
    overlaps,
    read: async (start, stop, channels, stored, memory) => {
      const within = runs.find((run) => start >= run.start && stop <= run.start + run.count);
      if (within !== undefined) {
        const shift = within.stored - within.start;
        return stored(start + shift, stop + shift, memory);
      }
      const out = emptyBlock(channels, stop - start);
      for (const run of runs) {
        const from = Math.max(start, run.start);
        const to = Math.min(stop, run.start + run.count);
        if (from >= to) continue;
        const part = await stored(run.stored + from - run.start, run.stored + to - run.start);
        part.forEach((values, channel) => void out[channel].set(values, from - start));
      }
      return out;
    },
  };
}
