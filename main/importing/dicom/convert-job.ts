import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type DicomConversion, type DicomConverted, dicomConversionSchema } from '../../contract/dicom.ts';
import { UserError } from '../../core/errors.ts';
import { contentHash } from '../../core/hash.ts';
import { convertDicom } from '../../formats/dicom/convert.ts';
import { readWhole } from '../../formats/source.ts';
import type { JobContext, JobType } from '../../jobs/job-type.ts';
import { findDicomSeries } from './find-series.ts';

interface Cursor extends DicomConverted {
  readonly next: number;
}

/**
 * The job that converts DICOM series to NIfTI with dcm2niix, in the compute process, one series after the other so that
 * only one is in memory. Images and sidecars go to a folder made of what they come from; persons are not named in them.
 * @param folder where converted images are put
 */
export function dicomConversionJob(folder: string): JobType<DicomConversion> {
  return {
    type: 'convert.dicom',
    params: dicomConversionSchema,
    title: ({ series }) => `Convert ${series.length} DICOM series`,
    recovery: 'resume',
    run: (context, params) => convertAll(context, params, folder),
  };
}

async function convertAll(
  context: JobContext,
  { paths, series: wanted }: DicomConversion,
  folder: string,
): Promise<DicomConverted> {
  const all = (await findDicomSeries(paths)).filter(({ uid }) => wanted.includes(uid));
  let cursor: Cursor = context.cursor<Cursor>() ?? { next: 0, images: [], failed: [] };
  while (cursor.next < all.length) {
    context.signal.throwIfAborted();
    const series = all[cursor.next];
    const into = join(
      folder,
      `dicom-${contentHash({ uid: series.uid, paths: [...series.paths] }).slice(0, 16)}`,
    );
    try {
      const slices = [];
      for (const path of series.paths) slices.push({ name: path, bytes: await readWhole(path) });
      await mkdir(into, { recursive: true });
      const images: string[] = [];
      for (const { name, bytes } of await convertDicom(slices)) {
        await writeFile(join(into, name), bytes);
        if (name.endsWith('.nii')) images.push(join(into, name));
      }
      cursor = { ...cursor, images: [...cursor.images, ...images] };
    } catch (thrown) {
      if (!(thrown instanceof UserError)) throw thrown;
      const failed = { series: series.description, error: thrown.toInfo() };
      cursor = { ...cursor, failed: [...cursor.failed, failed] };
    }
    cursor = { ...cursor, next: cursor.next + 1 };
    context.commit(cursor, () => {});
    context.report({ phase: 'convert', done: cursor.next, total: all.length, unit: 'series' });
  }
  const { images, failed } = cursor;
  if (images.length === 0) {
    const reason = failed[0]?.error.message ?? 'there is no such series.';
    throw new UserError('import.nothing-imported', `Nothing was imported: ${reason}`, { reason });
  }
  return { images, failed };
}
