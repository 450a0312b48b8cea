import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { encodingResultSchema } from '../../../main/contract/encoding.ts';
import { ignoreProgress } from '../../../main/core/progress.ts';
import { openNifti } from '../../../main/formats/nifti/open.ts';
import { exportBids } from '../../../main/reports/bids/export-bids.ts';
import { setRecordingClock } from '../../../main/stimuli/clock/align-recording.ts';
import { encodingJob } from '../../../main/studies/encoding/encoding-job.ts';
import { scratchFolder, scratchProject } from '../../unit/data/scratch.ts';
import { deps, plantProject, request, shootable } from './planted-project.ts';

test('maps of a study are written as BIDS derivatives with where they came from', async () => {
  const project = scratchProject();
  plantProject(project, ['01']);
  const study = async (): Promise<string> => {
    const done = (await encodingJob(deps).run(shootable(project).context, request(project))) as {
      runId: string;
    };
    return done.runId;
  };
  const runId = await study();
  const result = encodingResultSchema.parse(project.runs.get(runId).summary);
  const [subject] = result.subjects;
  const root = join(scratchFolder(), 'bids');
  const signal = new AbortController().signal;
  const { derivatives, left } = await exportBids(project, root, '1.0.0', signal, ignoreProgress);
  expect(left.map(({ reason }) => reason)).toContain('fmri');
  const path = derivatives.find((file) => /desc-\w+R_statmap\.nii\.gz$/.test(file)) ?? '';
  expect(path).toMatch(/^derivatives\/gyrus\/sub-01\/func\/sub-01_task-\w+_space-Talairach\w*_desc-/);
  const image = await openNifti(join(root, path));
  const space = project.spaces.get(subject.spaceId);
  expect(image.affine).toEqual(space.affine);
  let volume = new Float32Array();
  for await (const { data } of image.volumes()) volume = Float32Array.from(data);
  const places = project.arrays.readAs(space.voxelIndexArrayId, 'uint32').data;
  const r = project.arrays.readAs(subject.arrays.r, 'float32').data;
  expect(Float32Array.from(places, (place) => volume[place])).toEqual(r);
  const sidecar = JSON.parse(readFileSync(join(root, path.replace('.nii.gz', '.json')), 'utf8'));
  expect(sidecar).toMatchObject({ RunId: runId, Seed: result.params.seed, Simulated: true });
  const about = JSON.parse(readFileSync(join(root, 'derivatives/gyrus/dataset_description.json'), 'utf8'));
  expect(about).toMatchObject({
    DatasetType: 'derivative',
    GeneratedBy: [{ Name: 'Gyrus', Version: '1.0.0' }],
  });

  // Another clock of a run is another study, with other numbers.
  setRecordingClock(project, subject.recordingIds[0], { offset: 9, drift: 0 }, 'test');
  const moved = await study();
  expect(moved).not.toBe(runId);
});
