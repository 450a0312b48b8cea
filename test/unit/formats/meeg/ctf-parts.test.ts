import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { dateOf } from '../../../../main/formats/ctf/date.ts';
import { countPoints } from '../../../../main/formats/ctf/notes.ts';
import { openRecording } from '../../../../main/formats/open-recording.ts';
import { samplesFolder } from '../../../samples.ts';

const samples = samplesFolder();
const sample = join(samples ?? '', 'ctf', 'testdata_ctf_short_discontinuous.ds');
const stem = 'testdata_ctf_short_discontinuous';
const folder = mkdtempSync(join(tmpdir(), 'gyrus-ctf-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function valuesOf(path: string) {
  const recording = await openRecording(path);
  const values = await recording.read(0, recording.sampleCount);
  const { sampleCount, gaps } = recording;
  await recording.close();
  return { sampleCount, gaps, values: values.map((channel) => [...channel]) };
}

test.skipIf(samples === null)('samples that go on in .1_meg4 files are one recording', async () => {
  const whole = await valuesOf(sample);
  const bytes = readFileSync(join(sample, `${stem}.meg4`));
  const recording = await openRecording(sample);
  const trials = (bytes.length - 8) / 4 / recording.channels.length / samplesPerTrial();
  await recording.close();
  expect(trials).toBeGreaterThan(1);
  const parted = join(folder, `${stem}.ds`);
  mkdirSync(parted);
  for (const name of readdirSync(sample)) copyFileSync(join(sample, name), join(parted, name));
  const cut = 8 + ((bytes.length - 8) / trials) * Math.floor(trials / 2);
  writeFileSync(join(parted, `${stem}.meg4`), bytes.subarray(0, cut));
  writeFileSync(join(parted, `${stem}.1_meg4`), Buffer.concat([bytes.subarray(0, 8), bytes.subarray(cut)]));
  expect(await valuesOf(parted)).toEqual(whole);
});

/** Where the header of resources keeps it (MNE: res4 at 1288, int32). */
function samplesPerTrial(): number {
  return readFileSync(join(sample, `${stem}.res4`)).readInt32BE(1288);
}

test('dates have the day first unless it cannot be one', () => {
  const day = (text: string) => dateOf(text, '9:36')?.slice(0, 10) ?? null;
  expect(
    ['03/04/2013', '29/04/2013', '04/29/2013', '2013-04-29', '29-Apr-2013', '29.4.2013'].map(day),
  ).toEqual(['2013-04-03', '2013-04-29', '2013-04-29', '2013-04-29', '2013-04-29', null]);
});

test('digitised points are lines of a name and three places that are not the origin', async () => {
  writeFileSync(join(folder, 'a.pos'), '3\n1 1.0 2.0 3.0\nnasion 9 0 0\nCz 5 0 0 9\nleft 0 0 0.5\nx y z w\n');
  expect(await countPoints(folder, ['a.pos', 'gone.pos'])).toBe(3);
});
