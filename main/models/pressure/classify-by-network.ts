import type { ValueName } from '../../graph/graph-builder.ts';
import { encodeModel } from '../../graph/onnx/encode.ts';
import { operators } from '../../graph/ops/registry.ts';
import { adam } from '../../graph/optimizers/adam.ts';
import { TypedGraph } from '../../graph/typed-graph.ts';
import { openSession } from '../../runtime/session.ts';
import { float32Of, type TensorValue } from '../../runtime/tensor-value.ts';
import { createRandom } from '../../tensor/random/xoshiro.ts';
import { openTrainer, type TrainingState } from '../training/trainer.ts';
import { buildTrainingGraph } from '../training/training-graph.ts';
import { initialiseKeypoints } from './initialise.ts';
import { LayerWriter } from './layer-writer.ts';

/** A network that gives scores of classes for samples of one shape. */
export interface ScoreNetwork {
  /** Of one sample. */
  readonly shape: readonly number[];
  readonly classes: number;
  /** @param x [count, ...shape]; @returns scores [count, classes], without a softmax */
  write(writer: LayerWriter, x: ValueName): ValueName;
}

export interface ClassifierTraining {
  readonly steps: number;
  readonly learningRate: number;
  /** Samples of a step, drawn at random; null takes all of them every time. */
  readonly batch: number | null;
  readonly seed: number;
}

/**
 * Trains a network by cross-entropy (its scores enter as they are, without a softmax before it) with Adam and weight
 * decay, and classifies other samples.
 * @param train sample × shape, standardised or between 0 and 1; @param test the same
 */
export async function classifyByNetwork(
  network: ScoreNetwork,
  options: ClassifierTraining,
  train: Float32Array,
  labels: readonly number[],
  test: Float32Array,
): Promise<number[]> {
  const size = network.shape.reduce((product, length) => product * length, 1);
  const count = train.length / size;
  const batch = options.batch === null ? count : Math.min(options.batch, count);
  const dims = [batch, ...network.shape];
  const graph = new TypedGraph('classifier', operators);
  const writer = new LayerWriter(graph);
  const x = graph.input('samples', 'float32', dims);
  const targets = graph.input('labels', 'int64', [batch]);
  const [loss] = graph.nodeN('SoftmaxCrossEntropyLoss', [network.write(writer, x), targets], ['', ''], {
    reduction: 'mean',
  });
  const training = buildTrainingGraph(graph, loss, writer.parameters, adam({ weightDecay: 0.01 }), 1);
  const trainer = await openTrainer(
    training,
    initialiseKeypoints(writer.parameters, 1, options.seed),
    { beta1: 0.9, beta2: 0.999 },
    { threads: 1 },
  );
  let state: TrainingState;
  try {
    for (let step = 0; step < options.steps; step++) {
      const chosen = batch === count ? null : drawn(count, batch, options.seed, step);
      const samples = chosen === null ? train : new Float32Array(batch * size);
      if (chosen !== null)
        for (const [at, index] of chosen.entries())
          samples.set(train.subarray(index * size, (index + 1) * size), at * size);
      const given = chosen === null ? labels : chosen.map((index) => labels[index]);
      await trainer.train(
        {
          samples: { type: 'float32', dims, data: samples },
          labels: { type: 'int64', dims: [batch], data: BigInt64Array.from(given, BigInt) },
        },
        options.learningRate,
      );
    }
    state = Object.fromEntries(writer.parameters.map(({ name }) => [name, trainer.state[name].slice()]));
  } finally {
    await trainer.release();
  }
  return predict(network, state, test, size);
}

function drawn(count: number, batch: number, seed: number, step: number): number[] {
  const random = createRandom(seed, step + 1);
  return Array.from({ length: batch }, () => random.integer(count));
}

/** Samples that are classified at once. */
const CHUNK = 64;

async function predict(
  network: ScoreNetwork,
  state: TrainingState,
  test: Float32Array,
  size: number,
): Promise<number[]> {
  const graph = new TypedGraph('classifier', operators);
  const x = graph.input('samples', 'float32', ['batch', ...network.shape]);
  const scores = network.write(new LayerWriter(graph, state), x);
  graph.output(scores, 'float32', ['batch', network.classes], 'scores');
  const session = await openSession(encodeModel(graph.build()), { threads: 1 });
  const found: number[] = [];
  try {
    for (let start = 0; start < test.length; start += CHUNK * size) {
      const data = test.subarray(start, Math.min(test.length, start + CHUNK * size));
      const samples: TensorValue = { type: 'float32', dims: [data.length / size, ...network.shape], data };
      const results = await session.run({ samples });
      const values = float32Of(results.scores, 'scores');
      for (let row = 0; row < values.length; row += network.classes) {
        const own = values.subarray(row, row + network.classes);
        found.push(own.indexOf(Math.max(...own)));
      }
    }
    return found;
  } finally {
    await session.release();
  }
}
