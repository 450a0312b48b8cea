import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { importReportSchema } from '../../../main/contract/importing.ts';
import type { Project } from '../../../main/data/project.ts';
import { readGifti } from '../../../main/formats/gifti/gifti.ts';
import { giftiOfValues } from '../../../main/formats/gifti/write-gifti.ts';
import { fmriImportJob } from '../../../main/importing/fmri/ingest.ts';
import { suggestPlan } from '../../../main/importing/fmri/plan.ts';
import { previewRun } from '../../../main/importing/fmri/preview.ts';
import { probeFmri } from '../../../main/importing/fmri/probe.ts';
import { undoImport } from '../../../main/importing/fmri/undo.ts';
import { recognise } from '../../../main/importing/recognise.ts';
import { voxelRegions } from '../../../main/studies/encoding/voxel-regions.ts';
import { ciftiBytes, denseXml, giftiSeries, parcelXml } from '../../fixtures/surface-series.ts';
import { jobContext, temporaryFolder, temporaryProject } from './fixtures.ts';

const TIMES = 30;
/** Place 2 is constant, as a medial wall is. */
const value = (time: number, place: number) => (place === 2 ? 0 : Math.sin(time * (place + 1)) + place);

async function imported(folder: string, paths: string[], seconds: number | null = null) {
  const plan = suggestPlan(await probeFmri(paths));
  const project = temporaryProject(folder);
  const report = importReportSchema.parse(
    await fmriImportJob('test').run(jobContext(project), {
      ...plan,
      runs: plan.runs.map((run) => ({ ...run, repetitionTime: run.repetitionTime ?? seconds })),
    }),
  );
  return { project, report, plan };
}

function contents(project: Project) {
  const [recording] = project.recordings.list();
  const space = project.spaces.get(recording.spaceId ?? '');
  return {
    recording,
    space,
    rows: project.arrays.readAs(recording.dataArrayId, 'float32').data,
    kept: project.arrays.readAs(space.voxelIndexArrayId, 'uint32').data,
    places: project.arrays.readAs(space.surface?.placesArrayId ?? '', 'int32').data,
  };
}

test('a dense CIFTI series is a recording of its grayordinates with their vertices', async () => {
  const folder = temporaryFolder();
  const path = join(folder, 'sub-02_task-story_space-fsLR_den-91k_bold.dtseries.nii');
  writeFileSync(path, ciftiBytes(denseXml, 9, TIMES, value));
  expect((await recognise([path])).kinds.map(({ kind }) => kind)).toEqual(['fmri']);
  const { project, report, plan } = await imported(folder, [path]);
  const { recording, space, rows, kept, places } = contents(project);
  expect(recording).toMatchObject({
    subject: '02',
    task: 'story',
    samplingInterval: 1.5,
    sampleCount: TIMES,
  });
  expect(space).toMatchObject({ name: 'fsLR', shape: [9, 1, 1], surface: { left: 6, right: 5 } });
  expect([...kept]).toEqual([0, 1, 3, 4, 5, 6, 7, 8]);
  expect([...places]).toEqual([0, -1, 1, 2, -1, 3, -1, 4, 5, -1, 6]);
  expect(space.surface?.voxels).toMatchObject({
    shape: [4, 4, 4],
    affine: [
      [2, 0, 0, 0],
      [0, 2, 0, 0],
      [0, 0, 2, 0],
      [0, 0, 0, 1],
    ],
  });
  // Voxels 1, 1, 1 and 1, 1, 2 of a grid of 4 × 4 × 4.
  expect([...project.arrays.readAs(space.surface?.voxels?.arrayId ?? '', 'int32').data]).toEqual([
    7, 21, 8, 37,
  ]);
  for (let time = 0; time < TIMES; time++)
    for (const [at, place] of kept.entries())
      expect(rows[time * kept.length + at]).toBeCloseTo(value(time, place), 5);
  expect(voxelRegions(space, kept).map(({ region, voxels }) => [region, ...voxels])).toEqual([
    ['all voxels', 0, 1, 2, 3, 4, 5, 6, 7],
    ['cortex left', 0, 1, 2],
    ['cortex right', 3, 4, 5],
    ['thalamus left', 6, 7],
  ]);

  const preview = await previewRun({
    run: plan.runs[0],
    mask: plan.mask,
    confounds: plan.confounds,
    wordOffset: 0,
  });
  expect(preview.slices).toEqual([]);
  expect(preview.carpet).toMatchObject({
    width: TIMES,
    height: 8,
    parts: [
      { name: 'cortex left', rows: 3 },
      { name: 'cortex right', rows: 3 },
      { name: 'thalamus left', rows: 2 },
    ],
  });
  expect(Math.min(...(preview.carpet?.pixels ?? []))).toBeLessThan(100);

  undoImport(project, report);
  expect([project.recordings.list(), project.spaces.list(), project.arrays.list()]).toEqual([[], [], []]);
});

