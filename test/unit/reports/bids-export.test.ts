import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { bidsReportSchema } from '../../../main/contract/bids.ts';
import { eyetrackingPlanSchema } from '../../../main/contract/modality-import.ts';
import type { Recording } from '../../../main/contract/recordings.ts';
import { ignoreProgress } from '../../../main/core/progress.ts';
import type { Project } from '../../../main/data/project.ts';
import { bidsImportJob } from '../../../main/importing/bids/ingest.ts';
import { surveyBids } from '../../../main/importing/bids/survey.ts';
import { eyetrackingImportJob } from '../../../main/importing/eyetracking/ingest.ts';
import { probeEyetracking } from '../../../main/importing/eyetracking/probe.ts';
import { sourcesOf, withoutFolders } from '../../../main/reports/bids/bids-file.ts';
import { exportBids } from '../../../main/reports/bids/export-bids.ts';
import { setRecordingClock } from '../../../main/stimuli/clock/align-recording.ts';
import { jobContext, temporaryFolder, temporaryProject, writeText } from '../importing/fixtures.ts';

const signal = new AbortController().signal;

/** A binocular EyeLink page at 500 Hz with a message, all kinds of events, and coordinates with fractions. */
function binocular(): string {
  const lines = [
    '** CONVERTED FROM a.edf',
    'MSG\t90 GAZE_COORDS 0.00 0.00 1023.00 767.00',
    'START\t100\tLEFT\tRIGHT\tSAMPLES\tEVENTS',
    'SAMPLES\tGAZE\tLEFT\tRIGHT\tRATE\t500.00',
    'MSG\t101 WORD_ONSET 1',
  ];
  for (let at = 0; at < 100; at++) {
    const x = (100 + at / 3).toFixed(1);
    lines.push(`${100 + at * 2}\t${x}\t50.7\t900.0\t${(Number(x) + 5.3).toFixed(1)}\t51.2\t880.0\t.....`);
  }
  lines.push(
    'EFIX L   100\t180\t82\t  105.1\t   50.7\t    900',
    'EFIX R   100\t182\t84\t  110.4\t   51.2\t    880',
    'ESACC R  184\t200\t18\t  110.0\t   51.0\t  120.5\t   52.0\t   1.25\t    210',
    'EBLINK L 184\t200\t18',
    'END\t300\tSAMPLES',
  );
  return lines.join('\n');
}

/** A simulated EEG recording of two channels with a place, a bad channel and events. */
function addEeg(project: Project): Recording {
  const values = Float32Array.from({ length: 2000 }, (_, at) => 1e-5 * Math.sin(at * 0.7) * (1 + (at % 2)));
  const data = project.arrays.put(
    {
      name: 'eeg',
      shape: [1000, 2],
      dtype: 'float32',
      unit: 'SI',
      axes: [{ name: 'time' }, { name: 'channel' }],
      attributes: {
        meeg: {
          format: 'edf',
          channels: [
            { name: 'Cz', type: 'eeg', unit: 'V', position: [0, 0.01, 0.095], bad: false },
            { name: 'Fp1, left', type: 'eog', unit: 'V', position: null, bad: true },
          ],
          events: [
            { sample: 100, duration: 0.4, name: 'tone', channel: null },
            { sample: 700, duration: 0, name: 'click', channel: null },
          ],
          gaps: [],
          highpass: 0.1,
          lowpass: 125,
          deviceToHead: null,
          firstSample: 0,
        },
      },
    },
    values,
  );
  project.stimuli.put({
    id: 'words',
    name: 'words',
    language: 'en',
    words: [{ text: 'hello', onset: 1, duration: 0.25 }],
    contentHash: 'words',
  });
  const recording: Recording = {
    id: 'eeg-1',
    modality: 'eeg',
    subject: '02',
    session: 'a',
    task: 'listen',
    run: '1',
    repeatGroup: null,
    stimulusId: 'words',
    dataArrayId: data.id,
    spaceId: null,
    confoundsArrayId: null,
    samplingInterval: 1 / 250,
    sampleCount: 1000,
    simulated: true,
    sourceFiles: [],
    notices: [],
  };
  project.recordings.put(recording);
  return recording;
}

