import { UserError } from '../../core/errors.ts';
import { bertShapes } from '../architectures/bert.ts';
import { gptNeoxShapes } from '../architectures/gpt-neox.ts';
import { gpt2Parameters } from '../architectures/gpt2.ts';
import { llamaShapes } from '../architectures/llama.ts';
import type { ModelConfig, ModelFamily } from './model-config.ts';

/** A parameter as float32, row-major. */
export interface Parameter {
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

/** A model read from a folder: sizes and weights, named as in its files without the family's prefix. */
export interface ModelFolder {
  readonly name: string;
  readonly config: ModelConfig;
  readonly parameters: ReadonlyMap<string, Parameter>;
}

/** A model known by its sizes and the shapes of its weights; no value was read. */
export interface ModelShapes {
  readonly name: string;
  readonly format: 'hugging-face' | 'gguf';
  readonly config: ModelConfig;
  /** Named as in `ModelFolder`. */
  readonly shapes: ReadonlyMap<string, readonly number[]>;
}

/** A parameter that tells how wide the feed-forward network is: its first (or, for GPT-2, last) axis. */
const INNER: Readonly<Record<Exclude<ModelFamily, 'gpt2'>, string>> = {
  'gpt-neox': 'layers.0.mlp.dense_h_to_4h.weight',
  llama: 'layers.0.mlp.gate_proj.weight',
  bert: 'encoder.layer.0.intermediate.dense.weight',
  roberta: 'encoder.layer.0.intermediate.dense.weight',
};

/** Width of a model's feed-forward network. */
export function innerWidth({ config, parameters }: ModelFolder): number {
  return config.family === 'gpt2' ? 4 * config.width : (parameters.get(INNER[config.family])?.shape[0] ?? 0);
}

/**
 * Makes sure that the weights are those that the sizes ask for.
 * @throws UserError `model.missing-parameter`, `model.shape`
 */
export function checkShapes(
  name: string,
  config: ModelConfig,
  shapes: ReadonlyMap<string, readonly number[]>,
): void {
  for (const [parameter, shape] of expectedShapes(config, shapes)) {
    const found = shapes.get(parameter);
    if (found === undefined) {
      throw new UserError(
        'model.missing-parameter',
        `The weights of ${name} lack ${parameter}, which config.json asks for.`,
        {
          model: name,
          parameter,
        },
      );
    }
    if (found.length !== shape.length || found.some((size, axis) => size !== shape[axis])) {
      const [is, expected] = [found.join('×'), shape.join('×')];
      throw new UserError(
        'model.shape',
        `${parameter} of ${name} is ${is} where config.json asks for ${expected}: config.json and weights are of different models.`,
        { model: name, parameter, is, expected },
      );
    }
  }
}

function expectedShapes(
  config: ModelConfig,
  shapes: ReadonlyMap<string, readonly number[]>,
): Iterable<[string, readonly number[]]> {
  const { family } = config;
  if (family === 'gpt2') return gpt2Parameters(config).map(({ name, dims }) => [name, dims]);
  const inner = shapes.get(INNER[family])?.[0] ?? 0;
  if (family === 'llama') return llamaShapes(config, inner);
  return family === 'gpt-neox' ? gptNeoxShapes(config, inner) : bertShapes(config, inner);
}
