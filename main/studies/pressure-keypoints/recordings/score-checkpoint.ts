import { openDetector } from '../../../models/pressure/detector.ts';
import { type FrameSet, frameCount, normaliseFrame, takeFrames } from '../../../models/pressure/frames.ts';
import { scoreDrawings } from '../../../models/pressure/score-drawings.ts';
import type { KeypointPlan } from '../../../models/pressure/train-keypoints.ts';
import type { TrainingState } from '../../../models/training/trainer.ts';
import { measureStability } from '../evaluate-stability.ts';

/** Frames that a checkpoint is scored on, evenly taken. */
const SCORED = 48;

/**
 * How well a checkpoint draws some frames, and how steadily its points move with them: `l1` and `ssim` of the drawn
 * maps, `equivariance` in cells.
 */
export async function scoreCheckpoint(
  { config, floor, fullScale, seed }: KeypointPlan,
  weights: TrainingState,
  frames: FrameSet,
): Promise<Readonly<Record<'l1' | 'ssim' | 'equivariance', number>>> {
  const count = frameCount(frames);
  const wanted = Math.min(SCORED, count);
  const some = takeFrames(
    frames,
    Array.from({ length: wanted }, (_, at) => Math.floor((at * count) / wanted)),
  );
  const cells = config.rows * config.cols;
  const detector = await openDetector({ config, weights, floor, fullScale }, { draw: true });
  try {
    const detection = await detector.detect(some.frames);
    const shown = new Float32Array(some.frames.length);
    for (let at = 0; at < shown.length; at += cells)
      normaliseFrame(some.frames.subarray(at, at + cells), floor, shown.subarray(at, at + cells));
    const { l1, ssim } = await scoreDrawings(detection.drawn, shown, config.rows, config.cols);
    const indices = Array.from({ length: wanted }, (_, at) => at);
    const { stability } = await measureStability(detector, some, indices, detection, floor, seed);
    return { l1, ssim, equivariance: stability.equivariance };
  } finally {
    await detector.release();
  }
}
