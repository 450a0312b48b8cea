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
import { openTrainer, type Trainer } from '../../../main/models/training/trainer.ts';
import type { TrainingGraph } from '../../../main/models/training/training-graph.ts';
import { summarisePlacement } from '../../../main/runtime/node-placement.ts';
import type { ProviderName } from '../../../main/runtime/providers.ts';
import { openSession } from '../../../main/runtime/session.ts';
import { float32Of, type TensorValue } from '../../../main/runtime/tensor-value.ts';
import { BATCH, LENGTH, tiny, tinyBatch, tinyState, tinyTraining } from './tiny-gpt.ts';

const STEPS = 10;
const RATE = 0.01;
const DECAY = { beta1: 0.9, beta2: 0.999 };
/** A loss scale beyond what float16 holds. */
const HIGH = 2 ** 30;

const parameters = gpt2Parameters(tiny);

/** Scores, loss and every gradient of the tiny GPT. */
function gradientModel(): Uint8Array {
  const graph = new TypedGraph('parity', operators);
  const ids = graph.input('ids', 'int64', [BATCH, LENGTH]);
  const targets = graph.input('targets', 'int64', [BATCH * LENGTH]);
  for (const { name, dims } of parameters) graph.input(name, 'float32', dims);
  const { logits } = gpt2(graph, tiny, ids, BATCH, LENGTH);
  graph.output(logits, 'float32', [BATCH * LENGTH, tiny.vocabularySize], 'logits');
  const names = parameters.map(({ name }) => name);
  differentiate(graph, nextTokenLoss(graph, logits, targets), names).forEach((gradient, slot) => {
    graph.output(gradient, 'float32', parameters[slot].dims, `gradient.${names[slot]}`);
  });
  return encodeModel(graph.build());
}

async function gradientsOn(device: ProviderName) {
  const session = await openSession(gradientModel(), { device, trace: true, threads: 2 });
  const state = tinyState();
  const weights = parameters.map(({ name, dims }): [string, TensorValue] => [
    name,
    { type: 'float32', dims, data: state[name] },
  ]);
  const results = await session.run({ ...tinyBatch(0), ...Object.fromEntries(weights) });
  const placement = summarisePlacement(device, (await session.placement?.()) ?? []);
  const { notice } = session;
  await session.release();
  const plain = Object.entries(results).map(([name, value]): [string, number[]] => [
    name,
    [...float32Of(value, name)],
  ]);
  return { notice, placement, values: Object.fromEntries(plain) };
}

async function trainOn(device: ProviderName, graph: TrainingGraph) {
  const trainer = await openTrainer(graph, tinyState(), DECAY, { device, threads: 2 });
  const losses: number[] = [];
  for (let step = 1; step <= STEPS; step++)
    losses.push((await trainer.train(tinyBatch(step % 3), RATE)).loss);
  const told = { losses, parameters: parametersOf(trainer), used: trainer.device };
  await trainer.release();
  return told;
}

const parametersOf = ({ state }: Trainer) =>
  Object.fromEntries(parameters.map(({ name }): [string, number[]] => [name, [...state[name]]]));

/** Six steps, three to a run. */
async function trainJoined(device: ProviderName) {
  const options = { device, threads: 2, together: 3 };
  const trainer = await openTrainer(tinyTraining(adam(), /^$/, 1), tinyState(), DECAY, options);
  const losses: number[] = [];
  for (const first of [0, 3]) {
    const batches = [first, first + 1, first + 2].map((step) => tinyBatch(step % 3));
    const results = await trainer.trainTogether(batches, [RATE, RATE, RATE]);
    losses.push(...results.map(({ loss }) => loss));
  }
  const told = { losses, parameters: parametersOf(trainer), used: trainer.device };
  await trainer.release();
  return told;
}

/** Products in float16, from a loss scale at which gradients overflow. */
async function trainHalf(device: ProviderName) {
  const start = { ...tinyState(), loss_scale: Float32Array.of(HIGH, 0) };
  const graph = tinyTraining(adam(), /^$/, 1, 1, true);
  const trainer = await openTrainer(graph, start, DECAY, { device, threads: 2 });
  const losses: number[] = [];
  for (let step = 0; step < 3; step++) losses.push((await trainer.train(tinyBatch(step), RATE)).loss);
  const { device: used, notice, step } = trainer;
  const told = {
    losses,
    parameters: parametersOf(trainer),
    used,
    notice,
    step,
    scale: trainer.state.loss_scale[0],
  };
  await trainer.release();
  return told;
}

async function measure(device: ProviderName) {
  const { notice, placement, values } = await gradientsOn(device);
  const { logits, ...gradients } = values;
  const joined = await trainJoined(device);
  const half = await trainHalf(device);
  const trained = await trainOn(device, tinyTraining(adam(), /^$/, 1));
  return { notice, placement, logits, gradients, joined, half, ...trained };
}

process.stdout.write(`${JSON.stringify({ cpu: await measure('cpu'), webgpu: await measure('webgpu') })}\n`);
