import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { meegEpochsSchema, meegFilterSchema } from '../../../main/contract/meeg-import.ts';
import { identity, type Recording } from '../../../main/formats/meeg/recording.ts';
import { units } from '../../../main/formats/meeg/units.ts';
import { cutEpochs } from '../../../main/importing/meeg/epochs.ts';
import { processed } from '../../../main/importing/meeg/source.ts';
import { resample, resampledLength, resamplerFor } from '../../../main/tensor/signal/resample.ts';

interface Kept {
  readonly shape: [number, number];
  readonly sums: number[];
  readonly squares: number[];
  readonly picked: number[][];
}
interface Filtered {
  readonly sfreq: number;
  readonly highpass?: number | null;
  readonly lowpass?: number | null;
  readonly frequencies?: number[];
  readonly result: Kept;
}

/** Made by test/fixtures/meeg/make.py with MNE and SciPy. */
const fixture: Record<'band' | 'low' | 'high' | 'slow' | 'notch', Filtered> & {
  resampled: { up: number; down: number; result: Kept }[];
  epochs: { events: [number, number, number][]; n: number; drop_log: string[][]; average: Kept };
} = JSON.parse(readFileSync(join(import.meta.dirname, '../../fixtures/meeg/filters.json'), 'utf8'));

const signal = Float64Array.from(
  { length: 900 },
  (_, i) => Math.sin(0.31 * i) + 0.5 * Math.cos(0.043 * i) + 0.001 * i,
);
const data = [signal, signal.map((value) => value * value)];

function recordingOf(sfreq: number, changes: Partial<Recording> = {}): Recording {
  return {
    format: 'edf',
    files: [],
    storedAs: null,
    channels: ['a', 'b'].map((name) => ({ name, type: 'eeg', unit: units.volt, position: null })),
    sfreq,
    sampleCount: 900,
    firstSample: 0,
    highpass: 0,
    lowpass: sfreq / 2,
    lineFrequency: null,
    measuredAt: null,
    bads: [],
    projectionCount: 0,
    compensationCount: 0,
    digitisedPoints: 0,
    deviceToHead: identity,
    processingSteps: 0,
    experimenter: null,
    annotations: [],
    gaps: [],
    notices: [],
    read: async (start, stop) => data.map((values) => values.slice(start, stop)),
    close: async () => {},
    ...changes,
  };
}

function expectKept(found: readonly Float64Array[], { shape, sums, squares, picked }: Kept): void {
  const length = shape[1];
  found.forEach((values, channel) => {
    expect(values).toHaveLength(length);
    const at = [0, 1, 7, Math.floor(length / 2), length - 2, length - 1];
    at.forEach((sample, index) => void expect(values[sample]).toBeCloseTo(picked[channel][index], 9));
    expect(values.reduce((sum, value) => sum + value, 0)).toBeCloseTo(sums[channel], 7);
    expect(values.reduce((sum, value) => sum + value * value, 0)).toBeCloseTo(squares[channel], 7);
  });
}

describe('filters agree with MNE', () => {
  test.each(['band', 'low', 'high', 'slow', 'notch'] as const)(
    '%s, at once and piece by piece',
    async (name) => {
      const { sfreq, highpass = null, lowpass = null, frequencies = [], result } = fixture[name];
      const filter = meegFilterSchema.parse({ highpass, lowpass, notch: frequencies });
      const source = processed(recordingOf(sfreq), ['eeg', 'eeg'], filter, null);
      const whole = await source.read(0, 900);
      expectKept(whole, result);
      for (const [start, stop] of [
        [0, 1],
        [400, 433],
        [880, 900],
      ]) {
        const part = await source.read(start, stop);
        part.forEach((values, channel) => {
          values.forEach((value, at) => void expect(value).toBeCloseTo(whole[channel][start + at], 9));
        });
      }
    },
  );
});

test('nothing is filtered across a gap', async () => {
  const filter = meegFilterSchema.parse({ lowpass: 20 });
  const gap = { start: 400, count: 50 };
  const zeros = data.map((values) => values.map((value, at) => (at >= 400 && at < 450 ? 0 : value)));
  const read = async (start: number, stop: number) => zeros.map((values) => values.slice(start, stop));
  const source = processed(recordingOf(100, { gaps: [gap], read }), ['eeg', 'eeg'], filter, null);
  const [values] = await source.read(0, 900);
  expect([...values.subarray(400, 450)].every((value) => value === 0)).toBe(true);
  const first = processed(recordingOf(100, { sampleCount: 400 }), ['eeg', 'eeg'], filter, null);
  const [alone] = await first.read(0, 400);
  alone.forEach((value, at) => void expect(values[at]).toBeCloseTo(value, 12));
});

test('triggers pass a filter unchanged', async () => {
  const source = processed(recordingOf(100), ['eeg', 'stim'], meegFilterSchema.parse({ lowpass: 20 }), null);
  expect([...(await source.read(10, 20))[1]]).toEqual([...data[1].subarray(10, 20)]);
});

test.each(fixture.resampled.map((one) => [one.up, one.down, one.result] as const))(
  'resampling by %d/%d agrees with SciPy',
  (up, down, result) => {
    const resampler = resamplerFor(100 * down, 100 * up);
    if (resampler === null) throw new Error('no resampler');
    expect([resampler.up, resampler.down]).toEqual([up, down]);
    const length = resampledLength(resampler, 900);
    expectKept(
      data.map((values) => resample(resampler, values, 0, 0, length)),
      result,
    );
  },
);

test('rates without a common fraction are refused', () => {
  expect(resamplerFor(300.307_495_117, 200)).toBeNull();
  expect(() =>
    processed(recordingOf(300.307_495_117), ['eeg', 'eeg'], meegFilterSchema.parse({}), 200),
  ).toThrow('simple fraction');
});

test('epochs, their baseline, rejection and average agree with MNE', async () => {
  const { events, n, average, drop_log } = fixture.epochs;
  const cut = await cutEpochs(
    meegEpochsSchema.parse({ tmin: -0.2, tmax: 0.5, events: ['1'], reject: { eeg: 2.9 } }),
    events.map(([sample, , code]) => ({ sample, duration: 0, name: String(code), channel: 'STI' })),
    {
      sfreq: 100,
      sampleCount: 900,
      channels: ['a', 'b'].map((name) => ({ name, type: 'eeg', unit: 'V', position: null, bad: false })),
    },
    async (start, stop) => data.map((values) => values.slice(start, stop)),
    () => true,
  );
  expect(cut.kept).toHaveLength(n);
  const reasons = drop_log.filter((reason) => reason.some((one) => one === 'a' || one === 'b'));
  expect(cut.dropped.map(({ channels }) => channels)).toEqual(reasons);
  expect(cut.outside).toHaveLength(drop_log.filter((reason) => reason.includes('TOO_SHORT')).length);
  const mean = [0, 1].map((channel) =>
    Float64Array.from({ length: cut.samples }, (_, at) => {
      let sum = 0;
      for (let epoch = 0; epoch < n; epoch++) sum += cut.data[(epoch * 2 + channel) * cut.samples + at];
      return sum / n;
    }),
  );
  mean.forEach((values, channel) => {
    const at = [0, 1, 7, Math.floor(cut.samples / 2), cut.samples - 2, cut.samples - 1];
    at.forEach((sample, index) => void expect(values[sample]).toBeCloseTo(average.picked[channel][index], 5));
  });
});