test('parcels keep their names and every vertex of theirs', async () => {
  const folder = temporaryFolder();
  const path = join(folder, 'story.ptseries.nii');
  writeFileSync(path, ciftiBytes(parcelXml, 2, TIMES, value));
  const { project } = await imported(folder, [path]);
  const { space, kept, places } = contents(project);
  expect([...places]).toEqual([0, 0, -1, -1, 1, -1, -1, -1, -1, 1, -1]);
  expect(voxelRegions(space, kept).map(({ region }) => region)).toEqual(['all voxels', 'V1', 'A1']);
});

test('both hemispheres of a GIFTI series are one recording, told by what the files say', async () => {
  const folder = temporaryFolder();
  const at = (name: string, bytes: string): string => {
    writeFileSync(join(folder, name), bytes);
    return join(folder, name);
  };
  const rows = (count: number, shift: number, times = TIMES) =>
    Array.from({ length: times }, (_, time) =>
      Array.from({ length: count }, (_, vertex) => Math.fround(value(time, vertex + shift))),
    );
  const left = at('sub-01_task-story_hemi-L_bold.func.gii', giftiSeries(rows(2, 0), 'CortexLeft'));
  const right = at('sub-01_task-story_hemi-R_bold.func.gii', giftiSeries(rows(3, 3), 'CortexRight'));
  const probe = await probeFmri([folder]);
  expect(probe.runs.map(({ image }) => image)).toEqual([left]);
  const { project } = await imported(folder, [right, left], 2);
  const { recording, space, kept, rows: stored } = contents(project);
  expect(recording.sourceFiles.map(({ path }) => path)).toEqual([left, right]);
  expect(space.surface).toMatchObject({ left: 2, right: 3 });
  expect([...kept]).toEqual([0, 1, 2, 3, 4]);
  const row = [...stored.subarray(5 * 7, 5 * 8)];
  for (const [at, place] of [0, 1, 3, 4, 5].entries()) expect(row[at]).toBeCloseTo(value(7, place), 5);

  at('sub-01_task-story_hemi-R_bold.func.gii', giftiSeries(rows(3, 3, TIMES - 1), 'CortexRight'));
  expect((await probeFmri([left])).runs[0]).toMatchObject({
    importable: false,
    problem: { code: 'import.hemispheres-differ' },
  });
});

test('maps, labels and shapes are no series, and say so', async () => {
  const folder = temporaryFolder();
  const scalars = `<MatrixIndicesMap AppliesToMatrixDimension="0" IndicesMapToDataType="CIFTI_INDEX_TYPE_SCALARS"><NamedMap><MapName>a</MapName></NamedMap><NamedMap><MapName>b</MapName></NamedMap></MatrixIndicesMap>`;
  const maps = join(folder, 'a.dscalar.nii');
  writeFileSync(maps, ciftiBytes(denseXml, 9, 2, value, scalars));
  expect((await probeFmri([maps])).runs[0].problem?.code).toBe('import.no-series');
  const mesh = join(folder, 'lh.surf.gii');
  writeFileSync(mesh, giftiSeries([[0, 1, 2]], 'CortexLeft').replace('TIME_SERIES', 'POINTSET'));
  expect((await recognise([mesh])).others[0].reason.code).toBe('recognise.surface');
  expect((await probeFmri([mesh])).runs).toEqual([]);
});

test('in a BIDS dataset they are taken where there are no volumes', async () => {
  const folder = temporaryFolder();
  mkdirSync(join(folder, 'sub-01', 'func'), { recursive: true });
  writeFileSync(join(folder, 'dataset_description.json'), '{"Name":"grayordinates","BIDSVersion":"1.10.0"}');
  writeFileSync(
    join(folder, 'sub-01', 'func', 'sub-01_task-story_bold.dtseries.nii'),
    ciftiBytes(denseXml, 9, TIMES, value),
  );
  expect((await probeFmri([folder])).runs).toMatchObject([
    { importable: true, shape: [9, 1, 1, TIMES], repetitionTime: 1.5 },
  ]);
});

test('values of a hemisphere that are written as GIFTI read back the same', async () => {
  const path = join(temporaryFolder(), 'map.func.gii');
  writeFileSync(path, giftiOfValues(Float32Array.of(0.25, -3, 1e-6), 'right', 'NIFTI_INTENT_CORREL'));
  const { arrays, meta } = await readGifti(path);
  expect([...arrays[0].values]).toEqual([0.25, -3, Math.fround(1e-6)]);
  expect([arrays[0].intent, meta.AnatomicalStructurePrimary]).toEqual(['NIFTI_INTENT_CORREL', 'CortexRight']);
});
