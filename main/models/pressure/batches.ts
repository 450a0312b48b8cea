import type { TensorValue } from '../../runtime/tensor-value.ts';
import { createRandom, type Random } from '../../tensor/random/xoshiro.ts';
import { contactMask, type FrameSet, frameCount, frameOf, normaliseFrame } from './frames.ts';
import { type Stage, viewsOf } from './keypoint-training.ts';
import type { Objective } from './losses.ts';
import { CONTROL_POINTS, drawWarp, type Warp, type WarpRange, warpMap } from './warp.ts';

export interface BatchOptions {
  readonly batch: number;
  readonly seed: number;
  /** Pressure below which a cell counts as unloaded. */
  readonly floor: number;
  /** Deformations of the frames themselves. */
  readonly augment: WarpRange;
  /** Deformations between the two views of the equivariance loss. */
  readonly warp: WarpRange;
}

/** Which stage a batch is for. */
export interface BatchStage {
  readonly stage: Stage;
  readonly freeze: boolean;
  readonly objective: Objective;
}

type Batch = Record<string, TensorValue<'float32'>>;

/**
 * Frames → batches. A batch depends on seed and step alone, so that training goes on after an interruption with the
 * batches it would have had.
 */
export function createBatches(
  set: FrameSet,
  options: BatchOptions,
): (step: number, stage: BatchStage) => Batch {
  const { rows, cols } = set;
  const cells = rows * cols;
  const count = frameCount(set);
  const { batch } = options;
  const dims = [batch, 1, rows, cols];
  const scratch = new Float32Array(cells);
  return (step, stage) => {
    const random = createRandom(options.seed, step + 1);
    const views = viewsOf(stage);
    const made: Record<string, Float32Array> = {
      map: new Float32Array(batch * cells),
      absolute: new Float32Array(batch * cells),
    };
    if (stage.stage === 'classification') made.mask = new Float32Array(batch * cells);
    if (views.warped) made['warped.map'] = new Float32Array(batch * cells);
    if (views.neighbour) made['neighbour.map'] = new Float32Array(batch * cells);
    const warps: Warp[] = [];
    for (let item = 0; item < batch; item++) {
      const slot = (name: string) => made[name].subarray(item * cells, (item + 1) * cells);
      const index = random.integer(count);
      const placed = drawWarp(random, options.augment);
      warpMap(frameOf(set, index), rows, cols, placed, slot('absolute'));
      normaliseFrame(slot('absolute'), options.floor, slot('map'));
      if (made.mask !== undefined) contactMask(slot('map'), rows, cols, slot('mask'));
      if (views.warped) {
        const warp = drawWarp(random, options.warp);
        warps.push(warp);
        warpMap(slot('absolute'), rows, cols, warp, scratch);
        normaliseFrame(scratch, options.floor, slot('warped.map'));
      }
      if (views.neighbour) {
        warpMap(frameOf(set, neighbourOf(set, index, random)), rows, cols, placed, scratch);
        normaliseFrame(scratch, options.floor, slot('neighbour.map'));
      }
    }
    const feeds: Batch = Object.fromEntries(
      Object.entries(made).map(([name, data]) => [name, { type: 'float32', dims, data }]),
    );
    return views.warped ? { ...feeds, ...warpFeeds(warps) } : feeds;
  };
}

/** The frame before or after, within the same recording; the frame itself where it stands alone. */
function neighbourOf(set: FrameSet, index: number, random: Random): number {
  const choices = [index - 1, index + 1].filter((other) => set.recordings[other] === set.recordings[index]);
  return choices.length === 0 ? index : choices[random.integer(choices.length)];
}

/** Deformations as the equivariance loss takes them. */
export function warpFeeds(warps: readonly Warp[]): Batch {
  const count = warps.length;
  const tensor = (dims: readonly number[], data: Float32Array): TensorValue<'float32'> => ({
    type: 'float32',
    dims,
    data,
  });
  return {
    // Points are rows here, so the linear part goes in transposed.
    'warp.linear': tensor(
      [count, 2, 2],
      Float32Array.from(warps.flatMap(({ linear: [a, b, c, d] }) => [a, c, b, d])),
    ),
    'warp.shift': tensor([count, 1, 2], Float32Array.from(warps.flatMap(({ shift }) => [...shift]))),
    'warp.bend': tensor(
      [count, CONTROL_POINTS.length, 2],
      Float32Array.from(warps.flatMap(({ bend }) => CONTROL_POINTS.flatMap((_, at) => bend[at] ?? [0, 0]))),
    ),
    'warp.mirrored': tensor(
      [count, 1, 1],
      Float32Array.from(warps, ({ mirrored }) => Number(mirrored)),
    ),
  };
}
