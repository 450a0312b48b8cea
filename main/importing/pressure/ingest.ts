import { statSync } from 'node:fs';
import { basename } from 'node:path';
import { defaultMeasures, measureRow } from '../../analysis/pressure/measures.ts';
import type { Notice } from '../../contract/errors.ts';
import {
  type ModalityReport,
  type PlannedPressure,
  type PressurePlan,
  pressurePlanSchema,
} from '../../contract/modality-import.ts';
import type { Recording } from '../../contract/recordings.ts';
import { UserError } from '../../core/errors.ts';
import { newId } from '../../core/ids.ts';
import type { Project } from '../../data/project.ts';
import { cellHealth } from '../../formats/pressure/cell-health.ts';
import type { PressureRecording } from '../../formats/pressure/recording.ts';
import { hashFile } from '../../formats/source.ts';
import type { JobContext, JobType } from '../../jobs/job-type.ts';
import {
  emptyFilesCursor,
  type FilesCursor,
  filesReport,
  importFiles,
  isTaken,
  stillStored,
} from '../import-files.ts';
import { keptPersonal } from '../kept-personal.ts';
import { nameLabel } from '../recording-name.ts';
import { footLoads } from './feet.ts';
import { pipelineMeasures } from './frame-measures.ts';
import { type FramePipeline, framePipeline } from './frame-pipeline.ts';
import { openPlanned } from './open-planned.ts';
import { storedMeasures } from './stand-and-walk.ts';

/** Values of one chunk, about a megabyte: what is committed at a time. */
const CHUNK_VALUES = 1 << 18;

interface Current {
  readonly path: string;
  readonly dataArrayId: string;
  readonly measuresArrayId: string;
  readonly nextFrame: number;
}

interface Cursor extends FilesCursor {
  readonly current: Current | null;
}

/**
 * The job that imports pressure recordings by a plan: frames as float32 frame × cell, calibrated and turned as the
 * plan says, absent cells NaN; measures of every frame beside them. Blocks of frames are committed with the cursor.
 * Garbled frames are stored as they are and named in the array's attributes; their measures are NaN.
 */
export function pressureImportJob(codeVersion: string): JobType<PressurePlan> {
  return {
    type: 'import.pressure',
    params: pressurePlanSchema,
    title: ({ files }) =>
      `Import ${files.length} pressure ${files.length === 1 ? 'recording' : 'recordings'}`,
    recovery: 'resume',
    inputs: (_, { files }) => files.map(({ path }) => ({ path, modified: statSync(path).mtimeMs })),
    stillValid: stillStored,
    run: (context, plan) => importAll(context, plan, codeVersion),
  };
}

async function importAll(
  context: JobContext,
  { files }: PressurePlan,
  codeVersion: string,
): Promise<ModalityReport> {
  const cursor = await importFiles<PlannedPressure, Cursor>(context, {
    files,
    first: { ...emptyFilesCursor(), current: null },
    label: nameLabel,
    one: (plan, from) => importOne(context, plan, from, codeVersion),
    abandon: ({ current, arrayIds }) => {
      const half = current === null ? [] : [current.dataArrayId, current.measuresArrayId];
      for (const id of half) context.project.arrays.delete(id);
      return { current: null, arrayIds: arrayIds.filter((id) => !half.includes(id)) };
    },
  });
  return filesReport(cursor);
}

