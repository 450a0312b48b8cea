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
