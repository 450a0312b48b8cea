import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { recognise } from '../../../main/importing/recognise.ts';
import { samplesFolder } from '../../samples.ts';
import { edfBytes } from '../formats/meeg/edf-writer.ts';
import { temporaryFolder, writeSeries } from './fixtures.ts';

const samples = samplesFolder();

describe('what dropped files are', () => {
  test('is told by content, whatever they are called; companions go with their images', async () => {
    const folder = temporaryFolder();
    const at = (name: string, content: string | Uint8Array): string => {
      const path = join(folder, name);
      writeFileSync(path, content);
      return path;
    };
    const image = join(folder, 'sub-01_task-story_bold.nii');
    await writeSeries(image);
    const record = () => Array.from({ length: 100 }, (_, value) => value);
    const given = [
      image,
      at('sub-01_task-story_events.tsv', 'onset\tduration\tword\n0\t1\thello\n'),
      at('brain.dat2', edfBytes([{ label: 'Fz', samples: 100, record }], 2)),
      at(
        'gaze.csv',
        `time,x,y\n${Array.from({ length: 60 }, (_, row) => `${row * 4},${500 + row},300`).join('\n')}\n`,
      ),
      at('norms.csv', 'word,valence\ndog,7\nwar,1\n'),
      at('mat.txt', `${Array.from({ length: 300 }, (_, cell) => cell % 9).join('\t')}\n`.repeat(3)),
      at('words.csv', 'word,left,top,right,bottom\nhello,0,0,10,10\n'),
      at('cap.sfp', 'FidNz 0 9 0\nE1 0 4 8\n'),
    ];
    const { kinds, others } = await recognise(given);
    expect(kinds.map(({ kind, paths }) => [kind, paths]).sort()).toEqual([
      ['eyetracking', [given[3]]],
      ['fmri', [image, given[1]]],
      ['meeg', [given[2]]],
      ['pressure', [given[5]]],
      ['ratings', [given[4]]],
    ]);
    // Words and digitised electrodes are chosen inside the import of their recording, and said here.
    expect(others.map(({ path, reason }) => [path, reason.code])).toEqual([
      [given[6], 'recognise.companion'],
      [given[7], 'recognise.companion'],
    ]);
  });

  test('folders are searched, models and CTF recordings taken whole, the rest is said', async () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, 'gpt'));
    writeFileSync(join(folder, 'gpt', 'config.json'), '{}');
    writeFileSync(join(folder, 'gpt', 'model.safetensors'), 'x');
    mkdirSync(join(folder, 'empty'));
    // A dataset is taken whole, also within a folder, and its files are not offered one by one.
    mkdirSync(join(folder, 'download', 'ds', 'sub-01', 'beh'), { recursive: true });
    writeFileSync(join(folder, 'download', 'ds', 'dataset_description.json'), '{}');
    writeFileSync(join(folder, 'download', 'ds', 'sub-01', 'beh', 'x.csv'), 'word,valence\ndog,7\nwar,1\n');
    const { kinds, others } = await recognise([
      join(folder, 'gpt'),
      join(folder, 'download'),
      join(folder, 'download', 'ds'),
      join(folder, 'empty'),
      join(folder, 'nowhere'),
    ]);
    expect(kinds.sort((a, b) => (a.kind < b.kind ? -1 : 1))).toMatchObject([
      { kind: 'bids', paths: [join(folder, 'download', 'ds')] },
      { kind: 'model', paths: [join(folder, 'gpt')] },
    ]);
    expect(others.map(({ reason }) => reason.code)).toEqual(['recognise.nothing', 'file.not-found']);
  });

  test.skipIf(samples === null)('real samples go where they belong', async () => {
    const kindOf = async (path: string) => {
      const { kinds, others } = await recognise([join(samples ?? '', path)]);
      return kinds.map(({ kind }) => kind).join('+') || others[0]?.reason.code;
    };
    const expected = {
      'nifti/functional.nii': 'fmri',
      'dicom/nibabel': 'fmri',
      'bids/tiny_bids': 'bids',
      'ctf/testdata_ctf_short_discontinuous.ds': 'meeg',
      'eeglab/test_raw_2021.set': 'meeg',
      'kit/mne/test.sqd': 'meeg',
      'eyetracking/pymovements/hbn_example.csv': 'eyetracking',
      'eyetracking/emdat/SMI_Sample_67_Events.txt': 'eyetracking',
      'eyetracking/pymovements/toy_text_1_1_aoi.csv': 'recognise.companion',
      'pressure/pressuRe/emed_test.lst': 'pressure',
      'textgrid/praatio/mary.TextGrid': 'recognise.companion',
      'fif/test-lh.label': 'recognise.surface',
      'hdf5/h5wasm/array.h5': 'recognise.container',
      'tables/localizer_participants.tsv': 'recognise.companion',
    };
    for (const [path, kind] of Object.entries(expected))
      expect([path, await kindOf(path)]).toEqual([path, kind]);
  });
});
