import type { Gap } from '../meeg/recording.ts';
import type { Res4 } from './res4.ts';

const CLOCK = 'SCLK01-177';

/**
 * What the system clock says of a recording: samples behind its stop were never recorded, and trials whose clock does
 * not go on where the one in front ended do not follow on it. Without a clock every trial stands for itself.
 */
export async function clockOf(
  { channels, samplesPerTrial, sfreq }: Res4,
  sampleCount: number,
  read: (channel: number, start: number, stop: number) => Promise<Float64Array>,
): Promise<{ gaps: Gap[]; boundaries: number[] }> {
  const clock = channels.findIndex(({ name }) => name === CLOCK);
  const boundaries: number[] = [];
  let previous: number | null = null;
  for (let start = 0; start < sampleCount; start += samplesPerTrial) {
    if (clock < 0) {
      if (start > 0) boundaries.push(start);
      continue;
    }
    const values = await read(clock, start, Math.min(sampleCount, start + samplesPerTrial));
    const stopped = values.indexOf(0);
    if (stopped >= 0 && start + stopped > 0) {
      return { gaps: [{ start: start + stopped, count: sampleCount - start - stopped }], boundaries };
    }
    if (previous !== null && Math.abs((values[0] - previous) * sfreq - 1) > 0.5) boundaries.push(start);
    previous = values[values.length - 1];
  }
  return { gaps: [], boundaries };
}
