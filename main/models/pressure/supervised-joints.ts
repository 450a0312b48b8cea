import { meanSquare } from '../../graph/blocks/distances.ts';
import type { ValueName } from '../../graph/graph-builder.ts';
import { operators } from '../../graph/ops/registry.ts';
import { adam } from '../../graph/optimizers/adam.ts';
import { learningRate } from '../../graph/optimizers/schedule.ts';
import { TypedGraph } from '../../graph/typed-graph.ts';
import type { TensorValue } from '../../runtime/tensor-value.ts';
import { createRandom } from '../../tensor/random/xoshiro.ts';
import { openTrainer, type TrainingState } from '../training/trainer.ts';
import { buildTrainingGraph } from '../training/training-graph.ts';
import { gridOf, type KeypointConfig, strideOf } from './config.ts';
import { writeEncoder } from './encoder.ts';
import { type FrameSet, frameCount, frameOf, normaliseFrame } from './frames.ts';
import { readKeypoints } from './fuser.ts';
import { initialiseKeypoints } from './initialise.ts';
import { DECAY } from './keypoint-training.ts';
import { LayerWriter } from './layer-writer.ts';
import { centred } from './losses.ts';
import { drawWarp, type WarpRange, warpMap } from './warp.ts';
import { warpedJoints } from './warped-joints.ts';

export interface SupervisedOptions {
  /** Its `keypoints` is the number of joints. */
  readonly config: KeypointConfig;
  readonly steps: number;
  readonly batch: number;
  readonly learningRate: number;
  readonly seed: number;
  readonly floor: number;
  /** Shifts, rotations, sizes and flips only: they can be undone for the joints. */
  readonly augment: WarpRange;
  /** For each joint that of the other side. */
  readonly partners: readonly number[];
  readonly threads?: number;
  /** Steps between two looks at the weights. */
  readonly every: number;
  /** Sees the weights; true stops the training. */
  readonly look: (step: number, loss: number, weights: TrainingState) => Promise<boolean>;
}

/** Width of the target around a joint, in cells of the heat map. */
const TARGET_WIDTH = 1;

/**
 * Trains the keypoint encoder with known joints instead of without: the upper mark that discovered points are held
 * against. Loss: cross-entropy of each heat map with a Gaussian around its joint, and the squared distance of its
 * soft-argmax to the joint (integral regression, Sun et al. 2018).
 * The model must be one without a feature map, which no joint would train.
 * @param joints frame × joint × (row, column), cells
 * @returns weights for a detector without decoder
 */
export async function trainSupervised(
  options: SupervisedOptions,
  frames: FrameSet,
  joints: Float32Array,
): Promise<TrainingState> {
  const { config, batch, steps, every } = options;
  const { rows, cols } = config;
  const graph = new TypedGraph('supervised-joints', operators);
  const writer = new LayerWriter(graph);
  const map = graph.input('map', 'float32', [batch, 1, rows, cols]);
  const truth = graph.input('joints', 'float32', [batch, config.keypoints, 2]);
  const encoded = writeEncoder(writer, config, map);
  const found = readKeypoints(writer, config, map, map, encoded);
  const places = centred(graph, config, found.places);
  const loss = graph.add(
    graph.scale(meanSquare(graph, places, truth), 100),
    heatLoss(graph, config, encoded.heat, batch),
  );
  const training = buildTrainingGraph(graph, loss, writer.parameters, adam(), 5);
  const trainer = await openTrainer(
    training,
    initialiseKeypoints(writer.parameters, config.sharpness, options.seed),
    DECAY,
    options.threads === undefined ? {} : { threads: options.threads },
  );
  const schedule = {
    kind: 'cosine',
    peak: options.learningRate,
    warmupSteps: 20,
    totalSteps: steps,
    floor: 0.05,
  } as const;
  const weights = (): TrainingState =>
    Object.fromEntries(writer.parameters.map(({ name }) => [name, trainer.state[name].slice()]));
  try {
    let sum = 0;
    for (let step = 1; step <= steps; step++) {
      const result = await trainer.train(
        supervisedBatch(options, frames, joints, step),
        learningRate(schedule, step),
      );
      sum += result.loss / every;
      if (step % every !== 0 && step !== steps) continue;
      if (await options.look(step, sum, weights())) break;
      sum = 0;
    }
    return weights();
  } finally {
    await trainer.release();
  }
}

