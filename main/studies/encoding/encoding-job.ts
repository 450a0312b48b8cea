import { type SplitManifest, splitHash } from '../../analysis/splits/split-manifest.ts';
import type { EncodingResult, EncodingStudyParams, EncodingSubject } from '../../contract/encoding.ts';
import { encodingStudyParamsSchema } from '../../contract/encoding.ts';
import { contentHash } from '../../core/hash.ts';
import type { Project } from '../../data/project.ts';
import type { JobContext, JobType } from '../../jobs/job-type.ts';
import { encodingControls } from './controls.ts';
import { groupRegions } from './group-regions.ts';
import { studyNotices } from './notices.ts';
import { encodingPreflight } from './preflight.ts';
import { createPreparer } from './prepare-models.ts';
import { describeProvenance, isSimulated, recordStudy } from './provenance.ts';
import { resolveInputs, type SubjectInput } from './resolve-inputs.ts';
import { VOXELS_PER_STEP } from './result-arrays.ts';
import { runSubject, type SubjectCursor } from './run-subject.ts';
import type { StudyDeps } from './study-deps.ts';
import { subjectSplit } from './subject-split.ts';

/** Raised whenever the same parameters would give other numbers than before. */
const METHOD_VERSION = 2;

/** What the job is to remember between chunks. */
interface EncodingCursor {
  readonly runId: string;
  readonly startedAt: number;
  /** Subjects that are done. */
  readonly subjects: readonly EncodingSubject[];
  readonly current: SubjectCursor | null;
}

/** The result of the job: which run to look at. */
export interface EncodingJobResult {
  readonly runId: string;
}

/** The job type `study.encoding`. */
export function encodingJob(deps: StudyDeps): JobType<EncodingStudyParams> {
  return {
    type: 'study.encoding',
    params: encodingStudyParamsSchema,
    title: (params) => `Encoding study, ${params.featureSpace}, ${params.recordingIds.length} runs`,
    recovery: 'resume',
    preflight: (project, params) => encodingPreflight(deps, project, params),
    run: (context, params) => runEncoding(deps, context, params),
  };
}

/**
 * Id of the run that these parameters on these very inputs give: the same question finds its answer again.
 */
export function encodingRunId(
  project: Project,
  params: EncodingStudyParams,
  inputs: readonly SubjectInput[],
): string {
  const runs = inputs.flatMap((input) =>
    input.runs.map(({ recording, stimulus, clock }) => ({
      id: recording.id,
      data: project.arrays.info(recording.dataArrayId).contentHash,
      confounds:
        recording.confoundsArrayId === null
          ? null
          : project.arrays.info(recording.confoundsArrayId).contentHash,
      words: stimulus.contentHash,
      interval: recording.samplingInterval,
      // Runs on the plain clock keep the ids that they had before clocks could be set.
      ...(clock.offset === 0 && clock.drift === 0 ? {} : { clock }),
    })),
  );
  const { recordingIds: _order, ...settings } = params;
  return `encoding-${contentHash({ method: METHOD_VERSION, settings, runs }).slice(0, 20)}`;
}

async function runEncoding(
  deps: StudyDeps,
  context: JobContext,
  params: EncodingStudyParams,
): Promise<EncodingJobResult> {
  const { project } = context;
  const inputs = resolveInputs(project, params);
  const splits = inputs.map((input) => subjectSplit(input, params));
  const runId = encodingRunId(project, params, inputs);
  if (project.runs.find(runId)?.state === 'complete') return { runId };
  let cursor = context.cursor<EncodingCursor>() ?? begin(deps, context, params, inputs, splits, runId);
  const { controls } = encodingControls(deps, params);
  const preparer = createPreparer(await deps.engine(), params);
  while (cursor.subjects.length < inputs.length) {
    const index = cursor.subjects.length;
    const save = (current: SubjectCursor | null, done?: EncodingSubject): void => {
      const subjects = done === undefined ? cursor.subjects : [...cursor.subjects, done];
      const next = { ...cursor, subjects, current };
      context.commit(next, () => {});
      cursor = next;
    };
    await runSubject(deps, context, {
      params,
      runId,
      input: inputs[index],
      split: splits[index],
      controls,
      preparer,
      voxelsPerStep: deps.voxelsPerStep ?? VOXELS_PER_STEP,
      cursor: cursor.current,
      save,
    });
  }
  const result = composeResult(deps, params, inputs, cursor);
  context.commit(cursor, () => {
    project.runs.finish(runId, 'complete', result);
    recordStudy(deps, project, inputs, result, runId);
  });
  return { runId };
}

/** Makes the run's row, in place of what a run that was given up may have left under the same id. */
function begin(
  deps: StudyDeps,
  context: JobContext,
  params: EncodingStudyParams,
  inputs: readonly SubjectInput[],
  splits: readonly SplitManifest[],
  runId: string,
): EncodingCursor {
  const { project } = context;
  const cursor = { runId, startedAt: Date.now(), subjects: [], current: null };
  project.transaction(() => {
    if (project.runs.find(runId) !== null) project.runs.delete(runId);
    for (const split of splits) project.splits.put(splitHash(split), split);
    project.runs.create({
      id: runId,
      study: 'encoding',
      name: `${deps.featureSpace(params.featureSpace).name}, ${inputs.length} subject${inputs.length === 1 ? '' : 's'}`,
      params,
      splitHash: splitHash(splits[0]),
      seed: params.seed,
      codeVersion: deps.codeVersion,
      simulated: isSimulated(inputs),
    });
    context.commit(cursor, () => {});
  });
  return cursor;
}

function composeResult(
  deps: StudyDeps,
  params: EncodingStudyParams,
  inputs: readonly SubjectInput[],
  cursor: EncodingCursor,
): EncodingResult {
  const { space, controls } = encodingControls(deps, params);
  const recordingNotices = inputs.flatMap(({ runs }) => runs.flatMap(({ recording }) => recording.notices));
  return {
    study: 'encoding',
    params,
    simulated: isSimulated(inputs),
    featureSpace: { id: space.id, name: space.name, layers: [...space.layers] },
    controls: controls.map(({ id, name, meaning }) => ({ id, name, meaning })),
    subjects: [...cursor.subjects],
    group: groupRegions(cursor.subjects.map((subject) => subject.regions)),
    notices: [...recordingNotices, ...studyNotices(cursor.subjects, space.dimensions, params)],
    provenance: describeProvenance(deps, inputs, params, cursor.startedAt),
  };
}
