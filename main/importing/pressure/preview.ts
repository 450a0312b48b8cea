import { measureColumns, measureRow } from '../../analysis/pressure/measures.ts';
import type { PlannedPressure, PressurePreview } from '../../contract/modality-import.ts';
import { cellHealth } from '../../formats/pressure/cell-health.ts';
import type { PressureRecording } from '../../formats/pressure/recording.ts';
import { pipelineMeasures } from './frame-measures.ts';
import { type FramePipeline, framePipeline } from './frame-pipeline.ts';
import { guessHeadEnd } from './head-end.ts';
import { openPlanned } from './open-planned.ts';

/** Values sent to the page at most. */
const MOST_VALUES = 200_000;
const MOST_FRAMES = 150;

/**
 * Frames of a recording as its plan would store them, spread over its length, each with its measures.
 * @throws UserError as the format's reader, `pressure.no-cell-size`
 */
export async function previewPressure(plan: PlannedPressure): Promise<PressurePreview> {
  const recording = await openPlanned(plan);
  try {
    const health = await cellHealth(recording, Math.ceil(recording.frameCount / 100));
    const pipeline = framePipeline(recording, plan, health);
    const { rows, cols, grid, unit } = pipeline;
    const shown = Math.max(
      1,
      Math.min(MOST_FRAMES, Math.floor(MOST_VALUES / (rows * cols)), recording.frameCount),
    );
    const garbled = new Set(recording.corruptFrames);
    const frames: PressurePreview['frames'] = [];
    const measures: PressurePreview['measures'] = [];
    const mean = new Float64Array(rows * cols);
    const hot = new Set(pipeline.health.hot);
    let highest = 0;
    for (let at = 0; at < shown; at++) {
      const index = shown === 1 ? 0 : Math.round((at * (recording.frameCount - 1)) / (shown - 1));
      const frame = await pipeline.frame(index);
      const corrupt = garbled.has(index);
      const seconds = recording.times?.[index] ?? (pipeline.rate === null ? null : index / pipeline.rate);
      frames.push({ index, seconds, values: Array.from(frame, rounded), corrupt });
      if (corrupt) {
        measures.push(measureColumns.map(() => null));
        continue;
      }
      measures.push(measureRow(pipelineMeasures(frame, pipeline, plan.threshold)).map(finite));
      frame.forEach((value, cell) => {
        mean[cell] += value || 0;
        if (value > highest && !hot.has(cell)) highest = value;
      });
    }
    return {
      rows,
      cols,
      unit,
      cell:
        grid.cellWidth === null || grid.cellHeight === null
          ? null
          : { width: grid.cellWidth, height: grid.cellHeight },
      placed: pipeline.placed,
      parts: partsOf(recording, pipeline),
      frames,
      highest,
      hotCells: [...pipeline.health.hot],
      deadCells: [...pipeline.health.dead],
      measureNames: [...measureColumns],
      measures,
      head: recording.placed ? guessHeadEnd(mean, rows, cols) : 'unclear',
    };
  } finally {
    await recording.close();
  }
}

/** Sensors with the middle of each in the stored frame. */
function partsOf({ parts, cols }: PressureRecording, pipeline: FramePipeline): PressurePreview['parts'] {
  return parts.map(({ name, side, ...box }) => {
    let [count, down, across] = [0, 0, 0];
    pipeline.source.forEach((cell, at) => {
      const [row, col] = [Math.floor(cell / cols), cell % cols];
      if (row < box.row || row >= box.row + box.rows || col < box.col || col >= box.col + box.cols) return;
      count += 1;
      down += Math.floor(at / pipeline.cols) + 0.5;
      across += (at % pipeline.cols) + 0.5;
    });
    return { name, side, row: down / count, col: across / count };
  });
}

/** Three digits are enough for a colour; null where the cell does not exist. */
function rounded(value: number): number | null {
  return Number.isNaN(value) ? null : Number(value.toPrecision(4));
}

function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
