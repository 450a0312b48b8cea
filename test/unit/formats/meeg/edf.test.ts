import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { UserError } from '../../../../main/core/errors.ts';
import { openEdf } from '../../../../main/formats/edf/open-edf.ts';
import type { Recording } from '../../../../main/formats/meeg/recording.ts';
import { annotationSignal, edfBytes, type Signal } from './edf-writer.ts';

const folder = mkdtempSync(join(tmpdir(), 'gyrus-edf-'));
afterAll(() => rmSync(folder, { recursive: true }));

let files = 0;
async function open(bytes: Uint8Array): Promise<Recording> {
  files += 1;
  const path = join(folder, `${files}.edf`);
  writeFileSync(path, bytes);
  return openEdf(path);
}

/** Stored 10 × (record + sample): 1 µV a step. */
const ramp = (label: string, samples = 4): Signal => ({
  label,
  samples,
  record: (index) => Array.from({ length: samples }, (_, at) => 10 * (index * samples + at)),
});
const micro = (values: Float64Array): number[] => [...values].map((value) => Math.round(value * 1e9) / 1e3);

test('values are scaled to volts, and triggers are not', async () => {
  const status: Signal = {
    label: 'Status',
    samples: 4,
    physical: [-8388608, 8388607],
    digital: [-8388608, 8388607],
    record: () => [0, 0x10000 + 5, -1, 0x20003],
  };
  const recording = await open(
    edfBytes([{ ...ramp('Fp1'), prefilter: 'HP:0.5Hz LP:1,5Hz' }, status], 2, { bdf: true }),
  );
  expect(recording).toMatchObject({
    format: 'bdf',
    sfreq: 4,
    sampleCount: 8,
    highpass: 0.5,
    lowpass: 1.5,
    measuredAt: '2011-03-02 12:13:14+00:00',
  });
  const [fp1, trigger] = await recording.read(1, 7);
  expect(micro(fp1)).toEqual([1, 2, 3, 4, 5, 6]);
  expect([...trigger].slice(0, 3)).toEqual([0x10005, 0x1ffff, 3]);
  await recording.close();
});

test('gaps of EDF+D stay gaps, and annotations keep their time', async () => {
  const keeper = annotationSignal(
    (record) => record + (record >= 2 ? 1.5 : 0),
    (record) => (record === 2 ? ['+3.75\x150.5\x14词 one\x14two\x14'] : []),
  );
  const recording = await open(edfBytes([ramp('Fp1'), keeper], 3, { reserved: 'EDF+D' }));
  expect(recording.gaps).toEqual([{ start: 8, count: 6 }]);
  expect(recording.sampleCount).toBe(18);
  expect(micro((await recording.read(6, 16))[0])).toEqual([6, 7, 0, 0, 0, 0, 0, 0, 8, 9]);
  expect(recording.annotations).toEqual([
    { onset: 3.75, duration: 0.5, description: '词 one' },
    { onset: 3.75, duration: 0.5, description: 'two' },
  ]);
  expect(recording.notices.map(({ code }) => code)).toEqual(['edf.gaps']);
  await recording.close();
});

test('a fraction of a second in the first list is no gap', async () => {
  const recording = await open(
    edfBytes(
      [
        ramp('Fp1'),
        annotationSignal(
          (record) => record + 0.25,
          () => ['+1.5\x14x\x14'],
        ),
      ],
      2,
    ),
  );
  expect(recording).toMatchObject({ gaps: [], sampleCount: 8 });
  expect(recording.annotations[0].onset).toBe(1.25);
  await recording.close();
});

test('slower signals are brought to the fastest rate without losing theirs', async () => {
  const sine = (samples: number): Signal => ({
    label: `${samples}`,
    samples,
    record: () =>
      Array.from({ length: samples }, (_, at) => Math.round(1000 * Math.sin((2 * Math.PI * at) / samples))),
  });
  const recording = await open(edfBytes([sine(64), sine(8)], 3));
  const [fast, slow] = await recording.read(0, recording.sampleCount);
  const worst = Math.max(...fast.map((value, at) => Math.abs(value - slow[at])));
  expect(worst).toBeLessThan(0.2e-6);
  expect(recording.notices.map(({ code }) => code)).toEqual(['edf.mixed-rates']);
  await recording.close();
});

test('unclosed and cut recordings are read as far as they go', async () => {
  const whole = edfBytes([ramp('A'), ramp('A')], 5, { announced: -1 });
  const unclosed = await open(whole);
  expect(unclosed.sampleCount).toBe(20);
  expect(unclosed.channels.map(({ name }) => name)).toEqual(['A-0', 'A-1']);
  await unclosed.close();
  const cut = await open(whole.subarray(0, whole.length - 3));
  expect(cut.sampleCount).toBe(16);
  await cut.close();
});

test('a file of annotations alone is read as such', async () => {
  const stages = annotationSignal(
    (record) => record,
    (record) => [`+${30 * record}\x1530\x14stage ${record}\x14`],
  );
  const recording = await open(edfBytes([stages], 3, { reserved: 'EDF+C' }));
  expect(recording.channels).toEqual([]);
  expect(
    recording.annotations.map(({ onset, duration, description }) => [onset, duration, description]),
  ).toEqual([
    [0, 30, 'stage 0'],
    [30, 30, 'stage 1'],
    [60, 30, 'stage 2'],
  ]);
  await recording.close();
});

test('damage is refused or read, never anything else', { timeout: 60_000 }, async () => {
  const whole = edfBytes([ramp('Fp1'), annotationSignal((record) => record)], 3, { reserved: 'EDF+C' });
  await fc.assert(
    fc.asyncProperty(
      fc.nat(767),
      fc.nat(255),
      fc.integer({ min: 1, max: whole.length }),
      async (at, value, length) => {
        const bytes = Buffer.from(whole);
        bytes[at] = value;
        const outcome = await open(bytes.subarray(0, length))
          .then(async (recording) => {
            await recording.read(0, Math.min(recording.sampleCount, 1000)).finally(() => recording.close());
            return true;
          })
          .catch((thrown: unknown) => thrown);
        expect(outcome === true || outcome instanceof UserError).toBe(true);
      },
    ),
    { numRuns: 300 },
  );
});
