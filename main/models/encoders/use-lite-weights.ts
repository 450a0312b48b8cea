import { decodeModel } from '../../graph/onnx/decode.ts';
import { tensorValues } from '../../graph/onnx/tensor-values.ts';
import { createRandom } from '../../tensor/random/xoshiro.ts';
import type { UseLiteWeights, Weight } from '../architectures/use-lite.ts';

/** The named weights inside an encoder's ONNX file; shapes and scalars that belong to the graph are left out. */
export function weightsOf(onnx: Uint8Array): UseLiteWeights {
  const weights = new Map<string, Weight>();
  for (const tensor of decodeModel(onnx).graph.initializers) {
    if (tensor.name === undefined || tensor.name.startsWith('constant')) continue;
    const values = tensorValues(tensor);
    if (values instanceof Float32Array) weights.set(tensor.name, { dims: tensor.dims, values });
  }
  return weights;
}

/**
 * Weights of a network that has the same architecture but never learned: every kernel and the token embedding are
 * independent normal draws with mean 0 and the standard deviation of the trained tensor; normalisations have scale 1;
 * biases are 0; the position signal is not learned and stays. A tensor's draws depend on the seed and its name only.
 */
export function untrainedWeights(trained: UseLiteWeights, seed: number): UseLiteWeights {
  const names = [...trained.keys()].sort();
  const weights = new Map<string, Weight>();
  for (const [name, { dims, values }] of trained) {
    if (name === 'timing') weights.set(name, { dims, values });
    else if (name.endsWith('.scale'))
      weights.set(name, { dims, values: new Float32Array(values.length).fill(1) });
    else if (name.endsWith('.bias')) weights.set(name, { dims, values: new Float32Array(values.length) });
    else {
      const random = createRandom(seed, names.indexOf(name));
      const spread = standardDeviation(values);
      weights.set(name, { dims, values: values.map(() => random.normal() * spread) });
    }
  }
  return weights;
}

function standardDeviation(values: Float32Array): number {
  let sum = 0;
  let squares = 0;
  for (const value of values) {
    sum += value;
    squares += value * value;
  }
  const mean = sum / values.length;
  return Math.sqrt(squares / values.length - mean * mean);
}
