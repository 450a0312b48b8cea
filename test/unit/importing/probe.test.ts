import { join } from 'node:path';
import { expect, test } from 'vitest';
import { suggestPlan } from '../../../main/importing/fmri/plan.ts';
import { previewRun } from '../../../main/importing/fmri/preview.ts';
import { probeFmri } from '../../../main/importing/fmri/probe.ts';
import { eventsTsv, isBrain, temporaryFolder, writeBids, writeSeries, writeText } from './fixtures.ts';

/** A raw dataset with fMRIPrep's output inside it, in two spaces, as fMRIPrep leaves it. */
async function writeFmriprep(root: string): Promise<void> {
  await writeBids(root);
  const derivative = join(root, 'derivatives', 'fmriprep');
  const description = { Name: 'fMRIPrep', BIDSVersion: '1.4.0', DatasetType: 'derivative' };
  await writeText(join(derivative, 'dataset_description.json'), JSON.stringify(description));
  for (const space of ['T1w', 'MNI152NLin2009cAsym']) {
    const stem = join(derivative, 'sub-01', 'func', `sub-01_task-story_run-1_space-${space}_desc`);
    await writeSeries(`${stem}-preproc_bold.nii.gz`);
    await writeSeries(`${stem}-brain_mask.nii.gz`, {
      volumes: 1,
      value: (voxel) => (isBrain(voxel) ? 1 : 0),
    });
  }
  const names = ['trans_x', 'trans_y', 'trans_z', 'rot_x', 'rot_y', 'rot_z'];
  const rows = Array<string>(30).fill(names.map(() => '0.1').join('\t'));
  const table = `${names.join('\t')}\n${rows.join('\n')}\n`;
  await writeText(
    join(derivative, 'sub-01', 'func', 'sub-01_task-story_run-1_desc-confounds_timeseries.tsv'),
    table,
  );
}

test('a raw dataset: every run with its companions, TR from the inherited sidecar', async () => {
  const root = temporaryFolder();
  await writeBids(root);
  const probe = await probeFmri([root]);
  expect(probe).toMatchObject({ kind: 'bids', subjects: ['01', '02'], tasks: ['story'], missingData: [] });
  expect(probe.dataset).toMatchObject({ name: 'Box brains, simulated', simulated: true });
  expect(probe.runs).toHaveLength(6);
  const [run] = probe.runs;
  expect(run).toMatchObject({
    shape: [6, 5, 4, 30],
    repetitionTime: 2,
    durationSeconds: 60,
    orientation: 'LAS',
  });
  expect(run.wordCandidates[0]).toMatchObject({ wordCount: 4, firstOnset: 1, lastOffset: 3.4 });
  const part = await probeFmri([join(root, 'sub-02')]);
  expect(part.subjects).toEqual(['02']);
  expect(part.runs).toHaveLength(3);
});

test('fMRIPrep output, chosen by itself: template space, its mask and confounds, events of the raw dataset', async () => {
  const root = temporaryFolder();
  await writeFmriprep(root);
  const probe = await probeFmri([join(root, 'derivatives', 'fmriprep')]);
  expect(probe.spaces).toEqual(['MNI152NLin2009cAsym', 'T1w']);
  const plan = suggestPlan(probe);
  expect(plan.runs).toHaveLength(1);
  const [run] = plan.runs;
  expect(run.image).toContain('space-MNI152NLin2009cAsym_desc-preproc_bold');
  expect(run.maskPath).toContain('space-MNI152NLin2009cAsym_desc-brain_mask');
  expect(run.confoundsPath).toContain('desc-confounds_timeseries.tsv');
  expect(run.words?.path).toBe(join(root, 'sub-01', 'func', 'sub-01_task-story_run-1_events.tsv'));
  expect(plan.mask.kind).toBe('found');
});

