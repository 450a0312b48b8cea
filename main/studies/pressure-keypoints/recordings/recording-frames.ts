import { z } from 'zod';
import type { KeypointTraining, TrainableRecording } from '../../../contract/keypoint-training.ts';
import type { Recording } from '../../../contract/recordings.ts';
import { UserError } from '../../../core/errors.ts';
import type { Project } from '../../../data/project.ts';
import { type FrameSet, repairHotCells } from '../../../models/pressure/frames.ts';

/** What the importer wrote beside the frames of a pressure recording. */
const attributesSchema = z.object({
  rows: z.number().int(),
  cols: z.number().int(),
  cellHeightCm: z.number().nullable().optional(),
  corruptFrames: z.array(z.number().int()).default([]),
});

/** Frames of some recordings, with what counts as unloaded and as full. */
export interface RecordedFrames {
  readonly set: FrameSet;
  readonly floor: number;
  readonly fullScale: number;
  readonly simulated: boolean;
  readonly recordings: readonly string[];
}

/** Share of full scale below which a cell counts as unloaded, where nothing else is asked for. */
const FLOOR_SHARE = 0.02;
/** Share of loaded cells that read less than full scale. */
const FULL_SHARE = 0.995;
/** Cells above this share of full scale that stand alone are taken for hot ones. */
const HOT_SHARE = 0.2;
/** Cells of all frames together: 160 MB. */
const MOST_VALUES = 40_000_000;
/** Frames that are read at once. */
const BLOCK = 512;
/** Values that the percentile is taken over. */
const SAMPLED = 400_000;

/** The project's pressure recordings, as they can be trained on. */
export function trainableRecordings(project: Project): TrainableRecording[] {
  return project.recordings.list({ modality: 'pressure' }).map((recording) => {
    const info = project.arrays.info(recording.dataArrayId);
    const { rows, cols } = attributesSchema.parse(info.attributes);
    return {
      id: recording.id,
      label: labelOf(recording),
      subject: recording.subject,
      task: recording.task,
      rows,
      cols,
      unit: info.unit,
      frames: recording.sampleCount,
      simulated: recording.simulated,
    };
  });
}

/**
 * Reads the recordings that a training names. Garbled and empty frames are left out, absent cells read 0, hot cells
 * are repaired.
 * @throws UserError `pressure.no-recordings`, `pressure.other-modality`, `pressure.mixed-grids`, `pressure.mixed-units`, `pressure.empty`
 */
export function readRecordedFrames(
  project: Project,
  training: Pick<KeypointTraining, 'recordings' | 'every' | 'floor' | 'fullScale'>,
  signal: AbortSignal,
): RecordedFrames {
  const chosen = chooseRecordings(project, training.recordings);
  const { rows, cols } = sameMat(project, chosen);
  const cells = rows * cols;
  const every = training.every ?? thinning(chosen, cells);
  const frames: Float32Array[] = [];
  const labels: { subject: string; recording: string; posture: string }[] = [];
  let cellSize: number | null = null;
  for (const recording of chosen) {
    signal.throwIfAborted();
    const { attributes } = project.arrays.info(recording.dataArrayId);
    const { corruptFrames, cellHeightCm } = attributesSchema.parse(attributes);
    cellSize = cellHeightCm ?? null;
    for (const [index, frame] of readEvery(project, recording, cells, every)) {
      if (corruptFrames.includes(index)) continue;
      for (let cell = 0; cell < cells; cell++) if (!(frame[cell] > 0)) frame[cell] = 0;
      frames.push(frame);
      labels.push({ subject: recording.subject, recording: recording.id, posture: recording.task });
    }
  }
  const fullScale = training.fullScale ?? percentile(frames, FULL_SHARE);
  const floor = training.floor ?? fullScale * FLOOR_SHARE;
  for (const frame of frames) repairHotCells(frame, rows, cols, fullScale * HOT_SHARE);
  const kept = [...frames.keys()].filter((at) => frames[at].some((value) => value > floor));
  if (kept.length === 0)
    throw new UserError(
      'pressure.empty',
      `No frame of the ${chosen.length} recordings has a cell above ${floor}: lower the floor or choose others.`,
      { count: chosen.length, floor },
    );
  const all = new Float32Array(kept.length * cells);
  for (const [at, index] of kept.entries()) all.set(frames[index], at * cells);
  return {
    set: {
      rows,
      cols,
      cellSize,
      frames: all,
      subjects: kept.map((at) => labels[at].subject),
      recordings: kept.map((at) => labels[at].recording),
      postures: kept.map((at) => labels[at].posture),
    },
    floor,
    fullScale,
    simulated: chosen.some(({ simulated }) => simulated),
    recordings: chosen.map(({ id }) => id),
  };
}

/**
 * A frame from the middle of each of some recordings of one mat, as a training sees it; null where there are none.
 * @param fullScale as the training took it
 */