/** Mean cross-entropy of the heat maps with their targets (input `targets`, [batch, joints, cells], sums of 1). */
function heatLoss(graph: TypedGraph, config: KeypointConfig, heat: ValueName, batch: number): ValueName {
  const grid = gridOf(config);
  const targets = graph.input('targets', 'float32', [batch, config.keypoints, grid.rows * grid.cols]);
  const logs = graph.node('Log', [graph.add(heat, graph.number(1e-6, heat))]);
  const each = graph.sum(graph.mul(targets, logs), [2], false);
  return graph.scale(graph.mean(each, [0, 1], false), -1);
}

function supervisedBatch(
  { config, batch, seed, floor, augment, partners }: SupervisedOptions,
  frames: FrameSet,
  joints: Float32Array,
  step: number,
): Record<string, TensorValue> {
  const { rows, cols, keypoints } = config;
  const grid = gridOf(config);
  const cells = rows * cols;
  const spots = grid.rows * grid.cols;
  const longer = Math.max(rows, cols);
  const random = createRandom(seed, step);
  const map = new Float32Array(batch * cells);
  const truth = new Float32Array(batch * keypoints * 2);
  const targets = new Float32Array(batch * keypoints * spots);
  const scratch = new Float32Array(cells);
  for (let item = 0; item < batch; item++) {
    const index = random.integer(frameCount(frames));
    const warp = drawWarp(random, { ...augment, bend: 0 });
    warpMap(frameOf(frames, index), rows, cols, warp, scratch);
    normaliseFrame(scratch, floor, map.subarray(item * cells, (item + 1) * cells));
    const own = joints.subarray(index * keypoints * 2, (index + 1) * keypoints * 2);
    const moved = warpedJoints(warp, own, rows, cols, partners);
    for (let joint = 0; joint < keypoints; joint++) {
      const [row, col] = moved.subarray(joint * 2, joint * 2 + 2);
      const slot = item * keypoints + joint;
      truth[slot * 2] = (row - (rows - 1) / 2) / longer;
      truth[slot * 2 + 1] = (col - (cols - 1) / 2) / longer;
      fillTarget(targets.subarray(slot * spots, (slot + 1) * spots), config, row, col);
    }
  }
  return {
    map: { type: 'float32', dims: [batch, 1, rows, cols], data: map },
    joints: { type: 'float32', dims: [batch, keypoints, 2], data: truth },
    targets: { type: 'float32', dims: [batch, keypoints, spots], data: targets },
  };
}

/** A Gaussian around a place of the map over the cells of the heat map, with a sum of 1. */
function fillTarget(out: Float32Array, config: KeypointConfig, row: number, col: number): void {
  const grid = gridOf(config);
  const stride = strideOf(config);
  const at = (place: number) => (place - (stride - 1) / 2) / stride;
  // A joint off the mat counts at its edge: no cell is nearer.
  const inside = (place: number, size: number) => Math.min(Math.max(at(place), 0), size - 1);
  const [y, x] = [inside(row, grid.rows), inside(col, grid.cols)];
  let total = 0;
  for (let cell = 0; cell < out.length; cell++) {
    const [down, across] = [Math.floor(cell / grid.cols) - y, (cell % grid.cols) - x];
    out[cell] = Math.exp(-(down ** 2 + across ** 2) / (2 * TARGET_WIDTH ** 2));
    total += out[cell];
  }
  for (let cell = 0; cell < out.length; cell++) out[cell] /= total;
}
