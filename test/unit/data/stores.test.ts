import { expect, test } from 'vitest';
import type { ItemSet } from '../../../main/contract/item-sets.ts';
import type { Recording } from '../../../main/contract/recordings.ts';
import type { FeatureSpaceInfo, Stimulus } from '../../../main/contract/stimuli.ts';
import type { Project } from '../../../main/data/project.ts';
import { scratchProject } from './scratch.ts';

const refusal = (code: string) => expect.objectContaining({ name: 'UserError', code });
const stimulus: Stimulus = {
  id: 'story',
  name: 'Story',
  language: 'en',
  words: [{ text: 'once', onset: 0.5, duration: 0.25 }],
  contentHash: 'words-hash',
};

function array(project: Project, shape: number[] = [4, 3]): string {
  const length = shape.reduce((product, size) => product * size, 1);
  return project.arrays.put({ name: 'data', shape, dtype: 'float32' }, new Float32Array(length)).id;
}

function recording(project: Project, changes: Partial<Recording> = {}): Recording {
  return {
    id: `rec-${changes.subject ?? '01'}-${changes.run ?? '1'}`,
    modality: 'fmri',
    subject: '01',
    session: null,
    task: 'listening',
    run: '1',
    repeatGroup: null,
    stimulusId: 'story',
    dataArrayId: array(project),
    spaceId: null,
    confoundsArrayId: null,
    samplingInterval: 1.5,
    sampleCount: 4,
    simulated: true,
    sourceFiles: [{ path: '/data/a.nii.gz', sha256: 'f'.repeat(64), bytes: 10 }],
    notices: [{ level: 'warning', code: 'nifti.tr', message: 'A doubt.', params: { tr: 1.5 } }],
    ...changes,
  };
}

test('recordings come back whole, filtered and in order', () => {
  const project = scratchProject();
  project.stimuli.put(stimulus);
  const second = recording(project, { subject: '02' });
  const first = recording(project);
  for (const each of [second, first]) project.recordings.put(each);
  expect(project.recordings.list()).toEqual([first, second]);
  expect(project.recordings.list({ subject: '02', task: 'listening' })).toEqual([second]);
  expect(project.recordings.list({ stimulusId: 'other' })).toEqual([]);
  project.recordings.put({ ...first, repeatGroup: 'story-a' });
  expect(project.recordings.list({ repeatGroup: 'story-a' })).toEqual([{ ...first, repeatGroup: 'story-a' }]);
  project.recordings.delete(second.id);
  expect(project.recordings.find(second.id)).toBeNull();
  expect(() => project.recordings.get(second.id)).toThrow(refusal('recording.unknown'));
});

test('rows of one transaction may point to each other in any order; rows that point nowhere are not kept', () => {
  const project = scratchProject();
  const dangling = recording(project);
  expect(() => project.recordings.put(dangling)).toThrow('FOREIGN KEY');
  expect(project.recordings.list()).toEqual([]);
  project.transaction(() => {
    project.recordings.put(dangling);
    project.stimuli.put(stimulus);
  });
  expect(project.recordings.list()).toEqual([dangling]);
});

test('stimuli are found by id and by their words', () => {
  const { stimuli } = scratchProject();
  stimuli.put(stimulus);
  expect(stimuli.get('story')).toEqual(stimulus);
  expect(stimuli.findByHash('words-hash')).toEqual(stimulus);
  expect(stimuli.findByHash('other')).toBeNull();
  stimuli.put({ ...stimulus, name: 'Renamed' });
  expect(stimuli.list().map(({ name }) => name)).toEqual(['Renamed']);
  stimuli.delete('story');
  expect(() => stimuli.get('story')).toThrow(refusal('stimulus.unknown'));
});

