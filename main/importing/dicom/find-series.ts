import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { DicomSeries } from '../../contract/dicom.ts';
import { UserError } from '../../core/errors.ts';
import { type DicomImage, readDicom, tagNumber } from '../../formats/dicom/dicom.ts';
import { looksDicom } from '../../formats/dicom/elements.ts';
import { pixelTags } from '../../formats/dicom/pixels.ts';
import { blocksOf, streamBytes } from '../../formats/source.ts';

/** Files looked into at most. */
const MOST_FILES = 20_000;

/** A series with its files, in the order of their names. */
export interface FoundSeries extends DicomSeries {
  readonly paths: readonly string[];
}

/**
 * Groups DICOM files under the paths by their SeriesInstanceUID; whatever is no DICOM (README, DICOMDIR, images of
 * other kinds) is passed over.
 */
export async function findDicomSeries(paths: readonly string[]): Promise<FoundSeries[]> {
  const found = new Map<string, { first: DicomImage; paths: string[]; frames: number }>();
  for (const path of (await Promise.all(paths.map(filesUnder))).flat().slice(0, MOST_FILES)) {
    const image = await dicomAt(path);
    if (image === null) continue;
    const frames = tagNumber(image, 'NumberOfFrames', 1);
    const series = found.get(image.seriesUid);
    if (series === undefined) found.set(image.seriesUid, { first: image, paths: [path], frames });
    else {
      series.paths.push(path);
      series.frames += frames;
    }
  }
  return [...found]
    .map(([uid, { first, paths: files, frames }]): FoundSeries => {
      const milliseconds = tagNumber(first, 'RepetitionTime', Number.NaN);
      const number = tagNumber(first, 'SeriesNumber', Number.NaN);
      return {
        uid,
        number: Number.isFinite(number) ? number : null,
        description: String(first.tags.SeriesDescription ?? ''),
        modality: String(first.tags.Modality ?? ''),
        files: files.length,
        frames,
        rows: tagNumber(first, 'Rows', 0),
        cols: tagNumber(first, 'Columns', 0),
        repetitionTime: Number.isFinite(milliseconds) ? milliseconds / 1000 : null,
        paths: files,
      };
    })
    .sort((a, b) => (a.number ?? 0) - (b.number ?? 0));
}

async function filesUnder(path: string): Promise<string[]> {
  const info = await stat(path).catch(() => null);
  if (!info?.isDirectory()) return info === null ? [] : [path];
  const entries = await readdir(path, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && !entry.name.startsWith('.') && entry.name !== 'DICOMDIR')
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

/** Reports, structures and directories of discs lie beside images. */
function withPixels(image: DicomImage): DicomImage | null {
  const { elements } = image.dataset;
  return pixelTags.some((tag) => elements.has(tag)) ? image : null;
}

/** The file as DICOM; null where it is none, holds no pixels or is damaged. */
async function dicomAt(path: string): Promise<DicomImage | null> {
  try {
    for await (const head of blocksOf(streamBytes(path, { most: 1024 }), 1024))
      return looksDicom(head) ? withPixels(await readDicom(path)) : null;
    return null;
  } catch (thrown) {
    if (thrown instanceof UserError) return null;
    throw thrown;
  }
}