export function readExampleFrames(
  project: Project,
  chosen: readonly Recording[],
  fullScale: number,
): { set: FrameSet; at: { recording: string; frame: number }[] } | null {
  if (chosen.length === 0) return null;
  const { rows, cols } = sameMat(project, chosen);
  const cells = rows * cols;
  const frames = new Float32Array(chosen.length * cells);
  const at = chosen.map((recording, index) => {
    const middle = Math.floor(recording.sampleCount / 2);
    const { data } = project.arrays.readAs(recording.dataArrayId, 'float32', [
      { start: middle, stop: middle + 1 },
      { start: 0, stop: cells },
    ]);
    const frame = data.slice();
    // Absent cells are no numbers.
    for (let cell = 0; cell < cells; cell++) if (!(frame[cell] > 0)) frame[cell] = 0;
    repairHotCells(frame, rows, cols, fullScale * HOT_SHARE);
    frames.set(frame, index * cells);
    return { recording: labelOf(recording), frame: middle };
  });
  const set: FrameSet = {
    rows,
    cols,
    cellSize: null,
    frames,
    subjects: chosen.map(({ subject }) => subject),
    recordings: chosen.map(({ id }) => id),
    postures: chosen.map(({ task }) => task),
  };
  return { set, at };
}

function chooseRecordings(project: Project, wanted: readonly string[] | null): Recording[] {
  const chosen =
    wanted === null
      ? project.recordings.list({ modality: 'pressure' })
      : wanted.map((id) => project.recordings.get(id));
  if (chosen.length === 0)
    throw new UserError(
      'pressure.no-recordings',
      'This project has no pressure recordings; import some first.',
    );
  for (const recording of chosen)
    if (recording.modality !== 'pressure')
      throw new UserError(
        'pressure.other-modality',
        `${labelOf(recording)} is not a pressure recording: leave it out.`,
        { label: labelOf(recording) },
      );
  return chosen;
}

function sameMat(project: Project, chosen: readonly Recording[]): { rows: number; cols: number } {
  const grids = chosen.map(({ dataArrayId }) => {
    const { attributes, unit } = project.arrays.info(dataArrayId);
    const { rows, cols } = attributesSchema.parse(attributes);
    return { rows, cols, unit };
  });
  const [first] = grids;
  const odd = grids.findIndex(({ rows, cols }) => rows !== first.rows || cols !== first.cols);
  if (odd >= 0)
    throw new UserError(
      'pressure.mixed-grids',
      `${labelOf(chosen[odd])} has ${grids[odd].rows} × ${grids[odd].cols} cells and ${labelOf(chosen[0])} ${first.rows} × ${first.cols}: train on recordings of one mat.`,
      {
        label: labelOf(chosen[odd]),
        rows: grids[odd].rows,
        cols: grids[odd].cols,
        other: labelOf(chosen[0]),
        otherRows: first.rows,
        otherCols: first.cols,
      },
    );
  const other = grids.findIndex(({ unit }) => unit !== first.unit);
  if (other >= 0)
    throw new UserError(
      'pressure.mixed-units',
      `${labelOf(chosen[other])} is in ${grids[other].unit} and ${labelOf(chosen[0])} in ${first.unit}: train on recordings of one unit.`,
      {
        label: labelOf(chosen[other]),
        unit: grids[other].unit,
        other: labelOf(chosen[0]),
        otherUnit: first.unit,
      },
    );
  return first;
}

/** Takes so many of the frames that they stay well inside memory: neighbours are nearly the same. */
function thinning(chosen: readonly Recording[], cells: number): number {
  const total = chosen.reduce((sum, { sampleCount }) => sum + sampleCount, 0);
  return Math.max(1, Math.ceil((total * cells) / MOST_VALUES));
}

/** Every so-many-th frame with its index, read a block at a time. */
function* readEvery(
  project: Project,
  { dataArrayId, sampleCount }: Recording,
  cells: number,
  every: number,
): Generator<[number, Float32Array]> {
  for (let start = 0; start < sampleCount; start += BLOCK) {
    const stop = Math.min(sampleCount, start + BLOCK);
    const { data } = project.arrays.readAs(dataArrayId, 'float32', [
      { start, stop },
      { start: 0, stop: cells },
    ]);
    for (let index = Math.ceil(start / every) * every; index < stop; index += every)
      yield [index, data.slice((index - start) * cells, (index - start + 1) * cells)];
  }
}

/** A percentile of the cells above zero, over evenly taken values. */
function percentile(frames: readonly Float32Array[], share: number): number {
  const total = frames.reduce((sum, frame) => sum + frame.length, 0);
  const stride = Math.max(1, Math.floor(total / SAMPLED));
  const values: number[] = [];
  let at = 0;
  for (const frame of frames)
    for (const value of frame) if (at++ % stride === 0 && value > 0) values.push(value);
  values.sort((a, b) => a - b);
  return values[Math.min(values.length - 1, Math.floor(values.length * share))] ?? 1;
}

function labelOf({ subject, session, task, run }: Recording): string {
  return [
    `sub-${subject}`,
    ...(session === null ? [] : [`ses-${session}`]),
    `task-${task}`,
    ...(run === null ? [] : [`run-${run}`]),
  ].join('_');
}
