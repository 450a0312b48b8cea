import { basename } from 'node:path';
import type { Notice } from '../../contract/errors.ts';
import type { ImportPlan, ImportReport, PlannedRun } from '../../contract/importing.ts';
import type { Recording } from '../../contract/recordings.ts';
import type { Word } from '../../contract/stimuli.ts';
import { UserError } from '../../core/errors.ts';
import { newId } from '../../core/ids.ts';
import type { Project } from '../../data/project.ts';
import { type ConfoundMatrix, readConfounds } from '../../formats/bids/confounds.ts';
import type { NiftiImage } from '../../formats/nifti/types.ts';
import { hashFile } from '../../formats/source.ts';
import { storeStimulus } from '../store-stimulus.ts';
import { confoundRows } from './preview.ts';
import { checkWords, readWords } from './words.ts';

/** A run's small companions, read and checked before its volumes are streamed. */
export interface Companions {
  readonly repetitionTime: number;
  readonly words: readonly Word[];
  readonly confounds: ConfoundMatrix | null;
  /** Files read, with their hashes; the image itself is hashed while it streams. */
  readonly files: Recording['sourceFiles'];
  readonly notices: readonly Notice[];
}

/**
 * Reads words and confounds of a run and settles its TR.
 * @throws UserError `import.no-tr`, `confounds.rows`, `words.*`, `events.*`, ...
 */
export async function readCompanions(
  image: NiftiImage,
  run: PlannedRun,
  plan: ImportPlan,
): Promise<Companions> {
  const file = basename(run.image);
  const repetitionTime = run.repetitionTime ?? image.repetitionTime;
  if (repetitionTime === null) {
    throw new UserError(
      'import.no-tr',
      `${file}: neither the header nor a sidecar gives the repetition time (TR): enter it.`,
      { file },
    );
  }
  const notices: Notice[] = [];
  const files: Recording['sourceFiles'] = [];
  const words: Word[] = [];
  if (run.words !== null) {
    const found = await readWords(run.words, plan.wordOffset);
    words.push(...found.words);
    const duration = repetitionTime * image.volumeCount;
    notices.push(...found.notices, ...checkWords(words, duration, basename(run.words.path)));
    files.push(await hashFile(run.words.path));
  }
  const confounds =
    run.confoundsPath === null ? null : await readConfounds(run.confoundsPath, plan.confounds);
  if (confounds !== null && run.confoundsPath !== null) {
    if (confounds.rows !== image.volumeCount)
      throw confoundRows(run.confoundsPath, confounds.rows, image.volumeCount);
    notices.push(...confounds.notices);
    files.push(await hashFile(run.confoundsPath));
  }
  return { repetitionTime, words, confounds: confounds?.columns.length ? confounds : null, files, notices };
}

export interface FinishedRun {
  readonly project: Project;
  readonly plan: ImportPlan;
  readonly run: PlannedRun;
  readonly image: NiftiImage;
  readonly companions: Companions;
  readonly dataArrayId: string;
  readonly spaceId: string;
  readonly imageFiles: Recording['sourceFiles'];
  readonly notices: readonly Notice[];
  readonly startedAt: number;
  readonly codeVersion: string;
}

/**
 * Writes the rows of a run whose volumes are all stored: seals the array, keeps stimulus, confounds, recording and
 * provenance. Call inside a transaction.
 * @returns what the report says of it, and the ids made
 */
export function storeRun(finished: FinishedRun): {
  entry: ImportReport['recordings'][number];
  arrayIds: string[];
  stimulusId: string | null;
} {
  const { project, plan, run, image, companions, dataArrayId, spaceId, imageFiles } = finished;
  project.arrays.seal(dataArrayId);
  const stimulus =
    companions.words.length === 0
      ? null
      : storeStimulus(
          project,
          `${run.task}${run.run ? ` run-${run.run}` : ''}`,
          plan.language,
          companions.words,
        );
  const confoundsArrayId = storeConfounds(project, run, companions);
  const simulated = run.simulated;
  const sourceFiles = [...imageFiles, ...companions.files];
  const notices = [...image.notices, ...companions.notices, ...finished.notices];
  const recording: Recording = {
    id: newId(),
    modality: 'fmri',
    subject: run.subject,
    session: run.session,
    task: run.task,
    run: run.run,
    repeatGroup: null,
    stimulusId: stimulus?.id ?? null,
    dataArrayId,
    spaceId,
    confoundsArrayId,
    samplingInterval: companions.repetitionTime,
    sampleCount: image.volumeCount,
    simulated,
    sourceFiles,
    notices,
  };
  project.recordings.put(recording);
  const label = `sub-${run.subject} ${run.task}${run.run ? ` run-${run.run}` : ''}`;
  project.provenance.record({
    kind: 'import.fmri',
    params: { run, mask: plan.mask, confounds: plan.confounds, wordOffset: plan.wordOffset },
    codeVersion: finished.codeVersion,
    seed: null,
    startedAt: finished.startedAt,
    inputs: sourceFiles.map((file) => ({ kind: 'file', id: file.sha256, label: file.path })),
    outputs: [
      { kind: 'recording', id: recording.id, label },
      { kind: 'array', id: dataArrayId, label: `${label} data` },
      { kind: 'space', id: spaceId, label: `${label} ${image.surface === undefined ? 'voxels' : 'places'}` },
      ...(stimulus ? [{ kind: 'stimulus' as const, id: stimulus.id, label: stimulus.name }] : []),
      ...(confoundsArrayId
        ? [{ kind: 'array' as const, id: confoundsArrayId, label: `${label} confounds` }]
        : []),
    ],
  });
  return {
    entry: {
      recordingId: recording.id,
      image: run.image,
      subject: run.subject,
      session: run.session,
      task: run.task,
      run: run.run,
      volumes: image.volumeCount,
      voxels: project.spaces.get(spaceId).voxelCount,
      repetitionTime: companions.repetitionTime,
      words: companions.words.length,
      repeatGroup: null,
      notices,
    },
    arrayIds: [dataArrayId, ...(confoundsArrayId ? [confoundsArrayId] : [])],
    stimulusId: stimulus?.isNew ? stimulus.id : null,
  };
}

function storeConfounds(
  project: Project,
  run: PlannedRun,
  { confounds, repetitionTime }: Companions,
): string | null {
  if (confounds === null) return null;
  const info = project.arrays.put(
    {
      name: `sub-${run.subject} ${run.task} confounds`,
      shape: [confounds.rows, confounds.columns.length],
      dtype: 'float32',
      axes: [{ name: 'time', unit: 's', step: repetitionTime }, { name: 'confound' }],
      attributes: { columns: [...confounds.columns], scrubbedVolumes: [...confounds.scrubbedVolumes] },
    },
    confounds.data,
  );
  return info.id;
}
