import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { type BidsReport, bidsReportSchema } from '../../../main/contract/bids.ts';
import type { Project } from '../../../main/data/project.ts';
import { bidsImportJob } from '../../../main/importing/bids/ingest.ts';
import { surveyBids } from '../../../main/importing/bids/survey.ts';
import { undoBidsImport } from '../../../main/importing/bids/undo.ts';
import { samplesFolder } from '../../samples.ts';
import { jobContext, temporaryFolder, temporaryProject, writeBids, writeText } from './fixtures.ts';

/** A BrainVision recording of two channels and 500 samples at 250 Hz, in µV. */
async function writeEeg(stem: string): Promise<void> {
  const name = stem.slice(stem.lastIndexOf('/') + 1);
  await writeText(
    `${stem}.vhdr`,
    [
      'Brain Vision Data Exchange Header File Version 1.0',
      '[Common Infos]',
      `DataFile=${name}.eeg`,
      `MarkerFile=${name}.vmrk`,
      'DataFormat=BINARY',
      'DataOrientation=MULTIPLEXED',
      'NumberOfChannels=2',
      'SamplingInterval=4000',
      '[Binary Infos]',
      'BinaryFormat=IEEE_FLOAT_32',
      '[Channel Infos]',
      'Ch1=Cz,,1,µV',
      'Ch2=EYE,,1,µV',
    ].join('\n'),
  );
  await writeText(
    `${stem}.vmrk`,
    'Brain Vision Data Exchange Marker File, Version 1.0\n[Marker Infos]\nMk1=Stimulus,S  1,10,1,0\n',
  );
  const values = Float32Array.from({ length: 1000 }, (_, at) => (at % 2 === 0 ? at : -at));
  await writeText(`${stem}.eeg`, new Uint8Array(values.buffer));
}

/** fMRI, EEG and eye-tracking of two subjects, with everything wrong that a shared dataset may have. */
async function writeMixed(root: string): Promise<void> {
  await writeBids(root);
  const eeg = join(root, 'sub-01', 'eeg', 'sub-01_task-rest');
  await writeEeg(`${eeg}_eeg`);
  await writeText(
    `${eeg}_channels.tsv`,
    'name\ttype\tunits\tstatus\nCz\tEEG\tµV\tgood\nEYE\tVEOG\tµV\tbad\n',
  );
  await writeText(
    `${eeg}_events.tsv`,
    'onset\tduration\ttrial_type\n0.4\t0.1\ttone\n1.2\tn/a\tclick\nn/a\t0\tlost\n',
  );
  await writeText(join(root, 'sub-01', 'eeg', 'sub-01_electrodes.tsv'), 'name\tx\ty\tz\nCz\t0\t10\t95\n');
  await writeText(
    join(root, 'sub-01', 'eeg', 'sub-01_coordsystem.json'),
    JSON.stringify({ EEGCoordinateSystem: 'Other', EEGCoordinateUnits: 'mm' }),
  );
  const gaze = join(root, 'sub-02', 'beh', 'sub-02_task-read_recording-eye1_');
  await writeText(
    `${gaze}physio.json`,
    JSON.stringify({
      Columns: ['timestamp', 'x_coordinate', 'y_coordinate'],
      SamplingFrequency: 500,
      StartTime: 0,
      RecordedEye: 'left',
      PhysioType: 'eyetrack',
    }),
  );
  await writeText(`${gaze}physio.tsv.gz`, gzipSync('0\t1\t2\n2\t3\t4\n4\t5\t6\n'));
  // Data that are there in name only.
  symlinkSync('.git/annex/objects/nowhere', join(root, 'sub-01', 'func', 'sub-01_task-rest_bold.nii.gz'));
  await writeText(
    join(root, 'sub-02', 'func', 'sub-02_task-rest_bold.nii.gz'),
    `version https://git-lfs.github.com/spec/v1\noid sha256:${'0'.repeat(64)}\nsize 12345\n`,
  );
  await writeText(join(root, 'sub-02', 'eeg', 'sub-02_task-rest_eeg.edf'), '');
  // Things that are wrong.
  await writeText(join(root, 'sub-01', 'func', 'sub-02_task-other_events.tsv'), 'time\tword\n1\ta\n');
  await writeText(join(root, 'sub-01', 'func', 'notes of the day.txt'), 'rain');
  await writeText(join(root, 'sub-02', 'eeg', 'sub-02_task-bad_eeg.edf'), 'not EDF at all '.repeat(100));
  await writeText(join(root, 'sub-02', 'eeg', 'sub-02_run-1_task-late_eeg.json'), '{ broken');
  await writeText(join(root, 'participants.tsv'), 'participant_id\tage\nsub-01\t30\nsub-07\t31\n');
}

