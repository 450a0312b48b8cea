import { adjustForDiscovery } from '../../analysis/significance/false-discovery.ts';
import { countRows, type SplitManifest } from '../../analysis/splits/split-manifest.ts';
import type { EncodingStudyParams, EncodingSubject } from '../../contract/encoding.ts';
import type { Project } from '../../data/project.ts';
import type { JobContext } from '../../jobs/job-type.ts';
import { zeros } from '../../tensor/matrix.ts';
import { calibrateNull, calibrationVoxels } from './calibrate-null.ts';
import type { EncodingControl } from './controls.ts';
import { fitVoxels, type PreparedModel } from './fit-voxels.ts';
import type { ModelPreparer } from './prepare-models.ts';
import type { SubjectInput } from './resolve-inputs.ts';
import { createResultArrays, publishArrays, type SubjectArrays, writeResults } from './result-arrays.ts';
import type { StudyDeps } from './study-deps.ts';
import { repeatedRuns, subjectCeiling } from './subject-ceiling.ts';
import { driftBases, nuisanceBases, readVoxels } from './subject-data.ts';
import { subjectModels } from './subject-models.ts';
import { byRecording, describeSplit } from './subject-split.ts';
import { summariseSubject } from './summarise-subject.ts';
import { testedSegments } from './tested-segments.ts';
import { voxelRegions } from './voxel-regions.ts';

/** How far a subject has come. */
export interface SubjectCursor {
  readonly arrays: SubjectArrays;
  /** First voxel that is not fitted yet. */
  readonly next: number;
  /** Widening of the permutation null, once it is known. */
  readonly nullScale: number | null;
}

export interface SubjectWork {
  readonly params: EncodingStudyParams;
  readonly runId: string;
  readonly input: SubjectInput;
  readonly split: SplitManifest;
  readonly controls: readonly EncodingControl[];
  readonly preparer: ModelPreparer;
  readonly voxelsPerStep: number;
  readonly cursor: SubjectCursor | null;
  /** Keeps where to go on; with `done` once the subject is finished. Call in the transaction that writes. */
  save(cursor: SubjectCursor | null, done?: EncodingSubject): void;
}

/** Fits one subject group of voxels by group of voxels, committing each, then sums it up. */
export async function runSubject(deps: StudyDeps, context: JobContext, work: SubjectWork): Promise<void> {
  const { project, signal } = context;
  const { input, split, params } = work;
  const layers = deps.featureSpace(params.featureSpace).layers;
  const { arrays, next, ...begun } = work.cursor ?? begin(project, work, layers);
  const bases = nuisanceBases(project, input, params);
  const drift = driftBases(input, params);
  const models = await subjectModels(deps, context, input, drift, split, params, work.controls);
  const total = input.space.voxelCount;
  const phase = `sub-${input.subject}`;
  const model = await work.preparer.prepare(models.model, split, total, signal);
  const controls: PreparedModel[] = [];
  for (const [index, control] of models.controls.entries()) {
    context.report({ phase, done: index, total: models.controls.length, unit: 'controls prepared' });
    controls.push(await work.preparer.prepare(control, split, total, signal));
  }
  const segments = testedSegments(split, bases);
  const nullScale = begun.nullScale ?? (await calibrate(project, work, bases, model, signal));
  for (let start = next; start < total; ) {
    signal.throwIfAborted();
    context.report({ phase, done: start, total, unit: 'voxels' });
    const stop = Math.min(total, start + work.voxelsPerStep);
    const data = readVoxels(project, input, bases, start, stop);
    const results = await fitVoxels(model, controls, data, split, segments, nullScale, params, signal);
    const ceiling = subjectCeiling(data, split, bases);
    project.transaction(() => {
      writeResults(project, arrays, start, results, ceiling);
      work.save({ arrays, next: stop, nullScale });
    });
    start = stop;
  }
  context.report({ phase, done: total, total, unit: 'voxels' });
  finishSubject(project, work, layers, arrays);
}

