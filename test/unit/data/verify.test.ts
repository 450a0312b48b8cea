import { readFileSync, truncateSync, writeFileSync } from 'node:fs';
import BetterSqlite3 from 'better-sqlite3';
import { expect, test } from 'vitest';
import type { Project } from '../../../main/data/project.ts';
import { verifyProject } from '../../../main/data/verify.ts';
import { scratchProject, silent } from './scratch.ts';

const signal = new AbortController().signal;
const verify = (project: Project) => verifyProject(project.path, { logger: silent }, signal, () => {});
const codes = async (project: Project, level: string) =>
  (await verify(project)).findings.filter((finding) => finding.level === level).map(({ code }) => code);

/** A project with one finished array of two chunks. */
function whole(): { project: Project; id: string } {
  const project = scratchProject();
  const values = Float32Array.from({ length: 600 }, (_, at) => Math.sin(at));
  const { id } = project.arrays.put(
    { name: 'signal', shape: [600], chunkShape: [300], dtype: 'float32' },
    values,
  );
  return { project, id };
}

/** Changes the file behind Gyrus's back. */
function tamper(project: Project, sql: string): void {
  const db = new BetterSqlite3(project.path);
  db.pragma('foreign_keys = OFF');
  db.exec(sql);
  db.close();
}

test('a whole project is found whole, and it is said what was looked at', async () => {
  const { project } = whole();
  expect(await verify(project)).toEqual({
    path: project.path,
    clean: true,
    findings: [],
    arrays: 1,
    chunks: 2,
    tensors: 0,
    bytes: 2400,
  });
});

test.each([
  ['a chunk is gone', 'DELETE FROM chunks WHERE position = 1', ['missing']],
  [
    'a chunk is replaced by a valid other one',
    'UPDATE chunks SET bytes = (SELECT bytes FROM chunks WHERE position = 0)',
    ['chunk'],
  ],
  ['a chunk is garbage', "UPDATE chunks SET bytes = x'0102' WHERE position = 0", ['chunk']],
  [
    'chunk and its hash are swapped together',
    'UPDATE chunks SET bytes = (SELECT c.bytes FROM chunks c WHERE c.position = 0), hash = (SELECT c.hash FROM chunks c WHERE c.position = 0)',
    ['hash'],
  ],
  ['a chunk lies outside', 'UPDATE chunks SET position = 7 WHERE position = 1', ['chunk', 'hash']],
  ['a row points nowhere', "INSERT INTO run_tables VALUES ('none', 'a', '1')", ['dangling']],
])('%s: a fault', async (_what, sql, expected) => {
  const { project } = whole();
  tamper(project, sql);
  const found = await codes(project, 'error');
  expect(found.filter((code) => expected.includes(code)).length).toBeGreaterThan(0);
  expect((await verify(project)).clean).toBe(false);
});

test('a page of the database is overwritten: a fault, not a crash', async () => {
  const { project } = whole();
  project.close();
  const bytes = readFileSync(project.path);
  bytes.fill(0xff, bytes.length - 16384 * 3, bytes.length - 16384);
  writeFileSync(project.path, bytes);
  expect((await verify(project)).clean).toBe(false);
});

test('a file cut short is a fault, not a crash', async () => {
  const { project } = whole();
  project.close();
  truncateSync(project.path, 16384 * 20);
  expect((await verify(project)).clean).toBe(false);
});

test('a draft that nothing uses is a note; one in use is a fault', async () => {
  const { project } = whole();
  const { id } = project.arrays.create({ name: 'draft', shape: [2], dtype: 'uint32' });
  expect([await codes(project, 'note'), await codes(project, 'error')]).toEqual([['unfinished'], []]);
  const affine = [
    [1, 0, 0, 0],
    [0, 1, 0, 0],
    [0, 0, 1, 0],
    [0, 0, 0, 1],
  ];
  project.spaces.put({
    id: 's',
    name: 'scanner',
    shape: [1, 1, 2],
    affine,
    voxelIndexArrayId: id,
    voxelCount: 2,
  });
  expect(await codes(project, 'error')).toEqual(['unfinished']);
});

test('a recording that disagrees with its data is a fault; deleted history and cut-off jobs are notes', async () => {
  const { project, id } = whole();
  project.recordings.put({
    id: 'rec',
    modality: 'fmri',
    subject: '01',
    session: null,
    task: 'rest',
    run: null,
    repeatGroup: null,
    stimulusId: null,
    dataArrayId: id,
    spaceId: null,
    confoundsArrayId: null,
    samplingInterval: 2,
    sampleCount: 599,
    simulated: false,
    sourceFiles: [],
    notices: [],
  });
  const gone = { kind: 'array', id: 'gone', label: 'old map' } as const;
  project.provenance.record({
    kind: 'study',
    params: null,
    codeVersion: '1',
    seed: 1,
    inputs: [],
    outputs: [gone],
  });
  project.jobs.insert({ id: 'j', type: 't', title: 'Import', params: null, resultKey: null });
  project.jobs.setState('j', 'running');
  expect(await codes(project, 'error')).toEqual(['shape']);
  expect(await codes(project, 'note')).toEqual(['history', 'job']);
});