async function importAll(project: Project, root: string): Promise<BidsReport> {
  const { plan } = await surveyBids(root);
  if (plan === null) throw new Error('there is a plan');
  return bidsReportSchema.parse(await bidsImportJob('test').run(jobContext(project), plan));
}

test('a survey says what is there, what is there in name only, and what is wrong', async () => {
  const root = join(temporaryFolder(), 'mixed');
  await writeMixed(root);
  const survey = await surveyBids(root);
  expect(survey).toMatchObject({ name: 'Box brains, simulated', simulated: true, type: 'raw' });
  expect(survey.subjects.map(({ subject }) => subject)).toEqual([null, '01', '02']);
  expect([...survey.placeholders].sort()).toEqual([
    'sub-01/func/sub-01_task-rest_bold.nii.gz',
    'sub-02/eeg/sub-02_task-rest_eeg.edf',
    'sub-02/func/sub-02_task-rest_bold.nii.gz',
  ]);
  const files = survey.subjects.flatMap((one) => one.files);
  const of = (path: string) => files.find((file) => file.path === path);
  expect(of('sub-02/func/sub-02_task-rest_bold.nii.gz')).toMatchObject({
    state: 'pointer',
    modality: 'fmri',
  });
  expect(of('sub-01/func/sub-01_task-rest_bold.nii.gz')).toMatchObject({ state: 'missing' });
  expect(of('sub-01/eeg/sub-01_task-rest_eeg.vhdr')).toMatchObject({ role: 'recording', modality: 'meeg' });
  expect(of('sub-01/eeg/sub-01_task-rest_eeg.eeg')).toMatchObject({ role: 'companion' });
  expect(of('sub-01/func/notes of the day.txt')).toMatchObject({ role: 'unknown' });
  const found = survey.problems.map(({ code, path }) => `${code} ${path}`);
  expect(found).toEqual(
    expect.arrayContaining([
      'bids.wrong-folder sub-01/func/sub-02_task-other_events.tsv',
      'events.no-onset sub-01/func/sub-02_task-other_events.tsv',
      'bids.bad-name sub-01/func/notes of the day.txt',
      'bids.entity-order sub-02/eeg/sub-02_run-1_task-late_eeg.json',
      'json.unreadable sub-02/eeg/sub-02_run-1_task-late_eeg.json',
      'bids.participants participants.tsv',
    ]),
  );
  expect(found.some((line) => line.endsWith('sub-02/eeg/sub-02_task-bad_eeg.edf'))).toBe(true);
  expect(survey.plan?.fmri?.runs).toHaveLength(6);
  expect(survey.plan?.meeg?.runs).toHaveLength(1);
  expect(survey.plan?.eyetracking?.files).toHaveLength(1);
});

test('all modalities come in with their tables, and are taken back whole', async () => {
  const folder = temporaryFolder();
  await writeMixed(join(folder, 'mixed'));
  const project = temporaryProject(folder);
  const report = await importAll(project, join(folder, 'mixed'));
  expect(report.imported.map(({ modality }) => modality).sort()).toEqual([
    'eeg',
    'eyetracking',
    ...Array.from({ length: 6 }, () => 'fmri'),
  ]);
  expect(report.failed).toEqual([]);
  expect(report.placeholders).toHaveLength(3);
  const [eeg] = project.recordings.list({ modality: 'eeg' });
  expect(eeg.simulated).toBe(true);
  const { meeg } = project.arrays.info(eeg.dataArrayId).attributes as { meeg: Record<string, unknown> };
  expect(meeg.channels).toMatchObject([
    { name: 'Cz', type: 'eeg', bad: false, position: [0, 0.01, 0.095] },
    { name: 'EYE', type: 'eog', bad: true, position: null },
  ]);
  // The table of events counts, not the marker of the file; the row without an onset is no event.
  expect(meeg.events).toEqual([
    { sample: 100, duration: 0.1, name: 'tone', channel: null },
    { sample: 300, duration: 0, name: 'click', channel: null },
  ]);
  undoBidsImport(project, report);
  expect(project.recordings.list()).toEqual([]);
  expect(project.stimuli.list()).toEqual([]);
  expect(project.arrays.list()).toEqual([]);
});

