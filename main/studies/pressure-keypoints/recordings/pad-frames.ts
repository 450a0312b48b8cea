import type { KeypointConfig } from '../../../models/pressure/config.ts';
import { type FrameSet, frameCount, frameOf } from '../../../models/pressure/frames.ts';

/** Frames on the model's grid: empty cells are added below and to the right, so that places stay what they are. */
export function padded(set: FrameSet, { rows, cols }: Pick<KeypointConfig, 'rows' | 'cols'>): FrameSet {
  if (set.rows === rows && set.cols === cols) return set;
  const count = frameCount(set);
  const frames = new Float32Array(count * rows * cols);
  for (let index = 0; index < count; index++)
    for (let row = 0; row < set.rows; row++)
      frames.set(
        frameOf(set, index).subarray(row * set.cols, (row + 1) * set.cols),
        (index * rows + row) * cols,
      );
  return { ...set, rows, cols, frames };
}
