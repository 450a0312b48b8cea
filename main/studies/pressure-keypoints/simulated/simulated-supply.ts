import { simulateMat } from './simulate-mat.ts';

/** Frames a simulated person lies the same way before turning. */
const FRAMES_PER_POSE = 400;

/** Endless frames of a simulated person who turns now and then, for stations without a device. */
export function simulatedSupply(
  rows: number,
  cols: number,
  rate: number,
  seed: number,
): { rate: number; next(): Promise<Float32Array>; close(): Promise<void> } {
  const mat = simulateMat({
    seed,
    subjects: 1,
    poses: 3,
    frames: 8,
    rows,
    cols,
    cellSize: 192 / rows,
    hotCells: 0,
  });
  const cells = rows * cols;
  const perPose = mat.options.frames;
  const poses = mat.subjects.length / perPose;
  let index = 0;
  return {
    rate,
    async next() {
      const pose = Math.floor(index / FRAMES_PER_POSE) % poses;
      // Back and forth through the frames of a pose, slowly: breathing, not flicker.
      const slow = Math.floor(index / Math.max(1, rate / 2)) % (2 * perPose - 2);
      const frame = slow < perPose ? slow : 2 * perPose - 2 - slow;
      index++;
      const at = (pose * perPose + frame) * cells;
      return mat.frames.slice(at, at + cells);
    },
    close: async () => {},
  };
}
