import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, test } from 'vitest';
import { channelsOf } from '../../../../main/formats/eeglab/channels.ts';
import type { MatValue } from '../../../../main/formats/mat/types.ts';
import { openRecording } from '../../../../main/formats/open-recording.ts';

const folder = mkdtempSync(join(tmpdir(), 'gyrus-meeg-'));
afterAll(() => rmSync(folder, { recursive: true }));

function write(name: string, content: string | Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

describe('BrainVision', () => {
  const header = (stem: string, changes: Record<string, string> = {}): string => {
    const common = {
      DataFile: `${stem}.eeg`,
      MarkerFile: `${stem}.vmrk`,
      DataFormat: 'BINARY',
      DataOrientation: 'MULTIPLEXED',
      NumberOfChannels: '2',
      SamplingInterval: '4000',
      ...changes,
    };
    return [
      'Brain Vision Data Exchange Header File Version 1.0',
      '[Common Infos]',
      ...Object.entries(common).map(([key, value]) => `${key}=${value}`),
      '[Binary Infos]',
      'BinaryFormat=INT_16',
      '[Channel Infos]',
      'Ch1=a\\1b,,0.5,µV',
      'Ch2=Temp,,,C',
    ].join('\n');
  };
  const samples = Buffer.from(Int16Array.of(10, 1, 20, 2, 30, 3).buffer);

  test('scales, commas in names, units that are no volts, markers counted from 1', async () => {
    write('one.eeg', samples);
    write(
      'one.vmrk',
      'Brain Vision Data Exchange Marker File, Version 1.0\n[Marker Infos]\nMk1=New Segment,,1,1,0,20200102030405000600\nMk2=Stimulus,S  1,3,1,0\n',
    );
    const recording = await openRecording(write('one.vhdr', header('one')));
    expect(recording).toMatchObject({
      sfreq: 250,
      sampleCount: 3,
      measuredAt: '2020-01-02 03:04:05.000600+00:00',
    });
    expect(recording.channels.map(({ name, type }) => [name, type])).toEqual([
      ['a,b', 'eeg'],
      ['Temp', 'misc'],
    ]);
    const [eeg, temperature] = await recording.read(0, 3);
    expect([...eeg].map((value) => Math.round(value * 1e6))).toEqual([5, 10, 15]);
    expect([...temperature]).toEqual([1, 2, 3]);
    expect(recording.annotations.map(({ onset, description }) => [onset, description])).toEqual([
      [0, 'New Segment/'],
      [0.008, 'Stimulus/S  1'],
    ]);
    await recording.close();
  });

  test('vectorized samples, and files found under the header’s own name after renaming', async () => {
    write('two.eeg', Buffer.from(Int16Array.of(10, 20, 30, 1, 2, 3).buffer));
    const path = write('two.vhdr', header('before', { DataOrientation: 'VECTORIZED' }));
    const recording = await openRecording(path);
    expect([...(await recording.read(1, 3))[1]]).toEqual([2, 3]);
    expect(recording.notices.map(({ code }) => code)).toEqual(['brainvision.no-markers']);
    await recording.close();
  });

  test('markers with bare commas and repeated numbers are kept, and segments are bounds', async () => {
    write('four.eeg', Buffer.concat([samples, samples]));
    write(
      'four.vmrk',
      'Brain Vision Data Exchange Marker File, Version 1.0\n[Marker Infos]\nMk1=Comment,hey, you,2,5,0\nMk1=Stimulus,S  1,3,,0\n',
    );
    const recording = await openRecording(write('four.vhdr', header('four', { SegmentDataPoints: '3' })));
    expect(recording.annotations.map(({ onset, description }) => [onset, description])).toEqual([
      [0.004, 'Comment/hey, you'],
      [0.008, 'Stimulus/S  1'],
    ]);
    expect(recording.boundaries).toEqual([3]);
    await recording.close();
    await expect(
      openRecording(write('five.vhdr', header('four', { DataType: 'FREQUENCYDOMAIN' }))),
    ).rejects.toMatchObject({ code: 'brainvision.spectra' });
  });

  test('missing samples are refused with their name', async () => {
    await expect(openRecording(write('three.vhdr', header('gone')))).rejects.toThrow('"gone.eeg"');
  });
});

describe('EEGLAB channels', () => {
  const text = (row: string): MatValue => ({ kind: 'text', shape: [1, row.length], rows: [row] });
  const number = (value: number): MatValue => ({
    kind: 'numbers',
    shape: [1, 1],
    dtype: 'float64',
    bigEndian: false,
    logical: false,
    data: Float64Array.of(value),
  });
  const located = (types: readonly string[], x: number): MatValue => ({
    kind: 'struct',
    shape: [1, types.length],
    fields: new Map([
      ['labels', types.map(text)],
      ['type', types.map(text)],
      ...['X', 'Y', 'Z'].map((axis): [string, MatValue[]] => [axis, types.map(() => number(x))]),
    ]),
  });

  test('units follow the type, and only electrodes are digitised points', () => {
    const { channels, digitisedPoints } = channelsOf(located(['EEG', 'misc', 'GSR', 'EOG', '?'], 50), 5);
    expect(channels.map(({ type, unit }) => `${type} ${unit.symbol}`)).toEqual([
      'eeg V',
      'misc ',
      'gsr S',
      'eog V',
      'eeg V',
    ]);
    expect(digitisedPoints).toBe(2 + 3);
    expect(channelsOf(located(['EEG', 'EEG'], Number.NaN), 2).digitisedPoints).toBe(2);
  });
});

describe('XDF', () => {
  const chunk = (tag: number, content: Buffer): Buffer => {
    const length = Buffer.alloc(5);
    length[0] = 4;
    length.writeUInt32LE(content.length + 2, 1);
    return Buffer.concat([length, Buffer.from([tag, 0]), content]);
  };
  const id = (value: number): Buffer => Buffer.from([value, 0, 0, 0]);
  const double = (value: number): Buffer => {
    const bytes = Buffer.alloc(8);
    bytes.writeDoubleLE(value);
    return bytes;
  };
  const streamHeader = (stream: number, type: string, rate: number, format: string): Buffer =>
    chunk(
      2,
      Buffer.concat([
        id(stream),
        Buffer.from(
          `<info><name>s</name><type>${type}</type><channel_count>1</channel_count><nominal_srate>${rate}</nominal_srate><channel_format>${format}</channel_format><desc><channels><channel><label>Cz</label><type>EEG</type><unit>microvolts</unit></channel></channels></desc></info>`,
        ),
      ]),
    );
  const boundary = chunk(5, Buffer.from('43a546dccbf5410fb30ed5467383cbe4', 'hex'));
  /** A first time, then deduced ones. */
  const samples = (stream: number, start: number, values: number[]): Buffer =>
    chunk(
      3,
      Buffer.concat([
        id(stream),
        Buffer.from([1, values.length]),
        ...values.flatMap((value, index) => [
          index === 0 ? Buffer.concat([Buffer.from([8]), double(start)]) : Buffer.from([0]),
          Buffer.from(Int16Array.of(value).buffer),
        ]),
      ]),
    );
  const text = (stream: number, at: number, value: string): Buffer =>
    chunk(
      3,
      Buffer.concat([
        id(stream),
        Buffer.from([1, 1, 8]),
        double(at),
        Buffer.from([1, value.length]),
        Buffer.from(value),
      ]),
    );

  test('breaks become gaps, texts annotations, damage is skipped to the next boundary', async () => {
    const bytes = Buffer.concat([
      Buffer.from('XDF:'),
      chunk(1, Buffer.from('<info/>')),
      streamHeader(1, 'EEG', 1000, 'int16'),
      streamHeader(2, 'Markers', 0, 'string'),
      samples(1, 100, [1, 2, 3]),
      Buffer.from([9, 9, 9]),
      boundary,
      samples(1, 102, [4, 5]),
      text(2, 102.001, 'go'),
    ]);
    const recording = await openRecording(write('a.xdf', bytes));
    expect(recording).toMatchObject({ sfreq: 1000, sampleCount: 2002, gaps: [{ start: 3, count: 1997 }] });
    const [values] = await recording.read(0, 2002);
    const micro = [0, 1, 2, 3, 2000, 2001].map((at) => Math.round(values[at] * 1e6));
    expect(micro).toEqual([1, 2, 3, 0, 4, 5]);
    expect(recording.annotations[0].onset).toBeCloseTo(2.001, 6);
    expect(recording.notices.map(({ code }) => code)).toEqual(['xdf.skipped']);
    await recording.close();
  });

  test('chunks of tags to come are passed over, in a packed file too', async () => {
    const bytes = Buffer.concat([
      Buffer.from('XDF:'),
      chunk(99, Buffer.from('to come')),
      streamHeader(1, 'EEG', 1000, 'int16'),
      chunk(98, Buffer.from('')),
      samples(1, 100, [1, 2, 3]),
    ]);
    for (const path of [write('b.xdf', bytes), write('b.xdfz', gzipSync(bytes))]) {
      const recording = await openRecording(path);
      expect(recording).toMatchObject({ sampleCount: 3, notices: [] });
      await recording.close();
    }
  });
});
