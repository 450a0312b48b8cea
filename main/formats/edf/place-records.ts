import { emptyBlock, type Gap } from '../meeg/recording.ts';

/** Reads samples counted over the stored records, without gaps. */
export type StoredReader = (start: number, stop: number) => Promise<Float64Array[]>;

/** Where stored records lie on the recording's time. */
export interface PlacedRecords {
  readonly sampleCount: number;
  readonly gaps: readonly Gap[];
  /** Records that claim to begin before the one in front of them ends. */
  readonly overlaps: number;
  /** Reads samples of the recording's time through a reader of stored ones; gaps are zeros. */
  read(start: number, stop: number, channels: number, stored: StoredReader): Promise<Float64Array[]>;
}

/** A run of stored samples that follow each other in time. */
interface Run {
  readonly start: number;
  readonly stored: number;
  readonly count: number;
}

/**
 * Places records by the onsets that their time-keeping lists give (seconds; null where a record has none, which then
 * follows on). A record that begins half a sample or more after the end of the one in front leaves a gap.
 */
export function placeRecords(
  onsets: readonly (number | null)[],
  layout: { perRecord: number; sfreq: number; seconds: number; recordCount: number },
): PlacedRecords {
  const { perRecord, sfreq, seconds, recordCount } = layout;
  const gaps: Gap[] = [];
  const runs: Run[] = [];
  let overlaps = 0;
  let at = 0;
  let previous = onsets[0] ?? null;
  let runStart = 0;
  let runStored = 0;
  for (let record = 1; record < recordCount; record++) {
    at += perRecord;
    const onset = onsets[record] ?? null;
    if (onset !== null && previous !== null) {
      const missing = Math.round((onset - previous - seconds) * sfreq);
      if (missing < 0) overlaps += 1;
      if (missing > 0) {
        runs.push({ start: runStart, stored: runStored, count: at - runStart });
        gaps.push({ start: at, count: missing });
        at += missing;
        runStart = at;
        runStored = record * perRecord;
      }
    }
    previous = onset ?? (previous === null ? null : previous + seconds);
  }
  const sampleCount = at + perRecord;
  runs.push({ start: runStart, stored: runStored, count: sampleCount - runStart });
  return {
    sampleCount,
    gaps,
    overlaps,
    read: async (start, stop, channels, stored) => {
      if (runs.length === 1) return stored(start, stop);
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
