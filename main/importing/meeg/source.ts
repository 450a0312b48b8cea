import type { MeegFilter } from '../../contract/meeg-import.ts';
import { UserError } from '../../core/errors.ts';
import { emptyBlock, type Recording } from '../../formats/meeg/recording.ts';
import { bandpassCoefficients, filterCentred, notchCoefficients, reachOf } from '../../tensor/signal/fir.ts';
import {
  inputRange,
  type Resampler,
  resample,
  resampledLength,
  resamplerFor,
} from '../../tensor/signal/resample.ts';

/** Samples that can be read in any order, so that an interrupted import goes on where it was. */
export interface SampleSource {
  readonly sfreq: number;
  readonly sampleCount: number;
  /** One array per channel, samples `start` to `stop`. */
  read(start: number, stop: number): Promise<Float64Array[]>;
}

/** Channel types that filters act on, as mne.io.Raw.filter picks by default; others pass unchanged. */
const filtered = new Set(['mag', 'grad', 'eeg', 'csd', 'seeg', 'ecog', 'dbs', 'hbo', 'hbr']);
const isTrigger = (type: string): boolean => type === 'stim';

const volts = { mV: 1e-3, µV: 1e-6, nV: 1e-9 } as const;

/** The recording with its voltages taken as given in another unit; as it is for null. Other units stay. */
export function withVoltUnit(recording: Recording, unit: keyof typeof volts | null): Recording {
  if (unit === null) return recording;
  const factor = volts[unit];
  const chosen = recording.channels.map((channel) => channel.unit.symbol === 'V');
  return {
    ...recording,
    read: async (start, stop, memory) => {
      const data = await recording.read(start, stop, memory);
      data.forEach((values, channel) => {
        if (chosen[channel]) for (let at = 0; at < values.length; at++) values[at] *= factor;
      });
      return data;
    },
  };
}

/** Stretches between gaps and boundaries: nothing is computed across these. */
export function stretches({
  sampleCount,
  gaps,
  boundaries = [],
}: Recording): { start: number; stop: number; missing: boolean }[] {
  const cuts = new Set([
    0,
    sampleCount,
    ...boundaries,
    ...gaps.flatMap(({ start, count }) => [start, start + count]),
  ]);
  const sorted = [...cuts].filter((cut) => cut >= 0 && cut <= sampleCount).sort((a, b) => a - b);
  return sorted.slice(1).map((stop, index) => {
    const start = sorted[index];
    return { start, stop, missing: gaps.some((gap) => start >= gap.start && start < gap.start + gap.count) };
  });
}

/**
 * A recording filtered and resampled as asked, computed as it is read.
 * @throws UserError `meeg.filter` for edges that the sampling rate cannot hold, `meeg.rate` for rates without a common
 *   fraction
 */
export function processed(
  recording: Recording,
  types: readonly string[],
  filter: MeegFilter,
  sfreq: number | null,
): SampleSource {
  let source: SampleSource = recording;
  const spans = stretches(recording);
  const chosen = types.map((type) => filtered.has(type));
  for (const coefficients of filtersOf(filter, recording.sfreq))
    source = throughFilter(source, coefficients, chosen, spans);
  if (sfreq === null || sfreq === recording.sfreq) return source;
  const resampler = resamplerFor(recording.sfreq, sfreq);
  if (resampler === null) {
    throw new UserError(
      'meeg.rate',
      `${recording.sfreq} Hz cannot be brought to ${sfreq} Hz: choose a rate that is a simple fraction of it.`,
      { from: recording.sfreq, to: sfreq },
    );
  }
  return throughResampler(source, resampler, types, sfreq);
}

function filtersOf(filter: MeegFilter, sfreq: number): Float64Array[] {
  try {
    const band = bandpassCoefficients(filter, sfreq);
    return [
      ...(band === null ? [] : [band]),
      ...(filter.notch.length > 0 ? [notchCoefficients(filter.notch, sfreq)] : []),
    ];
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    throw new UserError('meeg.filter', `This filter cannot be made at ${sfreq} Hz: ${cause.message}.`, {
      sfreq,
      reason: cause.message,
    });
  }
}

