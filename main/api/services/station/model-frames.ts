import { resample } from '../../../studies/pressure-keypoints/evaluation-frames.ts';
import type { StationModel } from '../../../studies/pressure-keypoints/posture-reader.ts';

interface Grid {
  readonly rows: number;
  readonly cols: number;
}

/** How a device's frames come to a model's grid, and its points back. */
export interface ModelFrames {
  /** The grid that frames are brought to by interpolation; null where every cell keeps its place. */
  readonly resampledTo: Grid | null;
  toModel(values: Float32Array): Float32Array;
  /** Row and column of a place on the device, from those on the model's grid. */
  toDevice(row: number, col: number): [number, number];
}

/**
 * Frames of a mat like those that the model was trained on keep their cells: empty ones are added below and to the
 * right, as in training. Those of another mat are interpolated over the same area first, and that is told.
 */
export function framesForModel(
  device: Grid,
  { detector, grid }: Pick<StationModel, 'detector' | 'grid'>,
): ModelFrames {
  const { rows, cols } = detector.config;
  const same = device.rows === grid.rows && device.cols === grid.cols;
  const [down, across] = [device.rows / grid.rows, device.cols / grid.cols];
  return {
    resampledTo: same ? null : { rows: grid.rows, cols: grid.cols },
    toModel(values) {
      const own = same ? values : resample(values, device.rows, device.cols, grid.rows, grid.cols);
      if (rows === grid.rows && cols === grid.cols) return own;
      const filled = new Float32Array(rows * cols);
      for (let row = 0; row < grid.rows; row++)
        filled.set(own.subarray(row * grid.cols, (row + 1) * grid.cols), row * cols);
      return filled;
    },
    toDevice: (row, col) => [(row + 0.5) * down - 0.5, (col + 0.5) * across - 0.5],
  };
}