async function importDataset(project: Project, root: string) {
  const survey = await surveyBids(root);
  if (survey.plan === null) throw new Error('there is a plan');
  const report = await bidsImportJob('test').run(jobContext(project), survey.plan);
  return { survey, report: bidsReportSchema.parse(report) };
}

test('gaze and EEG go out as BIDS and come back with the same numbers', async () => {
  const folder = temporaryFolder();
  const first = temporaryProject(folder);
  await writeText(join(folder, 'sub-01_task-page.asc'), binocular());
  await writeText(join(folder, 'words.csv'), 'word,left,top,right,bottom\nHello,90,30,160,70\n');
  const [probed] = await probeEyetracking([join(folder, 'sub-01_task-page.asc')]);
  const plan = eyetrackingPlanSchema.parse({
    files: [{ ...probed.plan, wordsPath: join(folder, 'words.csv'), blinks: 'keep' }],
  });
  await eyetrackingImportJob('test').run(jobContext(first), plan);
  addEeg(first);
  setRecordingClock(first, 'eeg-1', { offset: 1, drift: 0.001 }, 'test');
  const root = join(folder, 'out');
  const written = await exportBids(first, root, '1.0.0', signal, ignoreProgress);
  expect(written.raw).toEqual([
    'sub-01/beh/sub-01_task-page_recording-eye1_physio.tsv.gz',
    'sub-01/beh/sub-01_task-page_recording-eye2_physio.tsv.gz',
    'sub-02/ses-a/eeg/sub-02_ses-a_task-listen_run-1_eeg.vhdr',
  ]);

  const second = temporaryProject(join(folder, 'out'));
  const { survey, report } = await importDataset(second, root);
  expect(survey.problems).toEqual([]);
  expect(survey.placeholders).toEqual([]);
  expect(report.imported.map(({ label }) => label).sort()).toEqual([
    'sub-01 task-page',
    'sub-02 ses-a task-listen run-1',
  ]);
  for (const modality of ['eyetracking', 'eeg'] as const) {
    const [own] = first.recordings.list({ modality });
    const [back] = second.recordings.list({ modality });
    expect(back.samplingInterval).toBeCloseTo(own.samplingInterval, 12);
    const before = first.arrays.readAs(own.dataArrayId, 'float32');
    const after = second.arrays.readAs(back.dataArrayId, 'float32');
    expect(after.shape).toEqual(before.shape);
    expect(after.data).toEqual(before.data);
  }
  const gaze = (project: Project) => {
    const [recording] = project.recordings.list({ modality: 'eyetracking' });
    const { attributes, unit } = project.arrays.info(recording.dataArrayId);
    const { columns, messages, screen, timesArrayId, eventsArrayId } = attributes;
    const at = (id: unknown) => project.arrays.readAs(String(id), 'float64').data;
    return { columns, messages, screen, unit, times: at(timesArrayId), events: sorted(at(eventsArrayId)) };
  };
  expect(gaze(second)).toEqual(gaze(first));
  const eeg = (project: Project) =>
    project.arrays.info(project.recordings.list({ modality: 'eeg' })[0].dataArrayId).attributes.meeg as {
      channels: unknown;
      events: unknown[];
    };
  expect(eeg(second).channels).toEqual(eeg(first).channels);
  // The word stands among the events at 1 + 1.001 · 1 s, which is sample 500.25.
  expect(eeg(second).events).toEqual([
    { sample: 100, duration: 0.4, name: 'tone', channel: null },
    { sample: 500, duration: 0.25, name: 'hello', channel: null },
    { sample: 700, duration: 0, name: 'click', channel: null },
  ]);
  const reading = readFileSync(
    join(root, 'derivatives/gyrus/sub-01/beh/sub-01_task-page_desc-reading_beh.tsv'),
    'utf8',
  ).split('\n');
  expect(reading[0]).toContain('gaze_duration');
  expect(reading[1].split('\t').slice(0, 4)).toEqual(['Hello', '0', '1', '82']);
});

