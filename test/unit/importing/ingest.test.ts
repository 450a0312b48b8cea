import { statSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type ImportReport, importPlanSchema, importReportSchema } from '../../../main/contract/importing.ts';
import type { Project } from '../../../main/data/project.ts';
import { fmriImportJob } from '../../../main/importing/fmri/ingest.ts';
import { suggestPlan } from '../../../main/importing/fmri/plan.ts';
import { probeFmri } from '../../../main/importing/fmri/probe.ts';
import { undoImport } from '../../../main/importing/fmri/undo.ts';
import {
  affine,
  isBrain,
  jobContext,
  temporaryFolder,
  temporaryProject,
  valueAt,
  writeBids,
  writeSeries,
} from './fixtures.ts';

const job = fmriImportJob('test');

async function importAll(project: Project, paths: string[]): Promise<ImportReport> {
  const plan = suggestPlan(await probeFmri(paths));
  return importReportSchema.parse(await job.run(jobContext(project), plan));
}

describe('import of a BIDS dataset', () => {
  test('stores exactly the masked values, times, affine and source hashes', async () => {
    const folder = temporaryFolder();
    const project = temporaryProject(folder);
    await writeBids(join(folder, 'bids'));
    const report = await importAll(project, [join(folder, 'bids')]);
    expect(report.failed).toEqual([]);
    expect(report.recordings).toHaveLength(6);

    const [recording] = project.recordings.list({ subject: '02' });
    const space = project.spaces.get(recording.spaceId ?? '');
    const indices = project.arrays.readAs(space.voxelIndexArrayId, 'uint32').data;
    expect([...indices]).toEqual(Array.from({ length: 120 }, (_, voxel) => voxel).filter(isBrain));
    expect(space.affine).toEqual(affine);
    const values = project.arrays.readAs(recording.dataArrayId, 'float32');
    expect(values.shape).toEqual([30, 24]);
    const expected = Array.from({ length: 30 }, (_, time) =>
      [...indices].map((voxel) => valueAt(voxel, time) + 1),
    );
    expect([...values.data]).toEqual(expected.flat());
    expect(recording.samplingInterval).toBe(2);
    expect(recording.simulated).toBe(true);
    expect(recording.sourceFiles[0].sha256).toMatch(/^[0-9a-f]{64}$/);
    expect(project.provenance.trace('recording', recording.id).files.map(({ id }) => id)).toContain(
      recording.sourceFiles[0].sha256,
    );
  });

  test('recognises repeated runs of each subject', async () => {
    const folder = temporaryFolder();
    const project = temporaryProject(folder);
    await writeBids(join(folder, 'bids'));
    await importAll(project, [join(folder, 'bids')]);
    for (const subject of ['01', '02']) {
      const groups = project.recordings.list({ subject }).map(({ repeatGroup }) => repeatGroup);
      expect(groups[0]).not.toBeNull();
      expect(groups[1]).toBe(groups[0]);
      expect(groups[2]).toBeNull();
    }
    expect(project.stimuli.list()).toHaveLength(2);
  });

  test('a bad run is reported and the others go on', async () => {
    const folder = temporaryFolder();
    const project = temporaryProject(folder);
    await writeBids(join(folder, 'bids'));
    const bad = join(folder, 'bids', 'sub-01', 'func', 'sub-01_task-story_run-2_bold.nii.gz');
    truncateSync(bad, Math.floor(statSync(bad).size * 0.9));
    const report = await importAll(project, [join(folder, 'bids')]);
    expect(report.recordings).toHaveLength(5);
    expect(report.failed).toHaveLength(1);
    expect(report.failed[0].error.code).toBe('file.truncated-gzip');
    expect(report.failed[0].label).toBe('sub-01 task-story run-2');
    const kept = project.arrays
      .list()
      .map(({ id }) => id)
      .sort();
    expect(kept).toEqual([...report.arrayIds].sort());
  });

  test('an import can be undone whole', async () => {
    const folder = temporaryFolder();
    const project = temporaryProject(folder);
    await writeBids(join(folder, 'bids'));
    const report = await importAll(project, [join(folder, 'bids')]);
    undoImport(project, report);
    expect(project.recordings.list()).toEqual([]);
    expect(project.arrays.list()).toEqual([]);
    expect(project.stimuli.list()).toEqual([]);
    expect(project.spaces.list()).toEqual([]);
    const again = await importAll(project, [join(folder, 'bids')]);
    expect(again.recordings).toHaveLength(6);
  });
});

test('an import cut off after any commit resumes to identical arrays', async () => {
  const folder = temporaryFolder();
  const image = join(folder, 'sub-01_task-rest_bold.nii.gz');
  await writeSeries(image, {
    volumes: 300,
    dtype: 'float32',
    value: (v, t) => (v === 40 && t > 250 ? Number.NaN : valueAt(v, t)),
  });
  const plan = importPlanSchema.parse({ name: 'x', runs: [{ image, subject: '01', task: 'rest' }] });

  const whole = temporaryProject(temporaryFolder());
  const commits: unknown[] = [];
  await job.run(jobContext(whole, { onCommit: (cursor) => commits.push(cursor) }), plan);
  const hashes = whole.arrays
    .list()
    .map((array) => array.contentHash)
    .sort();
  expect(commits.length).toBeGreaterThan(4);

  for (let stop = 2; stop <= commits.length; stop++) {
    const project = temporaryProject(temporaryFolder());
    let before: unknown;
    let count = 0;
    // The throw rolls the transaction back: what is kept is the commit before, as after a kill.
    const halted = jobContext(project, {
      onCommit: (cursor) => {
        count += 1;
        if (count === stop) throw new Error('killed');
        before = cursor;
      },
    });
    await expect(job.run(halted, plan)).rejects.toThrow('killed');
    await job.run(jobContext(project, { cursor: before }), plan);
    expect(
      project.arrays
        .list()
        .map((array) => array.contentHash)
        .sort(),
    ).toEqual(hashes);
  }
});