test('tables of behaviour that rate words are ratings; the others stay listed and say why', async () => {
  const folder = temporaryFolder();
  const root = join(folder, 'rated');
  await writeBids(root);
  await writeText(
    join(root, 'sub-01', 'beh', 'sub-01_task-rate_beh.tsv'),
    'trial\tword\tvalence\tarousal\tresponse_time\n1\tdog\t7\t4\t0.8\n2\twar\t1\t8\t1.2\n3\tsea\t6\t2\tn/a\n',
  );
  await writeText(
    join(root, 'phenotype', 'norms.tsv'),
    'participant_id\titem\tscale\trating\nsub-01\tdog\tsize\t3\nsub-02\tdog\tsize\t5\nsub-01\twar\tsize\t9\nsub-02\twar\tsize\t9\n',
  );
  const other = {
    'sub-02/beh/sub-02_task-press_beh.tsv':
      'stimulus\tresponse_time\taccuracy\nleft\t0.4\t1\nright\t0.5\t0\n',
    'phenotype/age.tsv': 'participant_id\tbdi\nsub-01\t30\nsub-02\t31\n',
  };
  for (const [path, text] of Object.entries(other)) await writeText(join(root, path), text);
  const { subjects } = await surveyBids(root);
  const files = subjects.flatMap((one) => one.files);
  for (const path of Object.keys(other))
    expect(files.find((file) => file.path === path)).toMatchObject({
      role: 'not-imported',
      reason: { code: 'bids.no-ratings' },
    });
  const project = temporaryProject(folder);
  const report = await importAll(project, root);
  expect(report.failed).toEqual([]);
  expect(report.imported.filter(({ modality }) => modality === 'rating').map(({ label }) => label)).toEqual([
    'norms',
    'sub-01_task-rate',
  ]);
  const [norms, rate] = project.recordings.list({ modality: 'rating' });
  expect(project.arrays.info(rate.dataArrayId).attributes.columns).toEqual(['valence', 'arousal']);
  expect([...project.arrays.readAs(norms.dataArrayId, 'float32').data]).toEqual([4, 9]);
  expect(rate.simulated).toBe(true);
  expect(project.itemSets.list()).toHaveLength(2);
  undoBidsImport(project, report);
  expect(project.itemSets.list()).toEqual([]);
  expect(project.arrays.list()).toEqual([]);
});

test('a modality that fails whole does not stop the others', async () => {
  const folder = temporaryFolder();
  const root = join(folder, 'mixed');
  await writeMixed(root);
  const project = temporaryProject(folder);
  const { plan } = await surveyBids(root);
  if (plan?.fmri == null || plan.eyetracking === null) throw new Error('both are planned');
  const gone = plan.fmri.runs.map((run) => ({ ...run, image: `${run.image}.gone` }));
  const broken = { ...plan, fmri: { ...plan.fmri, runs: gone } };
  const report = bidsReportSchema.parse(await bidsImportJob('test').run(jobContext(project), broken));
  expect(report.imported.map(({ modality }) => modality).sort()).toEqual(['eeg', 'eyetracking']);
  expect(report.failed.map(({ label }) => label)).toEqual(['fmri']);
});

test('a killed import goes on where it was, in whatever modality', async () => {
  const folder = temporaryFolder();
  const root = join(folder, 'mixed');
  await writeMixed(root);
  const { plan } = await surveyBids(root);
  if (plan === null) throw new Error('there is a plan');
  const project = temporaryProject(folder);
  const job = bidsImportJob('test');
  const context = jobContext(project);
  for (let kills = 0; ; kills++) {
    let commits = 0;
    const mortal: typeof context = {
      ...context,
      commit(cursor, write) {
        commits += 1;
        if (commits === 3) throw new Error('killed');
        context.commit(cursor, write);
      },
    };
    try {
      const report = bidsReportSchema.parse(await job.run(mortal, plan));
      expect(kills).toBeGreaterThan(2);
      expect(report.imported).toHaveLength(8);
      expect(project.recordings.list()).toHaveLength(8);
      return;
    } catch (cause) {
      if (!(cause instanceof Error) || cause.message !== 'killed') throw cause;
    }
  }
});

test('a folder that is no dataset is refused', async () => {
  await expect(surveyBids(temporaryFolder())).rejects.toMatchObject({ code: 'bids.not-a-dataset' });
});

const samples = samplesFolder();

test.skipIf(samples === null)(
  'MNE-BIDS’ tiny dataset: one EEG recording with its places and events',
  async () => {
    const project = temporaryProject(temporaryFolder());
    const report = await importAll(project, join(samples ?? '', 'bids', 'tiny_bids'));
    expect(report.imported).toMatchObject([{ modality: 'eeg', label: 'sub-01 ses-eeg task-rest' }]);
    const [eeg] = project.recordings.list();
    const { meeg } = project.arrays.info(eeg.dataArrayId).attributes as {
      meeg: { channels: { name: string; position: number[] | null }[]; events: unknown[] };
    };
    const fp1 = meeg.channels.find(({ name }) => name === 'Fp1');
    expect(fp1?.position?.[1]).toBeCloseTo(0.11102138, 7);
    expect(meeg.events).toMatchObject([
      { sample: 0, name: 'start_experiment' },
      { sample: 1000, name: 'show_stimulus' },
    ]);
  },
);
