import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { UserError } from '../../../../main/core/errors.ts';
import { openRawFif } from '../../../../main/formats/fif/raw.ts';
import { block, channelTag, floatTag, intTag, rawFile, shorts, tag, textTag } from './fif-writer.ts';

const folder = mkdtempSync(join(tmpdir(), 'gyrus-fif-'));
afterAll(() => rmSync(folder, { recursive: true }));

function write(name: string, bytes: Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return path;
}

const channels = [
  channelTag('EEG 001', { cal: 2, range: 0.5 }),
  channelTag('STI 014', { kind: 3, cal: 1, coil: 0 }),
];
const firstBuffer = shorts([
  [1, 0],
  [2, 5],
]);
const secondBuffer = shorts([
  [3, 5],
  [4, 0],
]);

test('a raw file: scale, first sample, a skip as a gap of zeros', async () => {
  const bytes = rawFile(channels, [intTag(208, 40), firstBuffer, intTag(301, 3), secondBuffer]);
  for (const path of [write('a_raw.fif', bytes), write('a_raw.fif.gz', gzipSync(bytes))]) {
    const recording = await openRawFif(path);
    expect(recording).toMatchObject({
      sfreq: 100,
      sampleCount: 10,
      firstSample: 40,
      storedAs: 'short',
      measuredAt: '2017-07-14 02:40:00.250000+00:00',
      gaps: [{ start: 2, count: 6 }],
    });
    expect(recording.channels.map(({ type }) => type)).toEqual(['eeg', 'stim']);
    const [eeg, stim] = await recording.read(0, 10);
    expect([...eeg]).toEqual([1, 2, 0, 0, 0, 0, 0, 0, 3, 4]);
    expect([...stim]).toEqual([0, 5, 0, 0, 0, 0, 0, 0, 5, 0]);
    expect((await recording.read(1, 9)).map((values) => [...values])).toEqual([
      [2, 0, 0, 0, 0, 0, 0, 3],
      [5, 0, 0, 0, 0, 0, 0, 5],
    ]);
    expect(recording.annotations).toEqual([{ onset: 0.02, duration: 0.06, description: 'BAD_ACQ_SKIP' }]);
    await recording.close();
  }
});

test('a skip before the first buffer only moves the count on', async () => {
  const recording = await openRawFif(
    write('b_raw.fif', rawFile(channels, [intTag(208, 40), intTag(301, 2), firstBuffer])),
  );
  expect(recording).toMatchObject({ firstSample: 44, sampleCount: 2, gaps: [] });
  await recording.close();
});

test('parts follow each other; one that is absent is said, and the rest is read', async () => {
  const next = (name: string) => block(118, intTag(115, 2), textTag(118, name));
  const path = write('c_raw.fif', rawFile(channels, [firstBuffer], [next('c_raw-1.fif')]));
  const lonely = await openRawFif(path);
  expect(lonely.sampleCount).toBe(2);
  expect(lonely.notices.map(({ code }) => code)).toEqual(['fif.part-missing']);
  await lonely.close();

  write('c_raw-1.fif', rawFile(channels, [secondBuffer]));
  const whole = await openRawFif(path);
  expect(whole).toMatchObject({ files: ['c_raw.fif', 'c_raw-1.fif'], sampleCount: 4, notices: [] });
  expect([...(await whole.read(0, 4))[0]]).toEqual([1, 2, 3, 4]);
  await whole.close();
});

test('a renamed part is found by its number', async () => {
  const reference = block(118, intTag(115, 2), textTag(118, 'old_raw-1.fif'), intTag(117, 1));
  const path = write('d_raw.fif', rawFile(channels, [firstBuffer], [reference]));
  write('d_raw-1.fif', rawFile(channels, [secondBuffer]));
  const whole = await openRawFif(path);
  expect(whole.sampleCount).toBe(4);
  await whole.close();
});

test('lists name channels in 15 letters, and mean those of the full names', async () => {
  const names = ['a very long name 1', 'a very long name 2'];
  const short = ['a very long nam', 'a very long na0'];
  const full = names.map((name) => block(113, textTag(258, name)));
  const bad = block(359, textTag(3507, short[1]));
  const bytes = rawFile(
    short.map((name) => channelTag(name)),
    [firstBuffer],
    [],
    [...full, bad],
  );
  const recording = await openRawFif(write('long_raw.fif', bytes));
  expect(recording.channels.map(({ name }) => name)).toEqual(names);
  expect(recording.bads).toEqual([names[1]]);
  await recording.close();
});

test('names of channels are UTF-8, or else Latin-1', async () => {
  const bytes = rawFile([channelTag('µ1'), channelTag('_2')], [firstBuffer]);
  bytes[bytes.indexOf('_2')] = 0xb5;
  const recording = await openRawFif(write('names_raw.fif', bytes));
  expect(recording.channels.map(({ name }) => name)).toEqual(['µ1', 'µ2']);
  await recording.close();
});

test('of complex samples the real parts are read, and that is said', async () => {
  const values = Buffer.alloc(16);
  [1, 9, 2, 9].forEach((value, index) => void values.writeFloatBE(value, index * 4));
  const bytes = rawFile(channels, [tag(300, 20, values)]);
  const recording = await openRawFif(write('complex_raw.fif', bytes));
  expect(recording.notices.map(({ code }) => code)).toEqual(['fif.complex']);
  expect((await recording.read(0, 1)).map((one) => [...one])).toEqual([[1], [2]]);
  await recording.close();
});

test('active shielding is said', async () => {
  const bytes = rawFile(channels, []);
  const shielded = Buffer.concat([bytes, block(100, block(119, firstBuffer))]);
  const recording = await openRawFif(write('e_raw.fif', emptied(shielded)));
  expect(recording.notices.map(({ code }) => code)).toEqual(['fif.max-shield']);
  await recording.close();
});

/** Turns the empty RAW_DATA block into one of no meaning. */
function emptied(bytes: Buffer): Buffer {
  const copy = Buffer.from(bytes);
  for (let at = 0; at + 20 <= copy.length; at += 4) {
    const kind = copy.readInt32BE(at);
    if ((kind === 104 || kind === 105) && copy.readInt32BE(at + 16) === 102) copy.writeInt32BE(9999, at + 16);
  }
  return copy;
}

test('annotations count from the date of the measurement', async () => {
  const annotations = block(
    3810,
    intTag(204, 1_500_000_000, 250_000),
    floatTag(3568, 0.41),
    floatTag(3569, 0.5),
    textTag(206, 'a{COLON}b'),
  );
  const recording = await openRawFif(
    write('f_raw.fif', rawFile(channels, [intTag(208, 40), firstBuffer], [annotations])),
  );
  expect(recording.annotations[0].description).toBe('a:b');
  expect(recording.annotations[0].onset).toBeCloseTo(0.01, 6);
  await recording.close();
});

test('damage is refused or read, never anything else', { timeout: 60_000 }, async () => {
  const whole = rawFile(channels, [intTag(208, 40), firstBuffer, intTag(301, 3), secondBuffer]);
  await fc.assert(
    fc.asyncProperty(
      fc.nat(whole.length - 1),
      fc.nat(255),
      fc.integer({ min: 12, max: whole.length }),
      async (at, value, length) => {
        const bytes = Buffer.from(whole);
        bytes[at] = value;
        const outcome = await openRawFif(write('fuzz_raw.fif', bytes.subarray(0, length)))
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
