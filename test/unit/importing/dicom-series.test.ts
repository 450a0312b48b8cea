import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { dicomConvertedSchema } from '../../../main/contract/dicom.ts';
import { personalFields } from '../../../main/formats/personal/personal-fields.ts';
import { dicomConversionJob } from '../../../main/importing/dicom/convert-job.ts';
import { findDicomSeries } from '../../../main/importing/dicom/find-series.ts';
import { dicomPicture } from '../../../main/importing/dicom/picture.ts';
import { samplesFolder } from '../../samples.ts';
import { jobContext, temporaryFolder, temporaryProject } from './fixtures.ts';

const samples = samplesFolder();

test.skipIf(samples === null)('series are told apart, converted one by one, and name nobody', async () => {
  const from = join(samples ?? '', 'dicom', 'nibabel');
  const all = await findDicomSeries([from]);
  expect(all.reduce((sum, { files }) => sum + files, 0)).toBeGreaterThan(6);
  const named = all.find(({ paths }) => paths.some((path) => path.endsWith('0.dcm')));
  if (named === undefined) throw new Error('the sample is gone');
  expect((await personalFields(named.paths[0])).map(({ field }) => field)).toContain('PatientName');
  const picture = await dicomPicture(named.paths[0]);
  expect(picture?.pixels).toHaveLength((picture?.width ?? 0) * (picture?.height ?? 0));
  expect([Math.min(...(picture?.pixels ?? [])), Math.max(...(picture?.pixels ?? []))]).toEqual([0, 255]);
  const folder = temporaryFolder();
  const project = temporaryProject(folder);
  const job = dicomConversionJob(join(folder, 'converted'));
  const result = await job.run(jobContext(project), { paths: [from], series: [named.uid] });
  const { images, failed } = dicomConvertedSchema.parse(result);
  expect(failed).toEqual([]);
  expect(images).not.toEqual([]);
  const sidecar = readFileSync(images[0].replace(/\.nii$/, '.json'), 'utf8');
  for (const value of ['dft patient name', '19800102']) {
    expect(sidecar).not.toContain(value);
    expect(readFileSync(images[0]).toString('latin1')).not.toContain(value);
  }
  expect(dirname(images[0])).not.toBe(from);
});

test('a folder without DICOM has no series', async () => {
  expect(await findDicomSeries([import.meta.dirname])).toEqual([]);
});