async function importOne(
  context: JobContext,
  plan: PlannedPressure,
  from: Cursor,
  codeVersion: string,
): Promise<Cursor> {
  const { project, signal, report } = context;
  refuseKnown(project, plan);
  const recording = await openPlanned(plan);
  try {
    const pipeline = framePipeline(
      recording,
      plan,
      await cellHealth(recording, Math.ceil(recording.frameCount / 500)),
    );
    const cells = pipeline.rows * pipeline.cols;
    const step = Math.max(1, Math.floor(CHUNK_VALUES / cells));
    let cursor = from;
    if (cursor.current === null) {
      const personal = await keptPersonal(plan.path, plan.keepPersonal);
      cursor = begin(context, cursor, { recording, plan, pipeline, step, personal });
    }
    const garbled = new Set(recording.corruptFrames);
    while (cursor.current !== null && cursor.current.nextFrame < recording.frameCount) {
      signal.throwIfAborted();
      const { nextFrame, dataArrayId, measuresArrayId }: Current = cursor.current;
      const count = Math.min(step, recording.frameCount - nextFrame);
      const values = new Float32Array(count * cells);
      const measures = new Float32Array(count * storedMeasures.length);
      for (let at = 0; at < count; at++) {
        const frame = await pipeline.frame(nextFrame + at);
        values.set(frame, at * cells);
        measures.set(
          garbled.has(nextFrame + at)
            ? storedMeasures.map(() => Number.NaN)
            : measuresOf(frame, pipeline, plan),
          at * storedMeasures.length,
        );
      }
      const moved: Cursor = { ...cursor, current: { ...cursor.current, nextFrame: nextFrame + count } };
      context.commit(moved, () => {
        project.arrays.writeRows(dataArrayId, nextFrame, values);
        project.arrays.writeRows(measuresArrayId, nextFrame, measures);
      });
      cursor = moved;
      report({ phase: 'import', done: nextFrame + count, total: recording.frameCount, unit: 'frames' });
    }
    return await finish(context, cursor, { recording, plan, pipeline, codeVersion });
  } finally {
    await recording.close();
  }
}

/** Measures of a frame in the order of `storedMeasures`. */
function measuresOf(frame: Float32Array, pipeline: FramePipeline, { threshold }: PlannedPressure): number[] {
  return [
    ...measureRow(pipelineMeasures(frame, pipeline, threshold)),
    ...footLoads(frame, pipeline.feet, threshold),
  ];
}

/** Refuses a recording whose names are taken already. */
function refuseKnown(project: Project, plan: PlannedPressure): void {
  const label = nameLabel(plan);
  if (isTaken(project, 'pressure', plan)) {
    throw new UserError(
      'import.known',
      `The project has a pressure recording ${label} already: give this one another subject, task or run.`,
      { label },
    );
  }
}

function begin(
  context: JobContext,
  cursor: Cursor,
  {
    recording,
    plan,
    pipeline,
    step,
    personal,
  }: {
    recording: PressureRecording;
    plan: PlannedPressure;
    pipeline: FramePipeline;
    step: number;
    personal: Awaited<ReturnType<typeof keptPersonal>>;
  },
): Cursor {
  const { project } = context;
  const { rows, cols, grid, unit, health, absent, factor, rate } = pipeline;
  const name = nameLabel(plan);
  let begun = cursor;
  project.transaction(() => {
    const measures = project.arrays.create({
      name: `${name} measures`,
      shape: [recording.frameCount, storedMeasures.length],
      chunkShape: [step, storedMeasures.length],
      dtype: 'float32',
      axes: [{ name: 'frame' }, { name: 'measure' }],
      attributes: {
        columns: [...storedMeasures],
        threshold: plan.threshold,
        peakArea: defaultMeasures.peakArea,
        region: [...defaultMeasures.region],
      },
    });
    const data = project.arrays.create({
      name: `${name} pressure`,
      shape: [recording.frameCount, rows * cols],
      chunkShape: [step, rows * cols],
      dtype: 'float32',
      unit,
      axes: [{ name: 'frame' }, { name: 'cell' }],
      attributes: {
        rows,
        cols,
        cellWidthCm: grid.cellWidth,
        cellHeightCm: grid.cellHeight,
        cellAreaCm2: grid.cellArea,
        rate,
        times: recording.times === null ? null : Array.from(recording.times),
        placed: recording.placed,
        parts: recording.parts.map((part) => ({
          ...part,
          ...(plan.side !== null && recording.parts.length === 1 ? { side: plan.side } : {}),
        })),
        absentCells: [...absent],
        hotCells: [...health.hot],
        deadCells: [...health.dead],
        brokenCells: plan.brokenCells,
        corruptFrames: [...recording.corruptFrames],
        factor,
        orientation: plan.orientation,
        feet: pipeline.feet.kind,
        ...personal,
        measuresArrayId: measures.id,
        ...(plan.simulated ? { simulated: true } : {}),
      },
    });
    begun = {
      ...cursor,
      current: { path: plan.path, dataArrayId: data.id, measuresArrayId: measures.id, nextFrame: 0 },
      arrayIds: [...cursor.arrayIds, data.id, measures.id],
    };
    context.commit(begun, () => {});
  });
  return begun;
}

