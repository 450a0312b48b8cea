import { join } from 'node:path';
import { expect, it } from 'vitest';
import { openSafetensors } from '../../../main/formats/safetensors/safetensors.ts';
import { differentiate } from '../../../main/graph/differentiate.ts';
import type { ValueName } from '../../../main/graph/graph-builder.ts';
import { float } from '../../../main/graph/onnx/attributes.ts';
import { encodeModel } from '../../../main/graph/onnx/encode.ts';
import { operators } from '../../../main/graph/ops/registry.ts';
import { TypedGraph } from '../../../main/graph/typed-graph.ts';
import { openSession } from '../../../main/runtime/session.ts';
import { float32Of, type TensorValue } from '../../../main/runtime/tensor-value.ts';

/** Largest difference of a parameter's gradient, relative to the largest of that gradient in torch (float64). */
const TOLERANCE = 1e-4;
/**
 * A bias before a normalisation has no effect: its gradient is zero but for rounding. What is
 * smaller than this everywhere in torch must be so here.
 */
const NOTHING = 1e-6;

const fixtures = join(import.meta.dirname, '../../fixtures/models');

async function openFixture(path: string) {
  const file = await openSafetensors(path);
  return {
    names: [...file.tensors.keys()],
    shape: (name: string) => file.tensors.get(name)?.shape ?? [],
    float: (name: string) => file.float32(name),
    close: () => file.close(),
  };
}

function relativeDifference(ours: Float32Array, theirs: Float32Array): number {
  expect(ours).toHaveLength(theirs.length);
  const size = Math.max(...theirs.map(Math.abs));
  if (size < NOTHING) return Math.max(...ours.map(Math.abs)) < NOTHING ? 0 : Number.POSITIVE_INFINITY;
  return Math.max(...ours.map((value, at) => Math.abs(value - theirs[at]))) / size;
}

/** Runs a graph with a loss and its gradients. */
async function gradientsOf(
  graph: TypedGraph,
  loss: ValueName,
  names: readonly string[],
  feeds: Record<string, TensorValue>,
): Promise<Record<string, TensorValue>> {
  differentiate(graph, loss, names).forEach((gradient, at) => {
    graph.output(gradient, 'float32', graph.typeOf(names[at]).dims, `gradient.${names[at]}`);
  });
  graph.output(loss, 'float32', [], 'loss');
  const session = await openSession(encodeModel(graph.build()));
  try {
    return await session.run(feeds);
  } finally {
    await session.release();
  }
}

it('gradients of a convolutional encoder-decoder are those of torch, for every parameter', async () => {
  const reference = await openFixture(join(fixtures, 'conv-gradients.safetensors'));
  const parameters = reference.names.flatMap((name) =>
    name.startsWith('weight.') ? [name.slice('weight.'.length)] : [],
  );
  const graph = new TypedGraph('encoder-decoder', operators);
  const [x, y] = ['x', 'y'].map((name) => graph.input(name, 'float32', reference.shape(name)));
  for (const name of parameters) graph.input(name, 'float32', reference.shape(`weight.${name}`));
  const layer = (op: string, value: ValueName, name: string, attributes = {}) =>
    graph.node(op, [value, `${name}.weight`, `${name}.bias`], attributes);
  const pads = (size: number) => ({ pads: [size, size, size, size] });

  const normal = layer('InstanceNormalization', layer('Conv', x, 'first', pads(1)), 'norm', {
    epsilon: float(1e-5),
  });
  const leaky = graph.node('LeakyRelu', [normal], { alpha: float(0.1) });
  const [pooled] = graph.nodeN('MaxPool', [leaky], ['', ''], { kernel_shape: [2, 2], strides: [2, 2] });
  const wide = layer('Conv', pooled, 'wide', { ...pads(2), dilations: [2, 2], group: 2 });
  const skip = graph.node('Relu', [wide]);
  const low = graph.node('Sigmoid', [layer('Conv', skip, 'down', { ...pads(1), strides: [2, 2] })]);
  const up = layer('ConvTranspose', low, 'up', { ...pads(1), strides: [2, 2] });
  const joined = layer('Conv', graph.node('Concat', [up, skip], { axis: 1 }), 'join', pads(1));
  const large = graph.node('Resize', [graph.node('Tanh', [joined]), '', '', graph.ints([2, 6, 16, 16])], {
    mode: 'nearest',
    coordinate_transformation_mode: 'asymmetric',
    nearest_mode: 'floor',
  });
  const difference = graph.sub(layer('Conv', large, 'last'), y);
  const meanOf = (value: ValueName) => graph.mean(value, [0, 1, 2, 3], false);
  const loss = graph.add(meanOf(graph.node('Abs', [difference])), meanOf(graph.mul(difference, difference)));

  const feeds: Record<string, TensorValue> = {};
  for (const name of ['x', 'y'])
    feeds[name] = { type: 'float32', dims: reference.shape(name), data: await reference.float(name) };
  for (const name of parameters) {
    const key = `weight.${name}`;
    feeds[name] = { type: 'float32', dims: reference.shape(key), data: await reference.float(key) };
  }
  const results = await gradientsOf(graph, loss, parameters, feeds);
  expect(float32Of(results.loss, 'loss')[0]).toBeCloseTo((await reference.float('loss'))[0], 5);
  expect(parameters).toHaveLength(14);
  const differences: Record<string, number> = {};
  for (const name of parameters) {
    const ours = float32Of(results[`gradient.${name}`], name);
    differences[name] = relativeDifference(ours, await reference.float(`gradient.${name}`));
  }
  console.info('convolutions:', differences);
  for (const [name, value] of Object.entries(differences)) expect(value, name).toBeLessThanOrEqual(TOLERANCE);
  await reference.close();
});
