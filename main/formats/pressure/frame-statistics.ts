import type { PressureRecording } from './recording.ts';

/** One frame in figures: cells counted from 0, top row first; only cells that exist and are loaded (above 0) count. */
export interface FrameFigures {
  readonly peak: { readonly row: number; readonly col: number };
  readonly sum: number;
  readonly contactCells: number;
  readonly meanInContact: number;
  /** Row and column of the pressure-weighted mean; null without load. */
  readonly centre: readonly [number, number] | null;
}

/** Sums over a whole recording in float64, each frame's apart. */
export interface RecordingFigures {
  readonly sums: Float64Array;
  readonly peaks: Float64Array;
  /** Cells that do not exist in each frame. */
  readonly masked: Uint32Array;
}

/** Reads every frame once. */
export async function recordingFigures(recording: PressureRecording): Promise<RecordingFigures> {
  const { frameCount } = recording;
  const figures = {
    sums: new Float64Array(frameCount),
    peaks: new Float64Array(frameCount),
    masked: new Uint32Array(frameCount),
  };
  const memory = new Float32Array(recording.rows * recording.cols);
  for (let index = 0; index < frameCount; index++) {
    const frame = await recording.frame(index, memory);
    let sum = 0;
    let peak = Number.NEGATIVE_INFINITY;
    let masked = 0;
    for (let at = 0; at < frame.length; at++) {
      const value = frame[at];
      if (Number.isNaN(value)) masked += 1;
      else {
        sum += value;
        if (value > peak) peak = value;
      }
    }
    figures.sums[index] = sum;
    figures.peaks[index] = peak;
    figures.masked[index] = masked;
  }
  return figures;
}

/** Figures of one frame of `cols` columns. */
export function frameFigures(frame: Float32Array, cols: number): FrameFigures {
  let [sum, contactCells, rowSum, colSum, peak, peakAt] = [0, 0, 0, 0, Number.NEGATIVE_INFINITY, 0];
  frame.forEach((value, at) => {
    if (value > peak) {
      peak = value;
      peakAt = at;
    }
    if (!(value > 0)) return;
    sum += value;
    contactCells += 1;
    rowSum += value * Math.floor(at / cols);
    colSum += value * (at % cols);
  });
  return {
    peak: { row: Math.floor(peakAt / cols), col: peakAt % cols },
    sum,
    contactCells,
    meanInContact: contactCells === 0 ? 0 : sum / contactCells,
    centre: sum > 0 ? [rowSum / sum, colSum / sum] : null,
  };
}

/** Index of the first of the largest values from `from` on. */
export function firstMaximum(values: Float64Array, from = 0): number {
  let best = from;
  for (let index = from; index < values.length; index++) if (values[index] > values[best]) best = index;
  return best;
}