function throughFilter(
  source: SampleSource,
  coefficients: Float64Array,
  chosen: readonly boolean[],
  spans: ReturnType<typeof stretches>,
): SampleSource {
  const reach = reachOf(coefficients);
  return {
    ...source,
    read: async (start, stop) => {
      const out = emptyBlock(chosen.length, stop - start);
      for (const span of spans) {
        const [from, to] = [Math.max(start, span.start), Math.min(stop, span.stop)];
        if (from >= to) continue;
        const [left, right] = [Math.max(span.start, from - reach), Math.min(span.stop, to + reach)];
        // Reflections at the ends need the samples behind them.
        const inner = await source.read(
          Math.max(span.start, Math.min(left, from)),
          Math.min(span.stop, Math.max(right, Math.min(span.stop, span.start + reach + 1))),
        );
        const innerStart = Math.max(span.start, Math.min(left, from));
        const tail =
          right === span.stop
            ? await source.read(Math.max(span.start, span.stop - reach - 1), span.stop)
            : null;
        const picked = inner.filter((_, channel) => chosen[channel] && !span.missing);
        const tails = tail?.filter((_, channel) => chosen[channel] && !span.missing) ?? null;
        const extended = picked.map((values, index) =>
          extend(values, innerStart, tails?.[index] ?? null, { span, from: from - reach, to: to + reach }),
        );
        const smooth = filterCentred(extended, coefficients);
        let next = 0;
        inner.forEach((values, channel) => {
          const part =
            chosen[channel] && !span.missing
              ? smooth[next++]
              : values.subarray(from - innerStart, to - innerStart);
          out[channel].set(part, from - start);
        });
      }
      return out;
    },
  };
}

/**
 * Samples `from` to `to` of a stretch: beyond its ends it is reflected about its first and last sample, and zero where
 * the reflection ends too ("reflect_limited" of mne/cuda.py).
 */
function extend(
  values: Float64Array,
  valuesStart: number,
  tail: Float64Array | null,
  { span, from, to }: { span: { start: number; stop: number }; from: number; to: number },
): Float64Array {
  const out = new Float64Array(to - from);
  const length = span.stop - span.start;
  const at = (sample: number): number =>
    sample >= valuesStart && sample < valuesStart + values.length
      ? values[sample - valuesStart]
      : tail === null
        ? 0
        : tail[sample - (span.stop - tail.length)];
  for (let sample = from; sample < to; sample++) {
    const before = span.start - sample;
    const after = sample - (span.stop - 1);
    if (before > 0) out[sample - from] = before < length ? 2 * at(span.start) - at(span.start + before) : 0;
    else if (after > 0)
      out[sample - from] = after < length ? 2 * at(span.stop - 1) - at(span.stop - 1 - after) : 0;
    else out[sample - from] = at(sample);
  }
  return out;
}

function throughResampler(
  source: SampleSource,
  resampler: Resampler,
  types: readonly string[],
  sfreq: number,
): SampleSource {
  const { up, down } = resampler;
  return {
    sfreq,
    sampleCount: resampledLength(resampler, source.sampleCount),
    read: async (start, stop) => {
      const [first, last] = inputRange(resampler, start, stop);
      const [from, to] = [
        Math.max(0, first),
        Math.min(source.sampleCount, Math.max(last, Math.ceil((stop * down) / up))),
      ];
      const data = await source.read(from, to);
      return data.map((values, channel) =>
        isTrigger(types[channel])
          ? Float64Array.from({ length: stop - start }, (_, index) => {
              const sample = Math.min(source.sampleCount - 1, Math.floor(((start + index) * down) / up));
              return values[sample - from];
            })
          : resample(resampler, values, from, start, stop),
      );
    },
  };
}
