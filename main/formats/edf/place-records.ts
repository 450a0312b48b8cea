import { type PlacedRuns, placeRuns, type Run } from '../meeg/place-runs.ts';

/**
 * Places records by the onsets that their time-keeping lists give (seconds; null where a record has none, which then
 * follows on). A record that begins half a sample or more after the end of the one in front leaves a gap.
 */
export function placeRecords(
  onsets: readonly (number | null)[],
  layout: { perRecord: number; sfreq: number; seconds: number; recordCount: number },
): PlacedRuns {
  const { perRecord, sfreq, seconds, recordCount } = layout;
  const runs: Run[] = [];
  let overlaps = 0;
  let previous = onsets[0] ?? null;
  let run = { start: 0, stored: 0 };
  let at = 0;
  for (let record = 1; record < recordCount; record++) {
    at += perRecord;
    const onset = onsets[record] ?? null;
    const missing =
      onset === null || previous === null ? 0 : Math.round((onset - previous - seconds) * sfreq);
    if (missing < 0) overlaps += 1;
    if (missing > 0) {
      runs.push({ ...run, count: at - run.start });
      at += missing;
      run = { start: at, stored: record * perRecord };
    }
    previous = onset ?? (previous === null ? null : previous + seconds);
  }
  runs.push({ ...run, count: at + perRecord - run.start });
  return { ...placeRuns(runs), overlaps };
}
