import { readdir, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { ImportProbe } from '../../contract/importing.ts';
import { UserError } from '../../core/errors.ts';
import { parseBidsName } from '../../formats/bids/entities.ts';
import { type JsonObject, readJsonObject, saysSimulated } from '../../formats/bids/sidecar.ts';
import { fileSize } from '../../formats/source.ts';
import { isRight, otherHemisphere } from '../../formats/surface/open-series.ts';
import { openImage } from './open-image.ts';
import { distinct } from './probe-bids.ts';
import { probeRun, type RunFiles } from './probe-run.ts';

const IMAGE = /\.(((dtseries|ptseries)\.)?nii|hdr|mgh|func\.gii|mgz)(\.gz)?$/i;

/**
 * Looks at loose files, or folders that are no BIDS dataset: 4D images become runs, each with the files that share
 * its name; a 3D image whose name says mask becomes their mask; a single events table or TextGrid goes with a
 * single image.
 */
export async function probeFiles(paths: readonly string[]): Promise<ImportProbe> {
  const files = (await Promise.all(paths.map(listFiles))).flat();
  const notices: ImportProbe['notices'] = [];
  const missingData: ImportProbe['missingData'] = [];
  const masks: string[] = [];
  const images: string[] = [];
  for (const file of files.filter((path) => IMAGE.test(path))) {
    try {
      await fileSize(file);
    } catch (cause) {
      if (!(cause instanceof UserError)) throw cause;
      missingData.push({ path: file, reason: cause.toInfo() });
      continue;
    }
    if (/mask/i.test(basename(file)) && (await isSingleVolume(file))) masks.push(file);
    else if (!(isRight(file) && files.includes(otherHemisphere(file) ?? ''))) images.push(file);
  }
  const runs = [];
  for (const image of images) runs.push(await probeRun(await filesOf(image, files, masks, images.length)));
  if (runs.length === 0) {
    notices.push({
      level: 'error',
      code: 'import.no-runs',
      message: `No functional image was found in ${paths.join(', ')}.`,
      params: { path: paths.join(', ') },
    });
  }
  return {
    modality: 'fmri',
    kind: 'files',
    paths: [...paths],
    dataset: null,
    subjects: distinct(runs.map((run) => run.subject)),
    sessions: distinct(runs.flatMap((run) => run.session ?? [])),
    tasks: distinct(runs.map((run) => run.task)),
    spaces: distinct(runs.flatMap((run) => run.space ?? [])),
    runs,
    missingData,
    notices,
  };
}

async function listFiles(path: string): Promise<string[]> {
  const info = await stat(path).catch(() => null);
  if (!info?.isDirectory()) return [path];
  const entries = await readdir(path, { withFileTypes: true, recursive: true });
  return entries
    .filter((entry) => !entry.isDirectory() && !entry.name.startsWith('.'))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

async function isSingleVolume(path: string): Promise<boolean> {
  return openImage(path).then(
    (image) => image.volumeCount === 1,
    () => false,
  );
}

async function filesOf(
  image: string,
  files: readonly string[],
  masks: readonly string[],
  imageCount: number,
): Promise<RunFiles> {
  const stem = stemOf(image);
  const entities = parseBidsName(basename(image))?.entities ?? {};
  const folderSubject = /(?:^|[\\/])sub-([A-Za-z0-9]+)(?=[\\/])/.exec(`${dirname(image)}/`)?.[1];
  /** Same stem, or an agreeing BIDS identity, or the only one there is for the only image. */
  const partner = (test: RegExp): string | null => {
    const fitting = files.filter((file) => test.test(file));
    const same = fitting.find((file) => stemOf(file) === stem);
    const kin = fitting.find((file) => isKin(basename(file), entities));
    return same ?? kin ?? (imageCount === 1 && fitting.length === 1 ? fitting[0] : null);
  };
  const sidecarPath =
    files.find((file) => /\.json$/i.test(file) && stemOf(file) === stem) ?? (await besideJson(image));
  const sidecar = sidecarPath === null ? {} : await readJsonObject(sidecarPath).catch((): JsonObject => ({}));
  return {
    image,
    bytes: (await stat(image)).size,
    subject: entities.sub ?? folderSubject ?? '01',
    session: entities.ses ?? null,
    task: entities.task ?? (stem.replace(/[^A-Za-z0-9]+/g, '') || 'unnamed'),
    run: entities.run ?? null,
    space: entities.space ?? null,
    sidecar,
    eventsPath:
      partner(/(_events|events)\.tsv$/i) ?? partner(/^(?!.*(confounds|regressors|participants)).*\.tsv$/i),
    textGridPath: partner(/\.textgrid$/i),
    confoundsPath: partner(/(confounds_timeseries|confounds_regressors|confounds)\.tsv$/i),
    maskPath: masks.find((mask) => isKin(basename(mask), entities)) ?? (masks.length === 1 ? masks[0] : null),
    simulated: saysSimulated(sidecar),
    notices: [],
  };
}

async function besideJson(image: string): Promise<string | null> {
  const path = image.replace(IMAGE, '.json');
  return stat(path).then(
    () => path,
    () => null,
  );
}

function isKin(name: string, own: Readonly<Record<string, string>>): boolean {
  const theirs = parseBidsName(name)?.entities ?? {};
  const keys = ['sub', 'ses', 'task', 'run'].filter((key) => theirs[key] !== undefined);
  return keys.length > 0 && keys.every((key) => theirs[key] === own[key]);
}

/** A file's name without extension and without the suffix that tells its kind. */
function stemOf(path: string): string {
  return basename(path)
    .replace(/\.(((dtseries|ptseries)\.)?nii|hdr|img|mgh|mgz|func\.gii|tsv|json|textgrid)(\.gz)?$/i, '')
    .replace(/_(bold|events|mask|words)$/i, '');
}
