import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ignoreProgress } from '../../main/core/progress.ts';
import { fmriImportJob } from '../../main/importing/fmri/ingest.ts';
import { suggestPlan } from '../../main/importing/fmri/plan.ts';
import { probeFmri } from '../../main/importing/fmri/probe.ts';
import { createFeatureSpaces } from '../../main/stimuli/feature-spaces.ts';
import { makeSample } from '../../main/studies/sample/make-sample.ts';
import { sampleOptionsSchema } from '../../main/studies/sample/options.ts';
import { type Truth, truthSchema } from '../../main/studies/sample/truth.ts';
import { bundled } from '../bundled.ts';
import { scratchProject } from '../unit/data/scratch.ts';
import { jobContext } from '../unit/importing/fixtures.ts';

const root = mkdtempSync(join(tmpdir(), 'gyrus-sample-'));
const spaces = createFeatureSpaces(bundled);
const deps = { resources: bundled, spaces, generator: { name: 'Gyrus', version: 'test' } };
const options = sampleOptionsSchema.parse({ seed: 5, subjects: 1, runs: 3, minutes: 2, voxelSize: 8 });
const signal = new AbortController().signal;
const dataset = join(root, 'dataset');
let truth: Truth;

beforeAll(async () => {
  truth = await makeSample(deps, dataset, options, signal, ignoreProgress);
}, 120_000);
afterAll(async () => {
  await spaces.release();
  rmSync(root, { recursive: true, force: true });
});

const files = (folder: string) =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .sort();
const hash = (path: string) => createHash('sha256').update(readFileSync(path)).digest('hex');

test('one seed gives the same bytes in every file', async () => {
  const again = join(root, 'again');
  await makeSample(deps, again, options, signal, ignoreProgress);
  expect(files(again)).toEqual(files(dataset));
  for (const file of files(dataset))
    expect([file, hash(join(again, file))]).toEqual([file, hash(join(dataset, file))]);
}, 120_000);

test('it says that it is simulated wherever a reader may look', () => {
  const description = JSON.parse(readFileSync(join(dataset, 'dataset_description.json'), 'utf8'));
  expect(description).toMatchObject({ Simulated: true, DatasetType: 'derivative' });
  expect(description.Name).toMatch(/simulated/i);
  expect(readFileSync(join(dataset, 'README.md'), 'utf8')).toMatch(/No person was scanned/);
  for (const file of files(dataset).filter((name) => name.endsWith('_bold.json')))
    expect(JSON.parse(readFileSync(join(dataset, file), 'utf8')).Simulated).toBe(true);
});

test('its truth predicts r as ceiling times strength', () => {
  const kept = truthSchema.parse(
    JSON.parse(readFileSync(join(dataset, 'derivatives', 'simulation', 'truth.json'), 'utf8')),
  );
  expect(kept).toEqual(truth);
  expect(kept.runs.map((run) => run.repeatOf)).toEqual([null, null, '1']);
  expect(kept.regions.filter((region) => region.tuning === 'word-rate')).toHaveLength(1);
  for (const region of kept.regions)
    for (const subject of region.subjects)
      expect(subject.predictedR).toBeCloseTo(subject.ceiling * subject.strength, 1);
});

test('it comes in by the importer like anything else, with its repeat, words and space', async () => {
  const project = scratchProject();
  const plan = suggestPlan(await probeFmri([dataset]));
  await fmriImportJob('test').run(jobContext(project), plan);
  const recordings = project.recordings.list();
  expect(recordings).toHaveLength(3);
  expect(recordings.every((recording) => recording.simulated && recording.sampleCount === 60)).toBe(true);
  expect(recordings[0].stimulusId).toBe(recordings[2].stimulusId);
  expect(recordings[0].stimulusId).not.toBe(recordings[1].stimulusId);
  const words = project.stimuli.get(recordings[1].stimulusId ?? '').words;
  expect(words).toHaveLength(truth.stories[1].words);
  const space = project.spaces.get(recordings[0].spaceId ?? '');
  expect(space.name).toMatch(/^talairach/i);
  expect(space.shape).toEqual(truth.shape);
  const index = project.arrays.readAs(space.voxelIndexArrayId, 'uint32').data;
  for (const region of truth.regions) expect(region.voxelIndex.every((at) => index.includes(at))).toBe(true);
});

test('a folder that holds something is left alone', async () => {
  await expect(makeSample(deps, dataset, options, signal, ignoreProgress)).rejects.toMatchObject({
    code: 'sample.folder-not-empty',
  });
});
