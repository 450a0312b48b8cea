import { basename } from 'node:path';
import type { Notice } from '../../contract/errors.ts';
import type { ProbedRun } from '../../contract/importing.ts';
import type { Word } from '../../contract/stimuli.ts';
import { UserError } from '../../core/errors.ts';
import { type JsonObject, saysSimulated } from '../../formats/bids/sidecar.ts';
import { axisCodes } from '../../formats/nifti/orientation.ts';
import type { NiftiImage } from '../../formats/nifti/types.ts';
import { openImage } from './open-image.ts';
import { resolveRepetitionTime } from './repetition-time.ts';
import { checkWords, wordCandidates } from './words.ts';

/** An image with what its name and its neighbours say, before it is opened. */
export interface RunFiles {
  readonly image: string;
  readonly bytes: number;
  readonly subject: string;
  readonly session: string | null;
  readonly task: string;
  readonly run: string | null;
  readonly space: string | null;
  readonly sidecar: JsonObject;
  readonly eventsPath: string | null;
  readonly textGridPath: string | null;
  readonly confoundsPath: string | null;
  readonly maskPath: string | null;
  /** Whether the dataset as a whole says it is simulated. */
  readonly simulated: boolean;
  readonly notices: readonly Notice[];
}

/**
 * Refuses images that are no functional series.
 * @throws UserError `import.not-4d`, `import.not-real`
 */
export function requireSeries(image: NiftiImage): void {
  const file = basename(image.path);
  if (image.volumeCount < 2) {
    const params = { file, shape: image.header.shape.join('×') };
    throw new UserError(
      'import.not-4d',
      `${file} holds one volume (${params.shape}) where a 4D series over time is needed: choose the functional run.`,
      params,
    );
  }
  if (image.header.shape.slice(4).some((size) => size > 1)) {
    const params = { file, shape: image.header.shape.join('×') };
    throw new UserError(
      'import.beyond-4d',
      `${file} has more than four dimensions (${params.shape}), so that not every volume is a time point: split it into 4D series first.`,
      params,
    );
  }
  if (image.header.datatype.meaning !== 'real') {
    throw new UserError(
      'import.not-real',
      `${file} holds ${image.header.datatype.name} voxels, not one real number each: choose the series of magnitudes, not of complex values or colours.`,
      { file, datatype: image.header.datatype.name },
    );
  }
}

/** Opens one image's header and looks at its companions. Never throws for bad files: `problem` says what is wrong. */
export async function probeRun(files: RunFiles): Promise<ProbedRun> {
  const { sidecar, notices: given, ...named } = files;
  const base = {
    ...named,
    shape: null,
    voxelSize: null,
    orientation: null,
    datatype: null,
    affine: null,
    repetitionTime: null,
    durationSeconds: null,
    wordCandidates: [],
    simulated: files.simulated || saysSimulated(sidecar),
  };
  try {
    const image = await openImage(files.image, true);
    requireSeries(image);
    const { seconds, notices: timeNotices } = resolveRepetitionTime(image, sidecar);
    const durationSeconds = seconds === null ? null : seconds * image.volumeCount;
    const {
      candidates,
      best,
      notices: wordNotices,
    } = await wordCandidates(files.eventsPath, files.textGridPath);
    const notices = [...given, ...withoutTiming(image.notices), ...timeNotices, ...wordNotices];
    if (best.length > 0) notices.push(...doubts(best, durationSeconds, basename(candidates[0].source.path)));
    return {
      ...base,
      shape: [...image.grid, image.volumeCount],
      voxelSize: [...image.voxelSize],
      orientation: axisCodes(image.affine),
      datatype: image.header.datatype.name,
      affine: image.affine,
      repetitionTime: seconds,
      durationSeconds,
      wordCandidates: candidates,
      importable: true,
      problem: null,
      notices,
    };
  } catch (cause) {
    if (!(cause instanceof UserError)) throw cause;
    return { ...base, importable: false, problem: cause.toInfo(), notices: [...given] };
  }
}

/** Timing remarks are made again by `resolveRepetitionTime`, which knows the sidecar too. */
function withoutTiming(notices: readonly Notice[]): Notice[] {
  return notices.filter(({ code }) => !/^nifti\.(no-tr|odd-tr|tr-unit-unknown)$/.test(code));
}

function doubts(words: readonly Word[], duration: number | null, file: string): Notice[] {
  try {
    return checkWords(words, duration, file);
  } catch (cause) {
    if (!(cause instanceof UserError)) throw cause;
    return [{ ...cause.toInfo(), level: 'error' }];
  }
}