test('volume spaces keep grid and affine exactly', () => {
  const project = scratchProject();
  const affine = [
    [-2.1, 0, 0.1, 90.05],
    [0, 2, 0, -126],
    [0, 0, 2, -72],
    [0, 0, 0, 1],
  ];
  const space = {
    id: 'mni',
    name: 'MNI152NLin2009cAsym',
    shape: [97, 115, 97] satisfies [number, number, number],
    affine,
    voxelIndexArrayId: array(project, [3]),
    voxelCount: 3,
  };
  project.spaces.put({ ...space, shape: [97, 115, 97] });
  expect(project.spaces.get('mni')).toEqual(space);
  expect(project.spaces.list()).toHaveLength(1);
  expect(() => project.spaces.get('none')).toThrow(refusal('space.unknown'));
});

const space: FeatureSpaceInfo = {
  id: 'use-lite',
  name: 'Encoder',
  kind: 'contextual',
  layers: ['embedding', 'hidden_1'],
  dimensions: [3, 3],
  source: 'a package',
};

test('features are kept once per key, layers in order', () => {
  const project = scratchProject({ clock: { now: () => 5 } });
  project.stimuli.put(stimulus);
  const layers = space.layers.map((layer) => ({ layer, arrayId: array(project) }));
  const set = { key: 'k1', space, stimulusId: 'story', settings: { lookBack: 20 }, layers };
  const kept = project.features.put(set);
  expect(kept).toEqual({ ...set, createdAt: 5 });
  expect(project.features.put({ ...set, settings: { lookBack: 1 }, layers: [] })).toEqual(kept);
  expect(project.features.find('k1')).toEqual(kept);
  expect(project.features.list({ spaceId: 'use-lite' })).toEqual([kept]);
  expect(project.features.list({ stimulusId: 'none' })).toEqual([]);
  project.features.put({
    key: 'k2',
    space: { ...space, id: 'glove' },
    stimulusId: null,
    settings: {},
    layers: [],
  });
  expect(project.features.list().map(({ key }) => key)).toEqual(['k1', 'k2']);
  project.features.delete('k1');
  expect(project.features.find('k1')).toBeNull();
});

test('split manifests are kept once and shared by hash', () => {
  const { splits } = scratchProject();
  splits.put('h', { folds: [1] });
  splits.put('h', { folds: [2] });
  expect(splits.get('h')).toEqual({ folds: [1] });
  expect(splits.list().map(({ hash }) => hash)).toEqual(['h']);
  expect(() => splits.get('none')).toThrow(refusal('split.unknown'));
});

test('a study run goes from running to complete with arrays and tables, and leaves with them', () => {
  const project = scratchProject();
  const { runs } = project;
  project.splits.put('h', {});
  const asked = {
    study: 'encoding',
    name: 'A',
    params: { x: 1 },
    splitHash: 'h',
    seed: 3,
    codeVersion: '0.1.0',
    simulated: true,
  };
  const run = runs.create({ ...asked, id: 'given' });
  expect(run).toMatchObject({ ...asked, id: 'given', state: 'running', summary: null, endedAt: null });
  const [first, second] = [array(project), array(project)];
  runs.putArray({ runId: 'given', subject: '01', role: 'r/use-lite/hidden_1', arrayId: first });
  runs.putArray({ runId: 'given', subject: '01', role: 'r/use-lite/hidden_1', arrayId: second });
  runs.putArray({ runId: 'given', subject: '', role: 'profile', arrayId: first });
  expect(runs.arrayId('given', '01', 'r/use-lite/hidden_1')).toBe(second);
  expect(runs.arrayId('given', '02', 'r/use-lite/hidden_1')).toBeNull();
  expect(runs.arrays('given').map(({ role }) => role)).toEqual(['profile', 'r/use-lite/hidden_1']);
  expect(runs.arrays('given', { subject: '01' })).toHaveLength(1);
  expect(runs.arrays('given', { role: 'profile' })).toHaveLength(1);
  runs.putTable('given', 'regions', [{ region: 'STS' }]);
  runs.putTable('given', 'regions', [{ region: 'IFG' }]);
  expect([runs.table('given', 'regions'), runs.table('given', 'none'), runs.tables('given')]).toEqual([
    [{ region: 'IFG' }],
    null,
    ['regions'],
  ]);
  runs.rename('given', 'B');
  expect(runs.finish('given', 'complete', { r: 0.4 })).toMatchObject({
    name: 'B',
    state: 'complete',
    summary: { r: 0.4 },
  });
  const later = runs.create(asked);
  expect(runs.list().map(({ id }) => id)).toEqual([later.id, 'given']);
  expect(runs.list({ study: 'decoding' })).toEqual([]);
  expect(() => project.arrays.delete(second)).toThrow(refusal('array.in-use'));
  runs.delete('given');
  project.arrays.delete(second);
  expect(() => runs.get('given')).toThrow(refusal('run.unknown'));
});

