import { mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { openBrainVision } from '../../../main/formats/brainvision/open-brainvision.ts';
import { inspectFile } from '../../../main/formats/inspect/inspect-file.ts';
import { writeNifti } from '../../../main/formats/nifti/write.ts';
import { npyBytes } from '../../../main/formats/npy/npy.ts';
import { openRecording } from '../../../main/formats/open-recording.ts';
import { edfBytes } from './meeg/edf-writer.ts';
import { channelTag, intTag, rawFile } from './meeg/fif-writer.ts';

const folder = mkdtempSync(join(tmpdir(), 'gyrus-lazy-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** About 2 GB. */
const VALUES = 500_000_000;

/** A file with a real head and nothing but a hole behind it. */
function sparse(name: string, head: Uint8Array, bytes: number): string {
  const path = join(folder, name);
  writeFileSync(path, head);
  truncateSync(path, head.length + bytes);
  return path;
}

/** Opens within a second and takes no more than 200 MB beside what is held already. */
async function opensAtOnce<T>(open: () => Promise<T>): Promise<T> {
  const before = process.resourceUsage().maxRSS;
  const started = performance.now();
  const opened = await open();
  expect(performance.now() - started).toBeLessThan(1000);
  expect((process.resourceUsage().maxRSS - before) / 1024).toBeLessThan(200);
  return opened;
}

test('an image of 2 GB', async () => {
  const path = join(folder, 'large.nii');
  const [grid, affine] = [
    [1000, 1000, 1] as const,
    [0, 1, 2, 3].map((r) => [0, 1, 2, 3].map((c) => Number(r === c))),
  ];
  await writeNifti(path, { grid, volumeCount: 1, affine, dtype: 'float32' }, [new Float32Array(1_000_000)]);
  // Five hundred volumes of which one is there.
  const head = readFileSync(path).subarray(0, 352);
  [4, 1000, 1000, 1, 500].forEach((size, at) => void head.writeInt16LE(size, 40 + 2 * at));
  const large = sparse('large4d.nii', head, 4 * VALUES);
  expect(await opensAtOnce(() => inspectFile(large, false))).toMatchObject({ shape: [1000, 1000, 1, 500] });
});

test('a volume of FreeSurfer of 2 GB', async () => {
  const head = Buffer.alloc(284);
  [1, 1000, 1000, 500, 1, 3].forEach((value, at) => void head.writeInt32BE(value, 4 * at));
  const path = sparse('large.mgh', head, 4 * VALUES);
  expect(await opensAtOnce(() => inspectFile(path, false))).toMatchObject({ shape: [1000, 1000, 500] });
});

test('an array of NumPy of 2 GB', async () => {
  const text = Buffer.from(npyBytes({ shape: [0, 1], data: new Float32Array(0) })).toString('latin1');
  const head = Buffer.from(text.replace('(0, 1), }        ', `(${VALUES}, 1), }`), 'latin1');
  expect(head.toString('latin1')).toContain(String(VALUES));
  const path = sparse('large.npy', head, 4 * VALUES);
  expect(await opensAtOnce(() => inspectFile(path, false))).toMatchObject({ shape: [VALUES, 1] });
});

test('a FIF recording of 2 GB', async () => {
  const whole = rawFile([channelTag('EEG 001'), channelTag('EEG 002')], [intTag(208, 0)]);
  const buffer = Buffer.alloc(16);
  [300, 4, 4 * VALUES, -1].forEach((value, at) => void buffer.writeInt32BE(value, 4 * at));
  // The two tags that close the blocks would stand behind the data.
  const path = sparse('large_raw.fif', Buffer.concat([whole.subarray(0, -40), buffer]), 4 * VALUES);
  const found = await opensAtOnce(() => inspectFile(path, false));
  expect(found).toMatchObject({ kind: 'raw', n_channels: 2, n_times: VALUES / 2 });
});

test('an EDF recording of 2 GB', async () => {
  const signal = { label: 'EEG', samples: 1000, record: () => [] };
  const head = edfBytes([signal], 0, { announced: -1 });
  const path = sparse('large.edf', head, 4 * VALUES);
  const recording = await opensAtOnce(() => openRecording(path));
  expect(recording.sampleCount).toBe(2 * VALUES);
  // And its end is read without what is before it.
  const [values] = await opensAtOnce(() => recording.read(2 * VALUES - 100, 2 * VALUES));
  expect(values).toHaveLength(100);
  await recording.close();
});

test('a BrainVision recording of 2 GB', async () => {
  const text = `Brain Vision Data Exchange Header File Version 1.0
[Common Infos]
DataFile=large.eeg
DataFormat=BINARY
DataOrientation=MULTIPLEXED
NumberOfChannels=1
SamplingInterval=1000
[Binary Infos]
BinaryFormat=IEEE_FLOAT_32
[Channel Infos]
Ch1=Cz,,1,µV
`;
  sparse('large.eeg', Buffer.alloc(4), 4 * VALUES - 4);
  writeFileSync(join(folder, 'large.vhdr'), text);
  const recording = await opensAtOnce(() => openBrainVision(join(folder, 'large.vhdr')));
  expect(recording.sampleCount).toBe(VALUES);
  await recording.close();
});

test('a variable of MATLAB of 2 GB', async () => {
  const element = (type: number, bytes: Buffer): Buffer => {
    const head = Buffer.alloc(8);
    head.writeUInt32LE(type, 0);
    head.writeUInt32LE(bytes.length, 4);
    return Buffer.concat([head, bytes, Buffer.alloc((8 - (bytes.length % 8)) % 8)]);
  };
  const integers = (...values: number[]): Buffer => Buffer.from(Int32Array.from(values).buffer);
  const data = Buffer.alloc(8);
  data.writeUInt32LE(7, 0);
  data.writeUInt32LE(4 * VALUES, 4);
  const body = Buffer.concat([
    element(6, integers(7, 0)),
    element(5, integers(VALUES, 1)),
    element(1, Buffer.from('large')),
    data,
  ]);
  const head = Buffer.alloc(136);
  head.write('MATLAB 5.0 MAT-file'.padEnd(124), 'latin1');
  head.writeUInt16LE(0x0100, 124);
  head.write('IM', 126, 'latin1');
  head.writeUInt32LE(14, 128);
  head.writeUInt32LE(body.length + 4 * VALUES, 132);
  const path = sparse('large.mat', Buffer.concat([head, body]), 4 * VALUES);
  const found = await opensAtOnce(() => inspectFile(path, false));
  expect(found).toMatchObject({ vars: { large: { shape: [VALUES, 1] } } });
});
