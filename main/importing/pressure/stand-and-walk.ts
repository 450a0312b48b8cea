import { measureColumns, type PressureGrid } from '../../analysis/pressure/measures.ts';
import { type LoadSeries, standing, walking } from '../../analysis/pressure/stand-and-walk.ts';
import type { PlannedPressure } from '../../contract/modality-import.ts';
import type { StandAndWalk } from '../../contract/pressure-tests.ts';
import type { Project } from '../../data/project.ts';
import { cellHealth } from '../../formats/pressure/cell-health.ts';
import { footLoads } from './feet.ts';
import { pipelineMeasures } from './frame-measures.ts';
import { framePipeline } from './frame-pipeline.ts';
import { openPlanned } from './open-planned.ts';

/** Columns of a recording's measures as they are stored: those of every frame, then the load under either foot. */
export const storedMeasures = [...measureColumns, 'left load', 'right load'] as const;

/** Frames and values looked at before an import; the page waits for them. */
const MOST_FRAMES = 6000;
const MOST_VALUES = 3e7;

/**
 * What a recording says of standing and walking, as its plan would store it: every frame in order, of long recordings
 * the first ones. Garbled frames say nothing.
 * @throws UserError as the format's reader, `pressure.no-cell-size`
 */
export async function previewStandAndWalk(plan: PlannedPressure): Promise<StandAndWalk> {
  const recording = await openPlanned(plan);
  try {
    const health = await cellHealth(recording, Math.ceil(recording.frameCount / 100));
    const pipeline = framePipeline(recording, plan, health);
    const { grid, rate, feet } = pipeline;
    const cells = grid.rows * grid.cols;
    const frames = Math.min(recording.frameCount, MOST_FRAMES, Math.max(1, Math.floor(MOST_VALUES / cells)));
    const garbled = new Set(recording.corruptFrames);
    const [x, y, sum, left, right]: number[][] = [[], [], [], [], []];
    for (let index = 0; index < frames; index++) {
      const frame = garbled.has(index)
        ? new Float32Array(cells).fill(Number.NaN)
        : await pipeline.frame(index);
      const measures = pipelineMeasures(frame, pipeline, plan.threshold);
      const [onLeft, onRight] = footLoads(frame, feet, plan.threshold);
      x.push(measures.centreX);
      y.push(measures.centreY);
      sum.push(measures.sum);
      left.push(onLeft);
      right.push(onRight);
    }
    const times = timesOf(frames, recording.times, rate);
    return told({ x, y, sum, left, right, times }, grid, {
      frames,
      of: recording.frameCount,
      feet: feet.kind,
    });
  } finally {
    await recording.close();
  }
}

/**
 * What a stored recording says of standing and walking, of all its frames; null where the load under the feet was not
 * kept with it.
 * @throws UserError where there is no such recording
 */
export function storedStandAndWalk(project: Project, recordingId: string): StandAndWalk | null {
  const { attributes } = project.arrays.info(project.recordings.get(recordingId).dataArrayId);
  const { measuresArrayId, rate, times, rows, cols, cellWidthCm, cellHeightCm, feet } = attributes;
  if (typeof measuresArrayId !== 'string' || (feet !== 'sensors' && feet !== 'halves')) return null;
  const { data, shape } = project.arrays.readAs(measuresArrayId, 'float32');
  const column = (name: (typeof storedMeasures)[number]) =>
    Array.from({ length: shape[0] }, (_, at) => data[at * shape[1] + storedMeasures.indexOf(name)]);
  const grid: PressureGrid = {
    rows: Number(rows),
    cols: Number(cols),
    cellWidth: typeof cellWidthCm === 'number' ? cellWidthCm : null,
    cellHeight: typeof cellHeightCm === 'number' ? cellHeightCm : null,
    cellArea: null,
  };
  const series = {
    x: column('centre x'),
    y: column('centre y'),
    sum: column('sum'),
    left: column('left load'),
    right: column('right load'),
    times: timesOf(
      shape[0],
      Array.isArray(times) ? Float64Array.from(times, Number) : null,
      typeof rate === 'number' ? rate : null,
    ),
  };
  return told(series, grid, { frames: shape[0], of: shape[0], feet });
}

function timesOf(frames: number, times: Float64Array | null, rate: number | null): number[] | null {
  if (times === null && rate === null) return null;
  return Array.from({ length: frames }, (_, at) => times?.[at] ?? at / (rate ?? 1));
}

function told(
  series: LoadSeries,
  grid: PressureGrid,
  about: Pick<StandAndWalk, 'frames' | 'of' | 'feet'>,
): StandAndWalk {
  const { result, sway } = standing(series, grid);
  const { cellWidth: width, cellHeight: height } = grid;
  return {
    ...about,
    balance: result,
    gait: walking(series),
    sway,
    cell: width === null || height === null ? null : { width, height },
  };
}
