import type { MeegPlan, MeegPreview } from '../../contract/meeg-import.ts';
import { UserError } from '../../core/errors.ts';
import { openRecording } from '../../formats/open-recording.ts';
import { channelTable } from './probe.ts';
import { processed, withVoltUnit } from './source.ts';

/** Samples drawn of each channel. */
const DRAWN = 400;
const LONGEST_SECONDS = 60;

/**
 * A stretch of a recording as the import would store it (filter included), thinned to 400 samples a channel; triggers
 * keep the largest value of each thinned step.
 * @throws UserError `import.unknown-run`, and as `openRecording`
 */
export async function previewMeeg(
  plan: MeegPlan,
  path: string,
  start: number,
  seconds: number,
): Promise<MeegPreview> {
  const run = plan.runs.find((planned) => planned.path === path);
  if (run === undefined)
    throw new UserError('import.unknown-run', `${path} is not a run of this plan.`, { image: path });
  const recording = withVoltUnit(await openRecording(path), run.voltUnit);
  try {
    const channels = channelTable(recording.channels, run.bads, run.types, run.positions);
    const source = processed(
      recording,
      channels.map(({ type }) => type),
      plan.filter,
      null,
    );
    const { sfreq, sampleCount } = recording;
    const length = Math.max(1, Math.min(sampleCount, Math.round(Math.min(seconds, LONGEST_SECONDS) * sfreq)));
    const first = Math.min(Math.max(0, Math.round(start * sfreq)), sampleCount - length);
    const data = await source.read(first, first + length);
    const step = Math.max(1, Math.floor(length / DRAWN));
    const drawn = Math.ceil(length / step);
    return {
      path,
      sfreq,
      sampleCount,
      start: first / sfreq,
      seconds: length / sfreq,
      channels,
      times: Array.from({ length: drawn }, (_, index) => (first + index * step) / sfreq),
      rows: data.map((values, channel) => thinned(values, step, drawn, channels[channel].type === 'stim')),
      events: recording.annotations
        .filter(
          ({ onset, duration }) => onset + duration >= first / sfreq && onset <= (first + length) / sfreq,
        )
        .slice(0, 500)
        .map(({ onset, duration, description }) => ({ time: onset, duration, name: description })),
      gaps: recording.gaps.map(({ start: at, count }) => ({ start: at / sfreq, seconds: count / sfreq })),
    };
  } finally {
    await recording.close();
  }
}

function thinned(values: Float64Array, step: number, drawn: number, keepLargest: boolean): number[] {
  return Array.from({ length: drawn }, (_, index) => {
    if (!keepLargest) return values[index * step];
    return values
      .subarray(index * step, (index + 1) * step)
      .reduce((most, value) => Math.max(most, value), 0);
  });
}
