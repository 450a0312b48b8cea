import { operators } from '../../graph/ops/registry.ts';
import { adam } from '../../graph/optimizers/adam.ts';
import { learningRate } from '../../graph/optimizers/schedule.ts';
import { TypedGraph } from '../../graph/typed-graph.ts';
import type { TensorValue } from '../../runtime/tensor-value.ts';
import { createRandom } from '../../tensor/random/xoshiro.ts';
import { openTrainer, type TrainingState } from '../training/trainer.ts';
import { buildTrainingGraph } from '../training/training-graph.ts';
import type { KeypointConfig } from './config.ts';
import { writeEncoder } from './encoder.ts';
import { type FrameSet, frameCount, frameOf, normaliseFrame } from './frames.ts';
import { readKeypoints } from './fuser.ts';
import { initialiseKeypoints } from './initialise.ts';
import { DECAY } from './keypoint-training.ts';
import { LayerWriter } from './layer-writer.ts';
import { centred, mse } from './losses.ts';
import { drawWarp, type Warp, type WarpRange, warpMap } from './warp.ts';

export interface SupervisedOptions {
  /** Its `keypoints` is the number of joints. */
  readonly config: KeypointConfig;
  readonly steps: number;
  readonly batch: number;
  readonly learningRate: number;
  readonly seed: number;
  readonly floor: number;
  /** Shifts, rotations and sizes only: they can be undone for the joints. */
  readonly augment: WarpRange;
}

/**
 * Trains the keypoint encoder with known joints instead of without: the upper mark that discovered points are held
 * against. Loss: squared distance of each soft-argmax to its joint (integral regression, Sun et al. 2018).
 * The model must be one without a feature map, which no joint would train.
 * @param joints frame × joint × (row, column), cells
 * @returns weights for a detector without decoder
 */
export async function trainSupervised(
  options: SupervisedOptions,
  frames: FrameSet,
  joints: Float32Array,
  onStep: (step: number, loss: number) => void,
): Promise<TrainingState> {
  const { config, batch, steps } = options;
  const { rows, cols } = config;
  const graph = new TypedGraph('supervised-joints', operators);
  const writer = new LayerWriter(graph);
  const dims = [batch, 1, rows, cols];
  const map = graph.input('map', 'float32', dims);
  const truth = graph.input('joints', 'float32', [batch, config.keypoints, 2]);
  const found = readKeypoints(writer, config, map, map, writeEncoder(writer, config, map));
  const places = graph.add(centred(graph, config, found.places), graph.number(0, truth));
  const loss = graph.scale(mse(graph, places, truth), 100);
  const training = buildTrainingGraph(graph, loss, writer.parameters, adam(), 5);
  const trainer = await openTrainer(
    training,
    initialiseKeypoints(writer.parameters, config.sharpness, options.seed),
    DECAY,
  );
  const schedule = {
    kind: 'cosine',
    peak: options.learningRate,
    warmupSteps: 20,
    totalSteps: steps,
    floor: 0.05,
  } as const;
  try {
    for (let step = 1; step <= steps; step++) {
      const feeds = supervisedBatch(options, frames, joints, step);
      const result = await trainer.train(feeds, learningRate(schedule, step));
      onStep(step, result.loss);
    }
    return Object.fromEntries(writer.parameters.map(({ name }) => [name, trainer.state[name].slice()]));
  } finally {
    await trainer.release();
  }
}

function supervisedBatch(
  { config, batch, seed, floor, augment }: SupervisedOptions,
  frames: FrameSet,
  joints: Float32Array,
  step: number,
): Record<string, TensorValue> {
  const { rows, cols, keypoints } = config;
  const cells = rows * cols;
  const longer = Math.max(rows, cols);
  const random = createRandom(seed, step);
  const map = new Float32Array(batch * cells);
  const truth = new Float32Array(batch * keypoints * 2);
  const scratch = new Float32Array(cells);
  for (let item = 0; item < batch; item++) {
    const index = random.integer(frameCount(frames));
    const warp = drawWarp(random, { ...augment, bend: 0, flip: 0 });
    warpMap(frameOf(frames, index), rows, cols, warp, scratch);
    normaliseFrame(scratch, floor, map.subarray(item * cells, (item + 1) * cells));
    for (let joint = 0; joint < keypoints; joint++) {
      const at = (index * keypoints + joint) * 2;
      const place = unwarp(
        warp,
        (joints[at] - (rows - 1) / 2) / longer,
        (joints[at + 1] - (cols - 1) / 2) / longer,
      );
      truth.set(place, (item * keypoints + joint) * 2);
    }
  }
  return {
    map: { type: 'float32', dims: [batch, 1, rows, cols], data: map },
    joints: { type: 'float32', dims: [batch, keypoints, 2], data: truth },
  };
}

/** Where a point of the map stands in its copy: the inverse of a warp without bends. */
function unwarp(warp: Warp, row: number, col: number): [number, number] {
  const [a, b, c, d] = warp.linear;
  const [y, x] = [row - warp.shift[0], col - warp.shift[1]];
  const determinant = a * d - b * c;
  return [(d * y - b * x) / determinant, (a * x - c * y) / determinant];
}