/** Reads every so-manyth voxel and calibrates the null on them. */
async function calibrate(
  project: Project,
  work: SubjectWork,
  bases: readonly Float64Array[][],
  model: PreparedModel,
  signal: AbortSignal,
): Promise<number> {
  const { input, split, params } = work;
  const total = input.space.voxelCount;
  const chosen = calibrationVoxels(total);
  const data = zeros(split.samples, chosen.length);
  for (let start = 0; start < total; start += work.voxelsPerStep) {
    const piece = readVoxels(project, input, bases, start, Math.min(total, start + work.voxelsPerStep));
    chosen.forEach((voxel, column) => {
      const from = voxel - start;
      if (from < 0 || from >= piece.cols) return;
      for (let t = 0; t < split.samples; t += 1)
        data.data[t * data.cols + column] = piece.data[t * piece.cols + from];
    });
  }
  return calibrateNull(model, data, bases, split, params, signal);
}

function begin(project: Project, work: SubjectWork, layers: readonly string[]): SubjectCursor {
  const { input, split } = work;
  const sizes = {
    voxels: input.space.voxelCount,
    layers,
    controls: work.controls.map((control) => control.id),
    samples: split.folds.reduce((sum, fold) => sum + countRows(fold.test), 0),
    samplingInterval: input.runs[0].recording.samplingInterval,
    simulated: input.runs.some(({ recording }) => recording.simulated),
    step: work.voxelsPerStep,
  };
  return project.transaction(() => {
    const arrays = createResultArrays(project, input.subject, sizes, repeatedRuns(split).length > 0);
    const cursor = { arrays, next: 0, nullScale: null };
    work.save(cursor);
    return cursor;
  });
}

function finishSubject(
  project: Project,
  work: SubjectWork,
  layers: readonly string[],
  arrays: SubjectArrays,
): void {
  const { input, split, params } = work;
  const floats = (id: string): Float32Array => project.arrays.readAs(id, 'float32').data;
  const stack = (id: string) => {
    const { shape, data } = project.arrays.readAs(id, 'float32');
    return { rows: shape[0], cols: shape[1], data };
  };
  const p = floats(arrays.p);
  const excluded = project.arrays.readAs(arrays.excluded, 'uint8').data;
  const tested = p.map((value, voxel) => (excluded[voxel] === 1 ? Number.NaN : value));
  const q = Float32Array.from(adjustForDiscovery(tested), (value) => (Number.isNaN(value) ? 1 : value));
  const maps = {
    r: floats(arrays.r),
    rSquared: floats(arrays.rSquared),
    q,
    ceiling: arrays.ceiling === null ? null : floats(arrays.ceiling),
    layerR: stack(arrays.layerR),
    layerInner: stack(arrays.layerInner),
    controlR: stack(arrays.controlR),
    excluded,
  };
  const voxelIndex = project.arrays.readAs(input.space.voxelIndexArrayId, 'uint32').data;
  const labels = {
    subject: input.subject,
    layers,
    controls: work.controls.map((control) => control.id),
    fdrLevel: params.fdrLevel,
  };
  const summary = summariseSubject(maps, floats(arrays.nullR), voxelRegions(input.space, voxelIndex), labels);
  const { nullR, excluded: excludedId, ...published } = arrays;
  const { recording } = input.runs[0];
  const info = project.arrays.info(arrays.predicted);
  const subject: Omit<EncodingSubject, 'arrays'> = {
    subject: input.subject,
    recordingIds: input.runs.map((run) => run.recording.id),
    spaceId: input.space.id,
    voxelCount: input.space.voxelCount,
    excludedVoxels: excluded.reduce((sum, flag) => sum + flag, 0),
    sampleCount: info.shape[0],
    samplingInterval: recording.samplingInterval,
    segments: describeSegments(split),
    split: describeSplit(split),
    ...summary,
  };
  project.transaction(() => {
    const spec = {
      name: `sub-${input.subject} q`,
      shape: [q.length],
      dtype: 'float32' as const,
      unit: 'q',
      axes: [{ name: 'voxel' }],
      attributes: { simulated: recording.simulated },
    };
    const full = {
      ...published,
      q: project.arrays.put(spec, q).id,
      voxelIndex: input.space.voxelIndexArrayId,
    };
    publishArrays(project, work.runId, input.subject, full);
    for (const id of [nullR, excludedId]) project.arrays.delete(id);
    work.save(null, { ...subject, arrays: full });
  });
}

/** Where each tested range lies on the time axis of `measured` and `predicted`. */
function describeSegments(split: SplitManifest): EncodingSubject['segments'] {
  let start = 0;
  return split.folds.flatMap((fold, index) =>
    byRecording(split, fold.test).map((piece) => {
      const length = piece.end - piece.start;
      const segment = { recordingId: piece.recordingId, start, length, fold: index };
      start += length;
      return segment;
    }),
  );
}