test('provenance walks from a result back to the input files, through joins, each once', () => {
  const { provenance } = scratchProject({ clock: { now: () => 9 } });
  const file = (id: string) => ({ kind: 'file', id, label: `${id}.nii.gz` }) as const;
  const made = (kind: 'array' | 'run' | 'features', id: string) => ({ kind, id, label: id });
  const step = (
    kind: string,
    inputs: readonly ReturnType<typeof made | typeof file>[],
    outputs: typeof inputs,
  ) =>
    provenance.record({
      kind,
      params: { kind },
      codeVersion: '1',
      seed: kind === 'study' ? 4 : null,
      inputs,
      outputs,
    });
  step('import', [file('a')], [made('array', 'bold-a')]);
  step('import', [file('b')], [made('array', 'bold-b')]);
  step('import', [file('unrelated')], [made('array', 'other')]);
  step('features', [file('words')], [made('features', 'f')]);
  step(
    'study',
    [made('array', 'bold-a'), made('array', 'bold-b'), made('features', 'f')],
    [made('run', 'r'), made('array', 'map')],
  );
  const trace = provenance.trace('array', 'map');
  expect(trace.files.map(({ id }) => id).sort()).toEqual(['a', 'b', 'words']);
  expect(trace.activities.map(({ kind }) => kind)).toEqual(['study', 'import', 'import', 'features']);
  expect(trace.activities[0]).toMatchObject({ seed: 4, startedAt: 9, params: { kind: 'study' } });
  expect(trace.entities).toHaveLength(7);
  expect(provenance.trace('file', 'a').activities).toEqual([]);
  expect(() => provenance.trace('array', 'none')).toThrow(refusal('provenance.unknown'));
  expect(provenance.list()).toHaveLength(5);
});

test('a graph that loops ends all the same', () => {
  const { provenance } = scratchProject();
  const a = { kind: 'array', id: 'a', label: 'a' } as const;
  const b = { kind: 'array', id: 'b', label: 'b' } as const;
  const common = { kind: 'x', params: null, codeVersion: '1', seed: null };
  provenance.record({ ...common, inputs: [a], outputs: [b] });
  provenance.record({ ...common, inputs: [b], outputs: [a] });
  expect(provenance.trace('array', 'a').activities).toHaveLength(2);
});

test('job rows keep state, times, attempts, progress and cursor', () => {
  let now = 1;
  const { jobs } = scratchProject({ clock: { now: () => now } });
  const job = jobs.insert({ id: 'j', type: 't', title: 'T', params: { b: 1, a: [2] }, resultKey: 'key' });
  expect(job).toMatchObject({ state: 'queued', attempts: 0, startedAt: null, endedAt: null, createdAt: 1 });
  expect(jobs.nextQueued()?.id).toBe('j');
  expect(jobs.findUnfinished('t', { a: [2], b: 1 })?.id).toBe('j');
  expect(jobs.findUnfinished('t', { a: [3], b: 1 })).toBeNull();
  now = 2;
  expect(jobs.setState('j', 'running')).toMatchObject({ attempts: 1, startedAt: 2, endedAt: null });
  expect(jobs.nextQueued()).toBeNull();
  const progress = { phase: 'p', done: 1, total: 4, unit: 'u', rate: 0.5, etaSeconds: 6 };
  jobs.setProgress('j', progress);
  jobs.setCursor('j', { next: 3 });
  expect([jobs.get('j').progress, jobs.cursor('j')]).toEqual([progress, { next: 3 }]);
  jobs.requestCancel('j');
  expect([jobs.isCancelRequested('j'), jobs.get('j').cancelRequested]).toEqual([true, true]);
  expect(jobs.setState('j', 'queued')).toMatchObject({ cancelRequested: false, attempts: 1 });
  now = 3;
  const error = { code: 'a.b', message: 'Why.', params: {} };
  expect(jobs.setState('j', 'failed', { error })).toMatchObject({ error, endedAt: 3, result: null });
  expect(jobs.findByResultKey('key')).toBeNull();
  expect(jobs.setState('j', 'succeeded', { result: [1] })).toMatchObject({ error: null, result: [1] });
  expect(jobs.findByResultKey('key')?.id).toBe('j');
  jobs.clearCursor('j');
  expect([jobs.cursor('j'), jobs.cursor('none'), jobs.resultKey('j')]).toEqual([undefined, undefined, 'key']);
  expect(jobs.list({ states: ['queued'] })).toEqual([]);
  jobs.delete('j');
  expect(() => jobs.get('j')).toThrow(refusal('job.unknown'));
});

