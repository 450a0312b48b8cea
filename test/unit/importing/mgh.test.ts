import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { importReportSchema } from '../../../main/contract/importing.ts';
import type { Project } from '../../../main/data/project.ts';
import { fmriImportJob } from '../../../main/importing/fmri/ingest.ts';
import { suggestPlan } from '../../../main/importing/fmri/plan.ts';
import { previewRun } from '../../../main/importing/fmri/preview.ts';
import { probeFmri } from '../../../main/importing/fmri/probe.ts';
import { undoImport } from '../../../main/importing/fmri/undo.ts';
import { recognise } from '../../../main/importing/recognise.ts';
import {
  affine,
  grid,
  jobContext,
  temporaryFolder,
  temporaryProject,
  valueAt,
  writeSeries,
} from './fixtures.ts';

const VOLUMES = 30;

/** The series of `writeSeries` as an MGH file of int16 (FreeSurfer wiki, MghFormat). */
function mghBytes(milliseconds: number): Buffer {
  const voxels = grid[0] * grid[1] * grid[2];
  const head = Buffer.alloc(284);
  [1, ...grid, VOLUMES, 4, 0].forEach((value, n) => void head.writeInt32BE(value, 4 * n));
  head.writeInt16BE(1, 28);
  // Voxel sizes, direction cosines by columns, and where the middle of the grid lies.
  const middle = affine
    .slice(0, 3)
    .map((row) => grid.reduce((sum, n, axis) => sum + (row[axis] * n) / 2, row[3]));
  [3, 3, 3, -1, 0, 0, 0, 1, 0, 0, 0, 1, ...middle].forEach(
    (value, n) => void head.writeFloatBE(value, 30 + 4 * n),
  );
  const data = Buffer.alloc(2 * voxels * VOLUMES);
  for (let n = 0; n < voxels * VOLUMES; n++)
    data.writeInt16BE(valueAt(n % voxels, Math.floor(n / voxels)), 2 * n);
  // TR, flip angle, TE, TI, field of view.
  const tail = Buffer.alloc(20);
  tail.writeFloatBE(milliseconds, 0);
  return Buffer.concat([head, data, tail]);
}

function contents(project: Project) {
  const [{ dataArrayId, spaceId, samplingInterval }] = project.recordings.list();
  const { shape, affine: place, voxelIndexArrayId } = project.spaces.get(spaceId ?? '');
  return {
    values: project.arrays.readAs(dataArrayId, 'float32'),
    voxels: project.arrays.readAs(voxelIndexArrayId, 'uint32').data,
    shape,
    place,
    samplingInterval,
  };
}

test('an MGZ run is seen and stored as the same data in NIfTI, and taken back whole', async () => {
  const folder = temporaryFolder();
  const nifti = join(folder, 'sub-01_task-story_bold.nii.gz');
  const mgz = join(folder, 'sub-01_task-story_bold.mgz');
  await writeSeries(nifti);
  writeFileSync(mgz, gzipSync(mghBytes(2000)));
  expect((await recognise([mgz])).kinds).toMatchObject([{ kind: 'fmri', paths: [mgz] }]);
  const imported = [];
  for (const path of [nifti, mgz]) {
    const project = temporaryProject(temporaryFolder());
    const plan = suggestPlan(await probeFmri([path]));
    const { image: _, ...seen } = await previewRun({ ...plan, run: plan.runs[0] });
    const report = importReportSchema.parse(await fmriImportJob('test').run(jobContext(project), plan));
    imported.push({ project, plan, seen, report, stored: contents(project) });
  }
  const [first, second] = imported;
  expect(second.seen).toEqual(first.seen);
  expect(second.stored).toEqual(first.stored);
  expect(second.stored.samplingInterval).toBe(2);
  const { project, report } = second;
  // The hash is that of the whole file, with what stands behind the voxels.
  expect(project.recordings.list()[0].sourceFiles[0].sha256).toBe(
    createHash('sha256').update(readFileSync(mgz)).digest('hex'),
  );
  undoImport(project, report);
  expect([project.recordings.list(), project.spaces.list(), project.arrays.list()]).toEqual([[], [], []]);
});

test('a TR of 0 is asked for', async () => {
  const folder = temporaryFolder();
  const image = join(folder, 'run.mgh');
  writeFileSync(image, mghBytes(0));
  const probe = await probeFmri([image]);
  expect(probe.runs[0]).toMatchObject({ importable: true, repetitionTime: null });
  expect(probe.runs[0].notices.map(({ code }) => code)).toEqual(['import.no-tr']);
  const plan = suggestPlan(probe);
  const project = temporaryProject(folder);
  const run = (repetitionTime: number | null) =>
    fmriImportJob('test').run(jobContext(project), {
      ...plan,
      runs: plan.runs.map((one) => ({ ...one, repetitionTime })),
    });
  await expect(run(null)).rejects.toMatchObject({ code: 'import.nothing-imported' });
  await run(1.5);
  expect(project.recordings.list()[0].samplingInterval).toBe(1.5);
});
