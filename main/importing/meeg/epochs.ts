import type { MeegChannel, MeegEpochs, MeegEvent } from '../../contract/meeg-import.ts';

/** Epochs cut from a recording, and what became of every event. */
export interface CutEpochs {
  /** Epochs × channels × samples, row-major. */
  readonly data: Float32Array;
  readonly samples: number;
  /** Events whose epochs were kept. */
  readonly kept: readonly MeegEvent[];
  /** Events whose epochs varied too much, with the channels that did. */
  readonly dropped: readonly { readonly event: MeegEvent; readonly channels: readonly string[] }[];
  /** Events too near to an end or to missing data. */
  readonly outside: readonly MeegEvent[];
}

/**
 * Cuts epochs as mne.Epochs does: samples from round(tmin·sfreq) to round(tmax·sfreq) around each event, the mean of
 * the baseline taken off every channel, and those dropped in which a good channel's peak-to-peak value is over the
 * limit of its type.
 * @param read samples `start` to `stop`, one array per channel
 * @param usable whether a stretch of samples was recorded without a break
 */
export async function cutEpochs(
  options: MeegEpochs,
  events: readonly MeegEvent[],
  recording: {
    readonly sfreq: number;
    readonly sampleCount: number;
    readonly channels: readonly MeegChannel[];
  },
  read: (start: number, stop: number) => Promise<readonly ArrayLike<number>[]>,
  usable: (start: number, stop: number) => boolean,
): Promise<CutEpochs> {
  const { sfreq, sampleCount, channels } = recording;
  const [first, last] = [Math.round(options.tmin * sfreq), Math.round(options.tmax * sfreq)];
  const samples = last - first + 1;
  const wanted =
    options.events.length === 0 ? events : events.filter(({ name }) => options.events.includes(name));
  const kept: MeegEvent[] = [];
  const dropped: CutEpochs['dropped'][number][] = [];
  const outside: MeegEvent[] = [];
  const epochs: Float32Array[] = [];
  for (const event of wanted) {
    const [start, stop] = [event.sample + first, event.sample + last + 1];
    if (start < 0 || stop > sampleCount || !usable(start, stop)) {
      outside.push(event);
      continue;
    }
    const rows = (await read(start, stop)).map((values, channel) =>
      channels[channel].type === 'stim'
        ? Float64Array.from(values)
        : withoutBaseline(values, options, first, sfreq),
    );
    const noisy = channels.flatMap(({ name, type, bad }, channel) => {
      const limit = bad ? undefined : options.reject[type];
      return limit !== undefined && peakToPeak(rows[channel]) > limit ? [name] : [];
    });
    if (noisy.length > 0) dropped.push({ event, channels: noisy });
    else {
      const epoch = new Float32Array(channels.length * samples);
      rows.forEach((row, channel) => void epoch.set(row, channel * samples));
      epochs.push(epoch);
      kept.push(event);
    }
  }
  const data = new Float32Array(epochs.length * channels.length * samples);
  epochs.forEach((epoch, index) => void data.set(epoch, index * epoch.length));
  return { data, samples, kept, dropped, outside };
}

function withoutBaseline(
  values: ArrayLike<number>,
  { baseline }: MeegEpochs,
  first: number,
  sfreq: number,
): Float64Array {
  const out = Float64Array.from(values);
  if (baseline === null) return out;
  const [from, to] = [baseline[0] ?? first / sfreq, baseline[1] ?? (first + values.length - 1) / sfreq];
  let [sum, count] = [0, 0];
  for (let at = 0; at < out.length; at++) {
    const sample = first + at;
    // Both edges belong to it, as far as samples lie within half a thousandth of a sample of them.
    if (sample >= from * sfreq - 5e-4 && sample <= to * sfreq + 5e-4) {
      sum += out[at];
      count += 1;
    }
  }
  const mean = count > 0 ? sum / count : 0;
  for (let at = 0; at < out.length; at++) out[at] -= mean;
  return out;
}

function peakToPeak(values: Float64Array): number {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of values) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return high - low;
}