async function finish(
  context: JobContext,
  cursor: Cursor,
  {
    recording,
    plan,
    pipeline,
    codeVersion,
  }: { recording: PressureRecording; plan: PlannedPressure; pipeline: FramePipeline; codeVersion: string },
): Promise<Cursor> {
  const { project } = context;
  const { current } = cursor;
  if (current === null) throw new Error('no recording is being imported');
  const sourceFiles = statSync(plan.path).isDirectory() ? [] : [await hashFile(plan.path)];
  const label = nameLabel(plan);
  const notices = [...recording.notices, ...doubts(recording, pipeline)];
  const kept: Recording = {
    id: newId(),
    modality: 'pressure',
    subject: plan.subject,
    session: plan.session,
    task: plan.task,
    run: plan.run,
    repeatGroup: null,
    stimulusId: null,
    dataArrayId: current.dataArrayId,
    spaceId: null,
    confoundsArrayId: null,
    // Frames without a rate still need an interval; the notice says that it is none of the file's.
    samplingInterval: pipeline.rate === null ? 1 : 1 / pipeline.rate,
    sampleCount: recording.frameCount,
    simulated: plan.simulated,
    sourceFiles,
    notices,
  };
  const done: Cursor = {
    ...cursor,
    next: cursor.next + 1,
    current: null,
    recordings: [
      ...cursor.recordings,
      {
        recordingId: kept.id,
        path: plan.path,
        label,
        samples: recording.frameCount,
        summary: `${pipeline.rows} × ${pipeline.cols} cells, ${pipeline.unit}`,
        notices,
      },
    ],
  };
  context.commit(done, () => {
    project.arrays.seal(current.dataArrayId);
    project.arrays.seal(current.measuresArrayId);
    project.recordings.put(kept);
    project.provenance.record({
      kind: 'import.pressure',
      params: { plan },
      codeVersion,
      seed: null,
      startedAt: cursor.startedAt,
      inputs: sourceFiles.map((file) => ({ kind: 'file', id: file.sha256, label: file.path })),
      outputs: [
        { kind: 'recording', id: kept.id, label },
        { kind: 'array', id: current.dataArrayId, label: `${label} pressure` },
        { kind: 'array', id: current.measuresArrayId, label: `${label} measures` },
      ],
    });
  });
  return done;
}

function doubts(recording: PressureRecording, { health, rate }: FramePipeline): Notice[] {
  const file = basename(recording.path);
  const notices: Notice[] = [];
  const say = (code: string, message: string, params: Record<string, string | number>): void => {
    notices.push({ level: 'warning', code, message, params: { file, ...params } });
  };
  const garbled = recording.corruptFrames;
  if (garbled.length > 0) {
    const frames = garbled.map((index) => index + 1).join(', ');
    say(
      'pressure.corrupt-frames',
      `${file}: frames ${frames} are garbled; they are kept and have no measures.`,
      { frames },
    );
  }
  const broken = health.hot.length + health.dead.length;
  if (broken > 0) {
    say(
      'pressure.broken-cells',
      `${file}: ${health.hot.length} cells seem stuck high and ${health.dead.length} seem dead.`,
      { hot: health.hot.length, dead: health.dead.length },
    );
  }
  if (rate === null)
    say('pressure.no-rate', `${file} does not say how many frames a second it has; 1 is assumed.`, {});
  return notices;
}