test('of MEG, every table and sidecar that BIDS asks for goes out, with its required keys', async () => {
  const folder = temporaryFolder();
  const project = temporaryProject(folder);
  const eeg = addEeg(project);
  const data = project.arrays.put(
    {
      name: 'meg',
      shape: [1000, 3],
      dtype: 'float32',
      attributes: {
        meeg: {
          ...(project.arrays.info(eeg.dataArrayId).attributes.meeg as object),
          channels: [
            { name: 'MEG0111', type: 'mag', unit: 'T', position: [0, 0.1, 0.1], bad: false },
            { name: 'EEG001', type: 'eeg', unit: 'V', position: [0, 0.01, 0.095], bad: true },
            { name: 'STI101', type: 'stim', unit: '', position: null, bad: false },
          ],
          digitised: {
            fiducials: [
              { name: 'nasion', place: [0, 0.1, 0] },
              { name: 'left', place: [-0.07, 0, 0] },
              { name: 'right', place: [0.07, 0, 0] },
            ],
            coils: [[0.01, 0.09, 0.05]],
            shape: [
              [0.01, 0.02, 0.1],
              [-0.03, 0, 0.09],
            ],
          },
        },
      },
    },
    new Float32Array(3000),
  );
  project.recordings.put({ ...eeg, id: 'meg-1', modality: 'meg', subject: '03', dataArrayId: data.id });
  const root = join(folder, 'out');
  await exportBids(project, root, '1.0.0', signal, ignoreProgress);
  const text = (...path: string[]) => readFileSync(join(root, ...path), 'utf8');
  const keys = (json: string) => Object.keys(JSON.parse(json));
  const at = (suffix: string) => text('sub-03', 'ses-a', 'meg', `sub-03_ses-a_${suffix}`);
  const run = (suffix: string) => at(`task-listen_run-1_${suffix}`);
  // Required by the BIDS schema, 1.11.
  expect(keys(run('meg.json'))).toEqual(
    expect.arrayContaining([
      'TaskName',
      'SamplingFrequency',
      'PowerLineFrequency',
      'DewarPosition',
      'SoftwareFilters',
      'DigitizedLandmarks',
      'DigitizedHeadPoints',
    ]),
  );
  expect(run('channels.tsv').split('\n').slice(0, 2)).toEqual([
    'name\ttype\tunits\tlow_cutoff\thigh_cutoff\tsampling_frequency\tstatus',
    'MEG0111\tMEGMAG\tT\t0.1\t125\t250\tgood',
  ]);
  expect(run('events.tsv').split('\n')[0].split('\t').slice(0, 2)).toEqual(['onset', 'duration']);
  expect(JSON.parse(at('coordsystem.json'))).toMatchObject({
    MEGCoordinateSystem: 'Other',
    MEGCoordinateUnits: 'm',
    EEGCoordinateSystem: 'Other',
    EEGCoordinateUnits: 'm',
    AnatomicalLandmarkCoordinates: { NAS: [0, 0.1, 0], LPA: [-0.07, 0, 0], RPA: [0.07, 0, 0] },
    AnatomicalLandmarkCoordinateSystem: 'ElektaNeuromag',
    AnatomicalLandmarkCoordinateUnits: 'm',
    HeadCoilCoordinates: { coil1: [0.01, 0.09, 0.05] },
    HeadCoilCoordinateSystem: 'ElektaNeuromag',
    HeadCoilCoordinateUnits: 'm',
    DigitizedHeadPoints: 'sub-03_ses-a_headshape.pos',
    DigitizedHeadPointsCoordinateSystem: 'ElektaNeuromag',
    DigitizedHeadPointsCoordinateUnits: 'm',
  });
  expect(JSON.parse(run('meg.json'))).toMatchObject({ DigitizedLandmarks: true, DigitizedHeadPoints: true });
  // Centimetres, as Polhemus leaves them and CTF's and FieldTrip's readers take them.
  expect(at('headshape.pos')).toBe(
    '2\n1 1.0000 2.0000 10.0000\n2 -3.0000 0.0000 9.0000\nnasion 0.0000 10.0000 0.0000\nleft -7.0000 0.0000 0.0000\nright 7.0000 0.0000 0.0000\n',
  );
  expect((await surveyBids(root)).problems).toEqual([]);
  expect(at('electrodes.tsv').split('\n').slice(0, 2)).toEqual(['name\tx\ty\tz', 'EEG001\t0\t0.01\t0.095']);
  expect(keys(text('dataset_description.json'))).toEqual(expect.arrayContaining(['Name', 'BIDSVersion']));
  expect(text('participants.tsv').split('\n')[0].split('\t')[0]).toBe('participant_id');
});

