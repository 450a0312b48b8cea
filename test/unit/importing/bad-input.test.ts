import { readFileSync, statSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import type { Notice } from '../../../main/contract/errors.ts';
import { importPlanSchema } from '../../../main/contract/importing.ts';
import { UserError } from '../../../main/core/errors.ts';
import { openNifti } from '../../../main/formats/nifti/open.ts';
import { writeNifti } from '../../../main/formats/nifti/write.ts';
import { suggestPlan } from '../../../main/importing/fmri/plan.ts';
import { previewRun } from '../../../main/importing/fmri/preview.ts';
import { probeFmri } from '../../../main/importing/fmri/probe.ts';
import { importBeside, job, refusalOf, sentence } from './bad-runs.ts';
import {
  affine,
  grid,
  isBrain,
  jobContext,
  temporaryFolder,
  temporaryProject,
  valueAt,
  writeSeries,
  writeText,
} from './fixtures.ts';

describe('images that are no data', () => {
  test('truncated gzip', async () => {
    const folder = temporaryFolder();
    const image = join(folder, 'cut.nii.gz');
    await writeSeries(image, { volumes: 400, dtype: 'float32' });
    truncateSync(image, Math.floor(statSync(image).size / 2));
    expect((await refusalOf(folder, { image })).code).toBe('file.truncated-gzip');
  });

  test('damaged gzip', async () => {
    const folder = temporaryFolder();
    const image = join(folder, 'damaged.nii.gz');
    await writeSeries(image);
    const bytes = readFileSync(image);
    bytes.fill(0x55, 40, 300);
    writeFileSync(image, bytes);
    expect((await refusalOf(folder, { image })).code).toBe('file.damaged-gzip');
  });

  test('truncated plain file', async () => {
    const folder = temporaryFolder();
    const image = join(folder, 'cut.nii');
    await writeSeries(image);
    truncateSync(image, 352 + 240 * 10 + 7);
    const { code, message } = await refusalOf(folder, { image });
    expect(code).toBe('nifti.truncated');
    expect(message).toContain('10 of 30 volumes');
  });

  test.each([
    ['header only', 'nifti.no-image-data', (bytes: Buffer) => bytes.subarray(0, 352)],
    ['zero bytes', 'file.empty', () => Buffer.alloc(0)],
    ['text', 'nifti.text-file', () => Buffer.from('../../.git/annex/objects/MD5E-s123.nii\n')],
    ['two bytes', 'nifti.truncated-header', () => Buffer.from([0, 1])],
    ['other binary', 'nifti.not-nifti', () => Buffer.alloc(4000, 0xc3)],
  ])('%s', async (_, code, spoil) => {
    const folder = temporaryFolder();
    const image = join(folder, 'bad.nii');
    await writeSeries(image);
    writeFileSync(image, spoil(readFileSync(image)));
    expect((await refusalOf(folder, { image })).code).toBe(code);
  });

  test('header only in gzip', async () => {
    const folder = temporaryFolder();
    const image = join(folder, 'bad.nii.gz');
    await writeSeries(image);
    writeFileSync(image, gzipSync(gunzipSync(readFileSync(image)).subarray(0, 352)));
    expect((await refusalOf(folder, { image })).code).toBe('nifti.no-image-data');
  });

  test('a dangling link, as git-annex leaves them', async () => {
    const folder = temporaryFolder();
    const image = join(folder, 'sub-01_task-x_bold.nii.gz');
    symlinkSync(join(folder, 'nowhere'), image);
    expect((await refusalOf(folder, { image })).code).toBe('file.not-downloaded');
    await writeText(join(folder, 'bids', 'dataset_description.json'), '{"Name":"x","BIDSVersion":"1.10.0"}');
    await writeText(join(folder, 'bids', 'sub-01', 'func', 'sub-01_task-x_bold.json'), '{}');
    symlinkSync('nowhere', join(folder, 'bids', 'sub-01', 'func', 'sub-01_task-x_bold.nii.gz'));
    const probe = await probeFmri([join(folder, 'bids')]);
    expect(probe.missingData.map(({ reason }) => reason.code)).toEqual(['file.not-downloaded']);
    expect(() => suggestPlan(probe)).toThrow(UserError);
  });

  test('3D where 4D is needed', async () => {
    const folder = temporaryFolder();
    const image = join(folder, 'anatomy.nii.gz');
    await writeNifti(image, { grid, volumeCount: 1, affine, dtype: 'int16' }, [
      new Float32Array(120).fill(7),
    ]);
    expect((await refusalOf(folder, { image })).code).toBe('import.not-4d');
    const probe = await probeFmri([image]);
    expect(probe.runs[0]).toMatchObject({ importable: false, problem: { code: 'import.not-4d' } });
  });

  test('one half of a pair', async () => {
    const folder = temporaryFolder();
    const image = join(folder, 'pair.hdr');
    await writeSeries(join(folder, 'pair.nii'));
    const header = readFileSync(join(folder, 'pair.nii')).subarray(0, 348);
    header.write('ni1\0', 344, 'latin1');
    writeFileSync(image, header);
    const { code, message } = await refusalOf(folder, { image });
    expect(code).toBe('nifti.missing-half');
    expect(message).toContain('pair.img');
  });
});

describe('repetition time', () => {
  test('missing: named by the probe, refused by the import, mended by giving it', async () => {
    const folder = temporaryFolder();
    const image = join(folder, 'no-tr.nii.gz');
    await writeSeries(image, { repetitionTime: 0 });
    const probe = await probeFmri([image]);
    expect(probe.runs[0].repetitionTime).toBeNull();
    expect(probe.runs[0].notices.map(({ code }) => code)).toContain('import.no-tr');
    expect((await refusalOf(folder, { image })).code).toBe('import.no-tr');
    const mended = temporaryFolder();
    const report = await importBeside(mended, [{ image, subject: '01', task: 'x', repetitionTime: 1.5 }]);
    expect(report.recordings[0].repetitionTime).toBe(1.5);
  });

  test('contradictory: the sidecar counts and a warning says so', async () => {
    const folder = temporaryFolder();
    await writeText(join(folder, 'dataset_description.json'), '{"Name":"x","BIDSVersion":"1.10.0"}');
    await writeSeries(join(folder, 'sub-01', 'func', 'sub-01_task-x_bold.nii.gz'), { repetitionTime: 2 });
    await writeText(
      join(folder, 'sub-01', 'func', 'sub-01_task-x_bold.json'),
      '{"RepetitionTime": 1.2, "SliceTiming": [0, 600]}',
    );
    const [run] = (await probeFmri([folder])).runs;
    expect(run.repetitionTime).toBe(1.2);
    const codes = run.notices.map((notice) => sentence(notice).code);
    expect(codes).toEqual(expect.arrayContaining(['import.tr-differs', 'import.slice-timing']));
  });
});

describe('masks and voxels', () => {
  async function maskFile(
    folder: string,
    keep: (voxel: number) => boolean,
    shape = grid as readonly [number, number, number],
  ) {
    const path = join(folder, 'mask.nii.gz');
    const size = shape[0] * shape[1] * shape[2];
    const values = Float32Array.from({ length: size }, (_, voxel) => (keep(voxel) ? 1 : 0));
    await writeNifti(path, { grid: shape, volumeCount: 1, affine, dtype: 'uint8' }, [values]);
    return path;
  }

  test('a mask of another shape, an empty mask', async () => {
    for (const [expected, keep, shape] of [
      ['mask.shape', () => true, [6, 5, 5]],
      ['mask.empty', () => false, grid],
    ] as const) {
      const folder = temporaryFolder();
      const image = join(folder, 'run.nii.gz');
      await writeSeries(image);
      const maskPath = await maskFile(folder, keep, shape);
      const refusal = await refusalOf(folder, { image, maskPath }, { mask: { kind: 'found' } });
      expect(refusal.code).toBe(expected);
      if (expected === 'mask.shape') expect(refusal.message).toContain('6×5×5');
    }
  });

  test('a mask that lies elsewhere in space is a warning', async () => {
    const folder = temporaryFolder();
    const image = join(folder, 'run.nii.gz');
    await writeSeries(image);
    const maskPath = join(folder, 'mask.nii.gz');
    const flipped = affine.map((row, r) => (r === 0 ? [3, 0, 0, -6] : row));
    await writeNifti(maskPath, { grid, volumeCount: 1, affine: flipped, dtype: 'uint8' }, [
      new Float32Array(120).fill(1),
    ]);
    const run = {
      image,
      subject: '01',
      task: 'x',
      session: null,
      run: null,
      words: null,
      confoundsPath: null,
      maskPath,
      repetitionTime: null,
      simulated: false,
      keepPersonal: false,
    };
    const { confounds } = importPlanSchema.parse({ name: 'x', runs: [run] });
    const preview = await previewRun({ run, mask: { kind: 'found' }, confounds, wordOffset: 0 });
    expect(preview.notices.map((one) => sentence(one).code)).toContain('mask.affine');
  });

  test('NaN and constant voxels are left out, counted and named', async () => {
    const folder = temporaryFolder();
    const image = join(folder, 'run.nii.gz');
    const [nan, constant] = [43, 44];
    expect(isBrain(nan) && isBrain(constant)).toBe(true);
    await writeSeries(image, {
      dtype: 'float32',
      value: (voxel, time) =>
        voxel === nan && time === 3 ? Number.NaN : voxel === constant ? 1234 : valueAt(voxel, time),
    });
    const report = await importBeside(folder, [{ image, subject: '01', task: 'x' }]);
    expect(report.recordings[0].voxels).toBe(22);
    const notice = sentence(
      report.recordings[0].notices.find(({ code }) => code === 'import.dead-voxels') as Notice,
    );
    expect(notice.params).toMatchObject({ constant: 1, nonFinite: 1 });
    expect(notice.message).toContain('1, 2, 1');
    expect(notice.message).toContain('2, 2, 1');
  });

  test('a NaN that comes late is replaced by the value before, counted and named', async () => {
    const folder = temporaryFolder();
    const image = join(folder, 'run.nii.gz');
    await writeSeries(image, {
      volumes: 60,
      dtype: 'float32',
      value: (voxel, time) => (voxel === 43 && time === 40 ? Number.POSITIVE_INFINITY : valueAt(voxel, time)),
    });
    const project = temporaryProject(folder);
    const plan = importPlanSchema.parse({
      name: 'x',
      runs: [{ image, subject: '01', task: 'x' }],
      mask: { kind: 'all' },
    });
    await job.run(jobContext(project), plan);
    const [recording] = project.recordings.list();
    const space = project.spaces.get(recording.spaceId ?? '');
    const column = project.arrays.readAs(space.voxelIndexArrayId, 'uint32').data.indexOf(43);
    const { data, shape } = project.arrays.readAs(recording.dataArrayId, 'float32');
    expect(data[40 * shape[1] + column]).toBe(valueAt(43, 39));
    expect(data[41 * shape[1] + column]).toBe(valueAt(43, 41));
    const notice = recording.notices.find(({ code }) => code === 'import.replaced-values');
    expect(sentence(notice as Notice).params).toMatchObject({ count: 1, named: '1, 2, 1' });
  });
});

test('two runs of one name: the second is refused, both files are named', async () => {
  const folder = temporaryFolder();
  const [one, two] = [join(folder, 'a', 'one.nii.gz'), join(folder, 'b', 'two.nii.gz')];
  await writeSeries(one);
  await writeSeries(two);
  const label = { subject: '01', task: 'x', run: '1' };
  const report = await importBeside(folder, [
    { image: one, ...label },
    { image: two, ...label },
  ]);
  expect(report.recordings).toHaveLength(2);
  expect(sentence({ ...report.failed[0].error, level: 'error' }).code).toBe('import.two-runs-one-name');
  expect(report.failed[0].error.message).toContain('one.nii.gz and two.nii.gz');
});

test('confounds of another run, and columns that are not there', async () => {
  const folder = temporaryFolder();
  const image = join(folder, 'run.nii.gz');
  await writeSeries(image);
  const confoundsPath = join(folder, 'x_desc-confounds_timeseries.tsv');
  const names = ['trans_x', 'trans_y', 'trans_z', 'rot_x', 'rot_y', 'rot_z'];
  await writeText(
    confoundsPath,
    `${names.join('\t')}\n${Array(29)
      .fill(names.map(() => '0.1').join('\t'))
      .join('\n')}\n`,
  );
  const run = { image, confoundsPath };
  expect((await refusalOf(folder, run, { confounds: { motion: '6' } })).code).toBe('confounds.rows');
  const tissue = { motion: 'none', whiteMatterCsf: true };
  expect((await refusalOf(temporaryFolder(), run, { confounds: tissue })).code).toBe(
    'confounds.missing-columns',
  );
});

test('a full disk ends the import with the store’s own sentence and keeps what was there', async () => {
  const folder = temporaryFolder();
  const image = join(folder, 'run.nii.gz');
  await writeSeries(image);
  const project = temporaryProject(folder);
  const plan = importPlanSchema.parse({ name: 'x', runs: [{ image, subject: '01', task: 'x' }] });
  const full = jobContext({
    ...project,
    arrays: {
      ...project.arrays,
      writeEncoded: () => {
        throw new UserError('project.disk-full', 'The disk is full: free some space and resume.');
      },
    },
  });
  await expect(job.run(full, plan)).rejects.toThrow('The disk is full');
  expect(project.recordings.list()).toEqual([]);
  // With space again the job goes on from its cursor.
  await job.run(jobContext(project, { cursor: full.saved() }), plan);
  expect(project.recordings.list()).toHaveLength(1);
});

test('volumes of a fifth dimension are not taken for time points', async () => {
  const folder = temporaryFolder();
  const image = join(folder, 'run.nii');
  await writeSeries(image);
  const bytes = readFileSync(image);
  const volumes = bytes.readInt16LE(48);
  [5, ...[42, 44, 46].map((at) => bytes.readInt16LE(at)), volumes / 2, 2].forEach(
    (value, at) => void bytes.writeInt16LE(value, 40 + 2 * at),
  );
  writeFileSync(image, bytes);
  expect((await refusalOf(folder, { image })).code).toBe('import.beyond-4d');
});

test('128-bit floats are refused, complex series too', async () => {
  const folder = temporaryFolder();
  const image = join(folder, 'run.nii');
  await writeSeries(image);
  const bytes = readFileSync(image);
  bytes.writeInt16LE(1536, 70);
  writeFileSync(image, bytes);
  await expect(openNifti(image)).rejects.toMatchObject({ code: 'nifti.float128' });
  bytes.writeInt16LE(32, 70);
  writeFileSync(image, Buffer.concat([bytes, Buffer.alloc(120 * 8 * 30)]));
  expect((await refusalOf(folder, { image })).code).toBe('import.not-real');
});