test('names of fMRIPrep before 1.2 are recognised as their later ones would be', async () => {
  const root = temporaryFolder();
  await writeBids(root);
  const derivative = join(root, 'derivatives', 'fmriprep');
  const description = { Name: 'fMRIPrep', BIDSVersion: '1.1.1', GeneratedBy: [] };
  await writeText(join(derivative, 'dataset_description.json'), JSON.stringify(description));
  const stem = join(derivative, 'sub-01', 'func', 'sub-01_task-story_run-1_bold');
  const space = `${stem}_space-MNI152NLin2009cAsym`;
  await writeSeries(`${space}_preproc.nii.gz`);
  await writeSeries(`${space}_brainmask.nii.gz`, {
    volumes: 1,
    value: (voxel) => (isBrain(voxel) ? 1 : 0),
  });
  const rows = Array<string>(30).fill('0.1\t0.1\t0.1\t0.1\t0.1\t0.1');
  await writeText(`${stem}_confounds.tsv`, `X\tY\tZ\tRotX\tRotY\tRotZ\n${rows.join('\n')}\n`);
  const plan = suggestPlan(await probeFmri([root]));
  expect(plan.runs).toHaveLength(6);
  const [run] = plan.runs.filter(({ image }) => image.includes('fmriprep'));
  expect(run).toMatchObject({
    image: `${space}_preproc.nii.gz`,
    subject: '01',
    task: 'story',
    run: '1',
    maskPath: `${space}_brainmask.nii.gz`,
    confoundsPath: `${stem}_confounds.tsv`,
    words: { path: join(root, 'sub-01', 'func', 'sub-01_task-story_run-1_events.tsv') },
  });
  const preview = await previewRun({
    run,
    mask: plan.mask,
    confounds: { ...plan.confounds, motion: '6' },
    wordOffset: 0,
  });
  expect(preview).toMatchObject({
    maskVoxels: 24,
    confoundColumns: ['trans_x', 'trans_y', 'trans_z', 'rot_x', 'rot_y', 'rot_z'],
  });
});

test('of a raw dataset with fMRIPrep inside, the preprocessed run is taken, the others raw', async () => {
  const root = temporaryFolder();
  await writeFmriprep(root);
  const plan = suggestPlan(await probeFmri([root]));
  expect(plan.runs).toHaveLength(6);
  expect(plan.runs.filter(({ image }) => image.includes('fmriprep'))).toHaveLength(1);
});

test('loose files find each other, and labels come from names and folders', async () => {
  const folder = temporaryFolder();
  const image = join(folder, 'sub-07', 'story.nii.gz');
  await writeSeries(image);
  await writeText(join(folder, 'sub-07', 'words.tsv'), eventsTsv);
  await writeSeries(join(folder, 'sub-07', 'brain_mask.nii'), { volumes: 1, value: () => 1 });
  const [run] = (await probeFmri([join(folder, 'sub-07')])).runs;
  expect(run).toMatchObject({ subject: '07', task: 'story', importable: true });
  expect(run.eventsPath).toBe(join(folder, 'sub-07', 'words.tsv'));
  expect(run.maskPath).toBe(join(folder, 'sub-07', 'brain_mask.nii'));
});

test('the preview shows slices the right way round, the mask, and words against the run', async () => {
  const root = temporaryFolder();
  await writeBids(root);
  const plan = suggestPlan(await probeFmri([root]));
  const [run] = plan.runs;
  const preview = await previewRun({
    run,
    mask: { kind: 'automatic' },
    confounds: plan.confounds,
    wordOffset: 0,
  });
  expect(preview).toMatchObject({
    maskVoxels: 24,
    repetitionTime: 2,
    durationSeconds: 60,
    averagedVolumes: 20,
  });
  expect(preview.words).toMatchObject({ count: 4, firstOnset: 1 });
  expect(preview.words?.lastOffset).toBeCloseTo(3.4, 10);
  const axial = preview.slices.find(({ plane }) => plane === 'axial');
  expect(axial).toMatchObject({ width: 6, height: 5, edges: ['L', 'R', 'A', 'P'] });
  // i runs to the left in this grid (LAS), so column 0 of the picture is i = 5; row 0 is j = 4. The middle slice is k = 2.
  const expected = Array.from({ length: 30 }, (_, at) =>
    isBrain(5 - (at % 6) + 6 * (4 - Math.floor(at / 6)) + 60) ? 1 : 0,
  );
  expect(axial?.mask).toEqual(expected);
});
