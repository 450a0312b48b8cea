import type { ScratchModel } from '../../contract/training.ts';
import { createRandom } from '../../tensor/random/xoshiro.ts';
import { bertShapes } from '../architectures/bert.ts';
import { gpt2Parameters } from '../architectures/gpt2.ts';
import { huggingFaceConfig } from '../export/hugging-face-config.ts';
import { type ModelConfig, parseModelConfig } from '../folder/model-config.ts';
import type { ModelFolder, Parameter } from '../folder/model-weights.ts';
import { initialiseGpt2 } from './initialise-gpt2.ts';

/** Standard deviation of BERT's first weights (Devlin et al. 2019, released code). */
const SPREAD = 0.02;

/** Sizes of a model that starts from nothing: feed-forward width 4 × width, head tied to the embedding. */
export function scratchConfig(model: ScratchModel, vocabularySize: number, positions: number): ModelConfig {
  const { width, layers, heads } = model;
  const sizes =
    model.family === 'gpt2'
      ? { n_positions: positions, n_embd: width, n_layer: layers, n_head: heads }
      : {
          max_position_embeddings: positions,
          hidden_size: width,
          num_hidden_layers: layers,
          num_attention_heads: heads,
        };
  return parseModelConfig({ model_type: model.family, vocab_size: vocabularySize, ...sizes });
}

/** config.json of a model that was trained here. @param boundary id of the token that ends texts, where there is one */
export function configOf(model: ModelFolder, boundary: number | null): Record<string, unknown> {
  return huggingFaceConfig(model, { begin: boundary, end: boundary === null ? [] : [boundary] });
}

/** First weights of a GPT-2 or BERT. The same seed gives the same weights. */
export function initialiseModel(config: ModelConfig, seed: number): ModelFolder {
  const parameters =
    config.family === 'gpt2' ? firstGpt2Weights(config, seed) : firstBertWeights(config, seed);
  return { name: config.modelType, config, parameters };
}

function firstGpt2Weights(config: ModelConfig, seed: number): Map<string, Parameter> {
  const weights = initialiseGpt2(config, seed);
  return new Map(
    gpt2Parameters(config).map(({ name, dims }) => [name, { shape: dims, values: weights[name] }]),
  );
}

/** Normal with SD 0.02; normalisation scales 1, biases 0. Every parameter has its own stream of the seed. */
function firstBertWeights(config: ModelConfig, seed: number): Map<string, Parameter> {
  const { width, vocabularySize } = config;
  const shapes = bertShapes(config, 4 * width)
    .set('embeddings.token_type_embeddings.weight', [2, width])
    .set('cls.predictions.transform.dense.weight', [width, width])
    .set('cls.predictions.transform.dense.bias', [width])
    .set('cls.predictions.transform.LayerNorm.weight', [width])
    .set('cls.predictions.transform.LayerNorm.bias', [width])
    .set('cls.predictions.bias', [vocabularySize]);
  return new Map(
    [...shapes].map(([name, shape], position) => {
      const values = new Float32Array(shape.reduce((product, size) => product * size, 1));
      if (shape.length === 2) {
        const random = createRandom(seed, position);
        for (let at = 0; at < values.length; at++) values[at] = random.normal() * SPREAD;
      } else if (name.endsWith('LayerNorm.weight')) values.fill(1);
      return [name, { shape, values }];
    }),
  );
}