/** Rows of events in an order that does not depend on ties of their starts. */
function sorted(data: Float64Array): string[] {
  const width = 13;
  return Array.from({ length: data.length / width }, (_, row) =>
    [...data.subarray(row * width, row * width + 11)].join(' '),
  ).sort();
}

test('gaze that came as events alone is named as left out, and no participant is without a folder', async () => {
  const folder = temporaryFolder();
  const project = temporaryProject(folder);
  const path = join(folder, 'sub-03_task-page.asc');
  await writeText(
    path,
    '** CONVERTED FROM a.edf\nSTART\t0\tRIGHT\tEVENTS\nEFIX R   0\t180\t182\t  10.0\t  20.0\t  900\nEND\t200\tEVENTS\n',
  );
  const [probed] = await probeEyetracking([path]);
  await eyetrackingImportJob('test').run(
    jobContext(project),
    eyetrackingPlanSchema.parse({ files: [probed.plan] }),
  );
  const root = join(folder, 'out');
  const written = await exportBids(project, root, '1.0.0', signal, ignoreProgress);
  expect(written).toMatchObject({ raw: [], left: [{ label: 'sub-03 task-page', reason: 'no samples' }] });
  expect(readFileSync(join(root, 'participants.tsv'), 'utf8')).toBe('participant_id\n');
});

test('sources and parameters are named without the folders that they lay in', () => {
  const from = (path: string) => ({ sourceFiles: [{ path, sha256: 'ab12', bytes: 1 }] });
  expect(sourcesOf([from('/home/ann/study/sub-01_bold.nii.gz'), from('C:\\Users\\Ann\\a.edf')])).toEqual([
    'sub-01_bold.nii.gz (sha256 ab12)',
    'a.edf (sha256 ab12)',
  ]);
  expect(
    withoutFolders({
      models: ['encoder', 'folder:/home/ann/gpt2/', 'D:\\models\\qwen'],
      seed: 1,
      none: null,
    }),
  ).toEqual({ models: ['encoder', 'folder:gpt2', 'qwen'], seed: 1, none: null });
  expect(withoutFolders('1 − residual / total')).toBe('1 − residual / total');
});

test('a folder with something in it is left alone', async () => {
  const folder = temporaryFolder();
  const project = temporaryProject(folder);
  await writeText(join(folder, 'full', 'thesis.txt'), 'important');
  await expect(
    exportBids(project, join(folder, 'full'), '1.0.0', signal, ignoreProgress),
  ).rejects.toMatchObject({ code: 'bids.not-empty' });
  expect(existsSync(join(folder, 'full', 'dataset_description.json'))).toBe(false);
});