test('layers of features and lists of voxels are walked back through what they belong to', () => {
  const project = scratchProject();
  const file = { kind: 'file', id: 'sha', label: 'words.TextGrid' } as const;
  const outputs = [
    { kind: 'stimulus', id: 'story', label: 'Story' },
    { kind: 'space', id: 's', label: 'scanner' },
  ] as const;
  project.provenance.record({
    kind: 'import',
    params: null,
    codeVersion: '1',
    seed: null,
    inputs: [file],
    outputs,
  });
  project.stimuli.put(stimulus);
  const layers = [{ layer: 'embedding', arrayId: array(project) }];
  project.features.put({ key: 'k', space, stimulusId: 'story', settings: {}, layers });
  const voxels = array(project, [2]);
  const affine = [0, 1, 2, 3].map((row) => [0, 1, 2, 3].map((column) => (row === column ? 1 : 0)));
  project.spaces.put({
    id: 's',
    name: 'scanner',
    shape: [1, 1, 2],
    affine,
    voxelIndexArrayId: voxels,
    voxelCount: 2,
  });
  for (const id of [layers[0].arrayId, voxels]) {
    const trace = project.provenance.trace('array', id);
    expect(trace.files).toEqual([file]);
    expect(trace.activities.map(({ kind }) => kind)).toEqual(['import']);
  }
  expect(() => project.provenance.trace('array', array(project))).toThrow(refusal('provenance.unknown'));
});

test('item sets come back whole; texts are kept once and go with their last set', () => {
  const project = scratchProject();
  const texts = [{ name: 'story 1', words: [{ text: '国王', end: 11.2, counts: true }] }];
  const textsHash = project.itemSets.putTexts(texts);
  expect(project.itemSets.putTexts(texts)).toBe(textsHash);
  const set = (id: string): ItemSet => ({
    id,
    name: 'zh stories MEG 01',
    language: 'zh',
    modality: 'meg',
    level: 'discourse',
    subject: '01',
    textsHash,
    dataArrayId: array(project, [1, 2]),
    rows: { kind: 'words', text: [0], word: [0] },
    units: [{ name: '0 to 100 ms', columns: 2, seconds: 0.05 }],
    sensors: [{ name: 'S1', x: 0.5, y: -0.5 }],
    simulated: true,
    sourceFiles: [{ path: '/data/story_1.mat', sha256: 'f'.repeat(64), bytes: 10 }],
    notices: [],
  });
  const [first, second] = [set('a'), set('b')];
  project.itemSets.put(first);
  project.itemSets.put(second);
  expect(project.itemSets.list()).toEqual([first, second]);
  expect(() => project.arrays.delete(first.dataArrayId)).toThrow(refusal('array.in-use'));
  project.itemSets.delete('a');
  expect(project.itemSets.texts(textsHash)).toEqual(texts);
  project.itemSets.delete('b');
  expect(() => project.itemSets.texts(textsHash)).toThrow(refusal('items.unknown-texts'));
  expect(() => project.itemSets.get('b')).toThrow(refusal('items.unknown'));
});
