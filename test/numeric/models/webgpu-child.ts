/**
 * Runs one training graph on the processor and on WebGPU and prints what both give, as one JSON line. A process of its own,
 * because the Vulkan loader reads its environment when a process starts.
 */
import { differentiate } from '../../../main/graph/differentiate.ts';
import { encodeModel } from '../../../main/graph/onnx/encode.ts';
import { operators } from '../../../main/graph/ops/registry.ts';
import { adam } from '../../../main/graph/optimizers/adam.ts';
import { TypedGraph } from '../../../main/graph/typed-graph.ts';
import { gpt2, gpt2Parameters, nextTokenLoss } from '../../../main/models/architectures/gpt2.ts';
import {
  buildTrainingGraph,
  STEP_INPUTS,
  type TrainingGraph,
} from '../../../main/models/training/training-graph.ts';
import { summarisePlacement } from '../../../main/runtime/node-placement.ts';
import type { ProviderName } from '../../../main/runtime/providers.ts';
import { openSession } from '../../../main/runtime/session.ts';
import { float32Of, type TensorValue } from '../../../main/runtime/tensor-value.ts';
import { BATCH, LENGTH, tiny, tinyBatch, tinyState } from './tiny-gpt.ts';

const STEPS = 10;
const RATE = 0.01;

/** The training step of the tiny GPT, with its scores and every gradient as outputs too. */
function graphWithGradients(): TrainingGraph {
  const graph = new TypedGraph('parity', operators);
  const ids = graph.input('ids', 'int64', [BATCH, LENGTH]);
  const targets = graph.input('targets', 'int64', [BATCH * LENGTH]);
  const parameters = gpt2Parameters(tiny);
  for (const { name, dims } of parameters) graph.input(name, 'float32', dims);
  const { logits } = gpt2(graph, tiny, ids, BATCH, LENGTH);
  graph.output(logits, 'float32', [BATCH * LENGTH, tiny.vocabularySize], 'logits');
  const loss = nextTokenLoss(graph, logits, targets);
  const names = parameters.map(({ name }) => name);
  // The training graph differentiates again; equal nodes are shared, so nothing is computed twice.
  differentiate(graph, loss, names).forEach((gradient, slot) => {
    graph.output(gradient, 'float32', parameters[slot].dims, `gradient.${names[slot]}`);
  });
  return buildTrainingGraph(graph, loss, parameters, adam(), 1);
}

async function trainOn(device: ProviderName, { model, parameters, stateNames }: TrainingGraph) {
  const session = await openSession(encodeModel(model), { device, trace: true, threads: 2 });
  const initial = tinyState();
  let state: Record<string, TensorValue> = {};
  for (const { name, dims } of [...parameters, ...stateNames]) {
    const length = dims.reduce((product, dim) => product * dim, 1);
    state[name] = { type: 'float32', dims, data: initial[name] ?? new Float32Array(length) };
  }
  const losses: number[] = [];
  let first: Record<string, TensorValue> = {};
  for (let step = 1; step <= STEPS; step++) {
    const scalars = [RATE, 1 / (1 - 0.9 ** step), 1 / (1 - 0.999 ** step)];
    const feeds: Record<string, TensorValue> = { ...tinyBatch(step % 3), ...state };
    for (const [slot, name] of STEP_INPUTS.entries())
      feeds[name] = { type: 'float32', dims: [], data: Float32Array.of(scalars[slot]) };
    const results = await session.run(feeds);
    if (step === 1) first = results;
    losses.push(float32Of(results.loss, 'loss')[0]);
    state = Object.fromEntries(Object.keys(state).map((name) => [name, results[`next.${name}`]]));
  }
  const plain = (values: Record<string, TensorValue>, pick: (name: string) => boolean) =>
    Object.fromEntries(
      Object.entries(values)
        .filter(([name]) => pick(name))
        .map(([name, value]) => [name, [...float32Of(value, name)]]),
    );
  const placement = summarisePlacement(device, (await session.placement?.()) ?? []);
  const { notice } = session;
  await session.release();
  return {
    notice,
    placement,
    losses,
    logits: plain(first, (name) => name === 'logits').logits,
    gradients: plain(first, (name) => name.startsWith('gradient.')),
    parameters: plain(state, (name) => parameters.some((parameter) => parameter.name === name)),
  };
}

const graph = graphWithGradients();
const cpu = await trainOn('cpu', graph);
const webgpu = await trainOn('webgpu', graph);
process.stdout.write(`${JSON.stringify({ cpu, webgpu })}\n`);
