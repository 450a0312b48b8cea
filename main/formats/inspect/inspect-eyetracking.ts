import type { EyelinkRecording } from '../eyetracking/eyelink-asc.ts';
import { readEyetracking } from '../eyetracking/open-eyetracking.ts';
import { type EyeRecording, sampleClock } from '../eyetracking/recording.ts';
import type { SmiRecording } from '../eyetracking/smi.ts';
import type { TobiiStudioRecording } from '../eyetracking/tobii-studio.ts';

type Fields = Record<string, unknown>;

/** What `gyrus inspect` says of an eye-tracking recording. */
export async function inspectEyetracking(path: string): Promise<Fields> {
  return describeEyetracking(await readEyetracking(path));
}

/** A recording in the words of `gyrus inspect`. */
export function describeEyetracking(recording: EyeRecording): Fields {
  const { samples, events } = recording;
  const clock = sampleClock(samples.time);
  return {
    format: recording.format,
    kind: 'eyetracking',
    eyes: recording.eyes,
    unit: recording.unit,
    origin: recording.origin,
    screen: recording.screen === null ? null : `${recording.screen.width} x ${recording.screen.height}`,
    sfreq: recording.rate,
    n_samples: samples.count,
    first_time_ms: samples.time[0] ?? null,
    last_time_ms: samples.time[samples.count - 1] ?? null,
    jitter_ms: clock.jitter,
    gaps: clock.gaps,
    event_counts: countBy(events.map(({ kind, eye }) => `${kind} ${eye}`)),
    n_messages: recording.messages.length,
    ...channelFigures(recording),
    ...ownFields(recording),
    notices: recording.notices,
  };
}

/** Missing values and means of every gaze channel, by name. */
function channelFigures({ samples }: EyeRecording): Fields {
  const channels = samples.eyes.flatMap(({ eye, x, y, pupil }) => [
    { name: `xpos_${eye}`, values: x },
    { name: `ypos_${eye}`, values: y },
    ...(pupil === null ? [] : [{ name: `pupil_${eye}`, values: pupil }]),
  ]);
  return Object.fromEntries(
    channels.map(({ name, values }) => [name, { n_missing: missing(values), mean: mean(values) }]),
  );
}

function ownFields(recording: EyeRecording): Fields {
  if (isEyelink(recording)) return eyelinkFields(recording);
  if (isSmi(recording))
    return { counts: recording.counts, n_lines: recording.lineCount, sample_rate: recording.rate };
  if (isTobiiStudio(recording)) {
    const fixations = recording.events.filter(({ kind }) => kind === 'fixation');
    const duration = fixations.reduce((sum, { start, end }) => sum + (end - start), 0);
    return {
      preamble_lines: recording.preambleLines,
      table: recording.table,
      n_fixations: fixations.length,
      sum_duration_ms: duration,
    };
  }
  return {};
}

function eyelinkFields(recording: EyelinkRecording): Fields {
  const { samples, blocks } = recording;
  const [first] = samples.eyes;
  return {
    n_lines: recording.lineCount,
    sample_column_counts: recording.columnCounts,
    n_first_eye_missing: first === undefined ? 0 : missing(first.x),
    mean_first_x: first === undefined ? null : mean(first.x),
    tag_counts: recording.tagCounts,
    block_starts: blocks.map(({ start }) => start),
    n_blocks: blocks.length,
    rates: blocks.flatMap(({ rate }) => rate ?? []),
    samples_line: recording.samplesLines,
    coords: recording.coordinateLines.slice(0, 2),
    first_sample: recording.firstSampleLine,
    last_sample: recording.lastSampleLine,
    mne: asMneReads(recording),
  };
}

/**
 * The recording as MNE's read_raw_eyelink lays it out: samples side by side at the announced rate from the first one
 * on, annotations that begin within them, blinks as BAD_blink.
 */
function asMneReads(recording: EyelinkRecording): Fields {
  const { samples, columns, events, messages, rate, eyes } = recording;
  const channels = columns.map((name) => {
    const [, axis, eye] = /^(xpos|ypos|pupil)_(left|right)$/.exec(name) ?? [];
    const channel = samples.eyes.find((one) => one.eye === eye);
    const gaze = axis === 'xpos' ? channel?.x : axis === 'ypos' ? channel?.y : channel?.pupil;
    return gaze ?? samples.extra[name] ?? new Float64Array(0);
  });
  const from = samples.time[0] ?? 0;
  const to = from + (samples.count * 1000) / (rate ?? 1000);
  const within = (time: number): boolean => time >= from && time < to;
  const names = [
    ...events.filter(({ start }) => within(start)).map(({ kind }) => (kind === 'blink' ? 'BAD_blink' : kind)),
    ...messages
      .filter(({ time, kind, text }) => kind === 'message' && within(time) && !text.startsWith('!'))
      .map(({ text }) => text),
  ];
  return {
    ch_names: columns,
    sfreq: rate,
    n_times: samples.count,
    nan: channels.map(missing),
    mean: channels.map(mean),
    annotations: countBy(names),
    eyes,
  };
}

function missing(values: Float64Array): number {
  return values.reduce((count, value) => count + (Number.isNaN(value) ? 1 : 0), 0);
}

function mean(values: Float64Array): number | null {
  let [sum, count] = [0, 0];
  for (const value of values) {
    if (Number.isNaN(value)) continue;
    sum += value;
    count += 1;
  }
  return count === 0 ? null : sum / count;
}

function countBy(names: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const name of names) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
}

const isEyelink = (one: EyeRecording): one is EyelinkRecording => one.format === 'eyelink-asc';
const isSmi = (one: EyeRecording): one is SmiRecording =>
  one.format === 'smi-events' || one.format === 'smi-samples';
const isTobiiStudio = (one: EyeRecording): one is TobiiStudioRecording => 'preambleLines' in one;
