import { basename } from 'node:path';
import type { Notice } from '../../contract/errors.ts';
import type { ConfoundStrategy, ImportPreview, MaskChoice, PlannedRun } from '../../contract/importing.ts';
import type { Word } from '../../contract/stimuli.ts';
import { UserError } from '../../core/errors.ts';
import { readConfounds } from '../../formats/bids/confounds.ts';
import { carpetOf } from './carpet.ts';
import { type FirstVolumes, readFirstVolumes } from './first-volumes.ts';
import { openImage } from './open-image.ts';
import { requireSeries } from './probe-run.ts';
import { resolveRepetitionTime } from './repetition-time.ts';
import { runMask } from './run-mask.ts';
import { middleSlices } from './slices.ts';
import { checkWords, readWords } from './words.ts';

export interface PreviewRequest {
  readonly run: PlannedRun;
  readonly mask: MaskChoice;
  readonly confounds: ConfoundStrategy;
  readonly wordOffset: number;
}

/**
 * What importing one run with these choices would see: middle slices of the mean of the first volumes with the
 * mask, timing, words against the run's length, and every doubt in a sentence. Choices that cannot work (a mask of
 * another shape, unreadable words) are notices of level error here; only an unreadable image throws.
 * @throws UserError as `openImage` and `requireSeries` do
 */
export async function previewRun(request: PreviewRequest, signal?: AbortSignal): Promise<ImportPreview> {
  const { run } = request;
  const image = await openImage(run.image, run.repetitionTime === null);
  requireSeries(image);
  const first = await readFirstVolumes(image, signal);
  const timing = resolveRepetitionTime(
    image,
    run.repetitionTime === null ? {} : { RepetitionTime: run.repetitionTime },
  );
  const notices: Notice[] = [...image.notices.filter(({ code }) => !code.includes('tr')), ...timing.notices];
  const duration = timing.seconds === null ? null : timing.seconds * image.volumeCount;
  const orNotice = async <T>(work: Promise<T>, otherwise: T): Promise<T> =>
    work.catch((cause: unknown) => {
      if (!(cause instanceof UserError)) throw cause;
      notices.push({ ...cause.toInfo(), level: 'error' });
      return otherwise;
    });

  const masked = await orNotice(runMask(image, first, request.mask, run.maskPath), null);
  notices.push(...(masked?.notices ?? []), ...deadVoxels(first, masked?.mask ?? null, basename(run.image)));
  const words = await orNotice(wordsOf(request, duration, notices), null);
  const confounds =
    run.confoundsPath === null
      ? null
      : await orNotice(readConfounds(run.confoundsPath, request.confounds), null);
  if (confounds && confounds.rows !== image.volumeCount) {
    notices.push({
      ...confoundRows(run.confoundsPath ?? '', confounds.rows, image.volumeCount).toInfo(),
      level: 'error',
    });
  }
  notices.push(...(confounds?.notices ?? []));

  const shown = finiteSorted(first);
  const quantile = (share: number): number => shown[Math.floor(share * (shown.length - 1))] ?? 0;
  const range: [number, number] = [quantile(0.02), quantile(0.98)];
  return {
    image: run.image,
    averagedVolumes: first.count,
    slices:
      image.surface === undefined
        ? middleSlices(first.mean, masked?.mask ?? null, image.grid, image.affine, range)
        : [],
    carpet: image.surface === undefined ? null : await carpetOf(image, image.surface, signal),
    range,
    minimum: quantile(0),
    maximum: quantile(1),
    nonFiniteVoxels: count(first.nonFinite),
    maskVoxels: masked === null ? 0 : count(masked.mask),
    shape: [...image.grid, image.volumeCount],
    repetitionTime: timing.seconds,
    durationSeconds: duration,
    words: words === null ? null : summary(words, duration),
    confoundColumns: [...(confounds?.columns ?? [])],
    notices,
  };
}

/** The refusal for a confounds table whose rows are not the run's volumes. */
export function confoundRows(path: string, rows: number, volumes: number): UserError {
  const file = basename(path);
  return new UserError(
    'confounds.rows',
    `${file} has ${rows} rows, but the run has ${volumes} volumes: give the table of this run.`,
    { file, rows, volumes },
  );
}

async function wordsOf(
  request: PreviewRequest,
  duration: number | null,
  notices: Notice[],
): Promise<Word[] | null> {
  const source = request.run.words;
  if (source === null) return null;
  const { words, notices: found } = await readWords(source, request.wordOffset);
  notices.push(...found, ...checkWords(words, duration, basename(source.path)));
  return words;
}

function summary(words: readonly Word[], duration: number | null): NonNullable<ImportPreview['words']> {
  const firstOnset = words[0].onset;
  const lastOffset = words.reduce((last, word) => Math.max(last, word.onset + word.duration), -Infinity);
  return {
    count: words.length,
    firstOnset,
    lastOffset,
    coverage: duration === null ? null : (lastOffset - firstOnset) / duration,
    first: words.slice(0, 200),
  };
}

function deadVoxels(first: FirstVolumes, mask: Uint8Array | null, file: string): Notice[] {
  if (mask === null) return [];
  const kept = (flags: Uint8Array): number =>
    mask.reduce((sum, inside, voxel) => sum + (inside & flags[voxel]), 0);
  const [nonFinite, constant] = [kept(first.nonFinite), kept(first.constant)];
  if (nonFinite + constant === 0) return [];
  return [
    {
      level: 'info',
      code: 'import.dead-voxels-ahead',
      message: `${file}: ${constant} constant and ${nonFinite} NaN or infinite voxels lie inside the mask and will be left out.`,
      params: { file, constant, nonFinite },
    },
  ];
}

function count(flags: Uint8Array): number {
  let sum = 0;
  for (const flag of flags) sum += flag;
  return sum;
}

function finiteSorted({ mean, nonFinite }: FirstVolumes): Float32Array {
  const finite = new Float32Array(mean.length);
  let used = 0;
  for (let voxel = 0; voxel < mean.length; voxel++) if (nonFinite[voxel] === 0) finite[used++] = mean[voxel];
  return finite.subarray(0, used).sort();
}
