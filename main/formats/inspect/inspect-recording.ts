import { findEvents, type TriggerEvent } from '../meeg/find-events.ts';
import { blocksOfRecording, type Recording } from '../meeg/recording.ts';
import { sumOfSquares } from './sum-of-squares.ts';

const SHOWN_ANNOTATIONS = 6;
const SHOWN_CHANNELS = 3;
const SHOWN_SAMPLES = 5;

/** What `gyrus inspect` says of a continuous recording; with `stats` all samples are read. The recording is closed. */
export async function inspectRecording(
  recording: Recording,
  kind: string,
  stats: boolean,
): Promise<Record<string, unknown>> {
  try {
    return { ...describeRecording(recording, kind), ...(stats ? await sampleStatistics(recording) : {}) };
  } finally {
    await recording.close();
  }
}

/** Everything that is known without reading samples; names and values as MNE has them. */
export function describeRecording(recording: Recording, kind: string): Record<string, unknown> {
  const { channels, sfreq, sampleCount, annotations, firstSample, gaps } = recording;
  const names = channels.map(({ name }) => name);
  // MNE counts onsets as the acquisition counts samples, not from the first one kept.
  const shift = firstSample / sfreq;
  const descriptions = annotations.map(({ description }) => description);
  const stim = channels.filter(({ type }) => type === 'stim').map(({ name }) => name);
  return {
    format: recording.format,
    kind,
    filenames: recording.files,
    ...(recording.storedAs === null ? {} : { orig_format: recording.storedAs }),
    n_channels: channels.length,
    sfreq,
    n_times: sampleCount,
    duration_s: (sampleCount - 1) / sfreq,
    first_samp: firstSample,
    lowpass: recording.lowpass,
    highpass: recording.highpass,
    meas_date: recording.measuredAt ?? 'None',
    line_freq: recording.lineFrequency,
    bads: recording.bads,
    ch_names_first: names.slice(0, 6),
    ch_names_last: names.slice(-3),
    n_projs: recording.projectionCount,
    n_comps: recording.compensationCount,
    n_dig: recording.digitisedPoints,
    proc_history: recording.processingSteps,
    experimenter: recording.experimenter,
    channel_types: counted(channels.map(({ type }) => type)),
    ...(recording.deviceToHead === null ? {} : { dev_head_t: recording.deviceToHead }),
    units_si: Object.fromEntries(
      channels.slice(0, 2).map(({ name, unit }) => [name, `${unit.code} (${unit.name})`]),
    ),
    n_annotations: annotations.length,
    annotations_first: annotations
      .slice(0, SHOWN_ANNOTATIONS)
      .map(({ onset, duration, description }) => [micro(onset + shift), micro(duration), description]),
    ...(annotations.length > 0 ? { annotation_counts: counted(descriptions) } : {}),
    ...(stim.length > 0 ? { stim_channels: stim } : {}),
    ...(gaps.length > 0
      ? { n_gaps: gaps.length, gaps_first: gaps.slice(0, 6).map(({ start, count }) => [start, count]) }
      : {}),
    notices: recording.notices,
  };
}

/** First samples, root mean square of each type over all samples, and the events of every trigger channel. */
async function sampleStatistics(recording: Recording): Promise<Record<string, unknown>> {
  const { channels, sampleCount, firstSample } = recording;
  const squares = new Float64Array(channels.length);
  const first = channels.map((): number[] => []);
  const stim = new Map(
    channels.flatMap(({ type }, index) =>
      type === 'stim' ? [[index, new Float64Array(sampleCount)] as const] : [],
    ),
  );
  for await (const { start, data } of blocksOfRecording(recording)) {
    data.forEach((values, channel) => {
      squares[channel] += sumOfSquares(values);
      const shown = first[channel];
      for (let sample = 0; shown.length < SHOWN_SAMPLES && sample < values.length; sample++) {
        shown.push(values[sample]);
      }
      stim.get(channel)?.set(values, start);
    });
  }
  const byType = new Map<string, { sum: number; count: number }>();
  channels.forEach(({ type }, index) => {
    const entry = byType.get(type) ?? { sum: 0, count: 0 };
    byType.set(type, { sum: entry.sum + squares[index], count: entry.count + sampleCount });
  });
  const last = channels.length - 1;
  return {
    first_samples: Object.fromEntries(
      channels.slice(0, SHOWN_CHANNELS).map(({ name }, index) => [name, first[index]]),
    ),
    last_channel_first_samples: last < 0 ? {} : { [channels[last].name]: first[last] },
    rms_per_type: Object.fromEntries(
      [...byType].map(([type, { sum, count }]) => [type, Math.sqrt(sum / count)]),
    ),
    ...Object.fromEntries(
      [...stim].map(([index, values]) => [
        `events_${channels[index].name}`,
        describeEvents(findEvents(values, { firstSample, initialEvent: true }), 5),
      ]),
    ),
  };
}

/** Count, first events and how often each code occurs. */
export function describeEvents(events: readonly TriggerEvent[], shown: number): Record<string, unknown> {
  return {
    n: events.length,
    first: events.slice(0, shown),
    codes: counted(events.map(([, , code]) => String(code))),
  };
}

function counted(names: readonly string[]): Record<string, number> {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return Object.fromEntries(counts);
}

/** Seconds to whole microseconds: sums of times carry rounding that says nothing. */
function micro(seconds: number): number {
  return Math.round(seconds * 1e6) / 1e6;
}
