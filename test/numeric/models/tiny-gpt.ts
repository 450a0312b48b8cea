import { operators } from '../../../main/graph/ops/registry.ts';
import { adam } from '../../../main/graph/optimizers/adam.ts';
import type { Optimizer } from '../../../main/graph/optimizers/optimizer.ts';
import { TypedGraph } from '../../../main/graph/typed-graph.ts';
import {
  type Gpt2Config,
  gpt2,
  gpt2Parameters,
  nextTokenLoss,
} from '../../../main/models/architectures/gpt2.ts';
import {
  buildAccumulatingGraphs,
  buildTrainingGraph,
  type TrainingGraph,
} from '../../../main/models/training/training-graph.ts';
import type { TensorValue } from '../../../main/runtime/tensor-value.ts';

export const tiny: Gpt2Config = { vocabularySize: 11, positions: 6, width: 8, layers: 2, heads: 2 };
export const BATCH = 3;
export const LENGTH = 6;

/** A training graph of the tiny model; parameters whose name matches `masked` can be frozen in part. */
export function tinyTraining(
  optimizer: Optimizer = adam(),
  masked = /^$/,
  clip: number | null = null,
  passes = 1,
  half = false,
): TrainingGraph {
  const graph = new TypedGraph('tiny', operators);
  const ids = graph.input('ids', 'int64', [BATCH, LENGTH]);
  const targets = graph.input('targets', 'int64', [BATCH * LENGTH]);
  const parameters = gpt2Parameters(tiny).map((parameter) => ({
    ...parameter,
    masked: masked.test(parameter.name),
  }));
  for (const { name, dims } of parameters) graph.input(name, 'float32', dims);
  const { logits } = gpt2(graph, tiny, ids, BATCH, LENGTH);
  const loss = nextTokenLoss(graph, logits, targets);
  return passes > 1
    ? buildAccumulatingGraphs(graph, loss, parameters, optimizer, clip, passes, { half })
    : buildTrainingGraph(graph, loss, parameters, optimizer, clip, { half });
}

/** Fixed starting values: waves of different phase, ones for normalisation weights. */
export function tinyState(): Record<string, Float32Array> {
  return Object.fromEntries(
    gpt2Parameters(tiny).map(({ name, dims }, slot) => {
      const length = dims.reduce((product, dim) => product * dim, 1);
      const base = /ln_.*weight$/.test(name) ? 1 : 0;
      return [name, Float32Array.from({ length }, (_, at) => base + 0.3 * Math.sin(1.7 * at + slot))];
    }),
  );
}

/** The n-th batch: a sequence that can be learnt (each token follows from the one before). */
export function tinyBatch(n: number): Record<string, TensorValue> {
  const ids = Array.from({ length: BATCH * LENGTH }, (_, at) => (3 * at + n) % 11);
  return {
    ids: { type: 'int64', dims: [BATCH, LENGTH], data: BigInt64Array.from(ids, BigInt) },
    targets: {
      type: 'int64',
      dims: [BATCH * LENGTH],
      data: BigInt64Array.from(ids, (id) => BigInt((id + 3) % 11)),
    },
  };
}
