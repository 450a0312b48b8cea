import { z } from 'zod';
import { UserError } from '../../core/errors.ts';
import { type RotaryConfig, rotaryConfig, rotaryKeys, unsupported } from './rotary-config.ts';

/** Families of architectures that checkpoints are read for. */
export type ModelFamily = 'gpt2' | 'gpt-neox' | 'llama' | 'bert' | 'roberta';

/** Sizes and switches of a Transformer, whatever family it is of. */
export interface ModelConfig {
  readonly family: ModelFamily;
  readonly vocabularySize: number;
  /** Longest sequence, in tokens. */
  readonly positions: number;
  readonly width: number;
  readonly layers: number;
  readonly heads: number;
  /** Heads of keys and values; fewer than `heads` where several share one. */
  readonly keyValueHeads: number;
  readonly headWidth: number;
  readonly epsilon: number;
  readonly activation: 'gelu' | 'gelu-tanh' | 'silu' | 'relu';
  /** Head shares its weights with the token embedding. */
  readonly tied: boolean;
  readonly rotary: RotaryConfig | null;
  /** GPT-NeoX: attention and feed-forward both read the layer's input. */
  readonly parallelResidual: boolean;
  /** RoBERTa counts positions from here + 1 and skips this token; null elsewhere. */
  readonly paddingId: number | null;
  /** Name of the architecture as config.json gives it. */
  readonly modelType: string;
}

const positive = z.number().int().positive();
/** More layers than any model has: a damaged number must not fill the memory with names of weights. */
const layers = positive.max(10_000);
const gpt2Schema = z.object({
  vocab_size: positive,
  n_positions: positive,
  n_embd: positive,
  n_layer: layers,
  n_head: positive,
  n_inner: positive.nullish(),
  layer_norm_epsilon: z.number().default(1e-5),
  activation_function: z.string().default('gelu_new'),
  tie_word_embeddings: z.boolean().default(true),
});

const commonSchema = z.object({
  vocab_size: positive,
  hidden_size: positive,
  num_hidden_layers: layers,
  num_attention_heads: positive,
  max_position_embeddings: positive,
});

const neoxSchema = commonSchema.extend({
  hidden_act: z.string().default('gelu'),
  layer_norm_eps: z.number().default(1e-5),
  ...rotaryKeys,
  use_parallel_residual: z.boolean().default(true),
  tie_word_embeddings: z.boolean().default(false),
});

const llamaSchema = commonSchema.extend({
  num_key_value_heads: positive.nullish(),
  head_dim: positive.nullish(),
  hidden_act: z.string().default('silu'),
  rms_norm_eps: z.number().default(1e-6),
  ...rotaryKeys,
  tie_word_embeddings: z.boolean().default(false),
  sliding_window: positive.nullish(),
  use_sliding_window: z.boolean().optional(),
});

const bertSchema = commonSchema.extend({
  hidden_act: z.string().default('gelu'),
  layer_norm_eps: z.number().default(1e-12),
  position_embedding_type: z.string().default('absolute'),
  pad_token_id: z.number().int().nonnegative().default(0),
  tie_word_embeddings: z.boolean().default(true),
});

const ACTIVATIONS: Readonly<Record<string, ModelConfig['activation']>> = {
  gelu: 'gelu',
  gelu_new: 'gelu-tanh',
  gelu_fast: 'gelu-tanh',
  gelu_pytorch_tanh: 'gelu-tanh',
  silu: 'silu',
  swish: 'silu',
  relu: 'relu',
};

function activation(name: string): ModelConfig['activation'] {
  const found = ACTIVATIONS[name];
  if (found === undefined) throw unsupported(`its activation "${name}" is not supported`);
  return found;
}

type Sizes = Pick<ModelConfig, 'vocabularySize' | 'positions' | 'width' | 'layers' | 'heads' | 'headWidth'>;

function sizes(config: z.infer<typeof commonSchema>, headWidth?: number | null): Sizes {
  return {
    vocabularySize: config.vocab_size,
    positions: config.max_position_embeddings,
    width: config.hidden_size,
    layers: config.num_hidden_layers,
    heads: config.num_attention_heads,
    headWidth: headWidth ?? config.hidden_size / config.num_attention_heads,
  };
}

function gpt2Config(json: unknown): Omit<ModelConfig, 'modelType'> {
  const c = gpt2Schema.parse(json);
  if (c.n_inner != null && c.n_inner !== 4 * c.n_embd)
    throw unsupported('its feed-forward width is not 4 × n_embd');
  if (!c.tie_word_embeddings) throw unsupported('a GPT-2 with a head of its own is not supported');
  if (activation(c.activation_function) !== 'gelu-tanh')
    throw unsupported('a GPT-2 without tanh GELU is not supported');
  return {
    family: 'gpt2',
    vocabularySize: c.vocab_size,
    positions: c.n_positions,
    width: c.n_embd,
    layers: c.n_layer,
    heads: c.n_head,
    keyValueHeads: c.n_head,
    headWidth: c.n_embd / c.n_head,
    epsilon: c.layer_norm_epsilon,
    activation: 'gelu-tanh',
    tied: c.tie_word_embeddings,
    rotary: null,
    parallelResidual: false,
    paddingId: null,
  };
}

function neoxConfig(json: unknown): Omit<ModelConfig, 'modelType'> {
  const c = neoxSchema.parse(json);
  const size = sizes(c);
  const rotary = rotaryConfig(c, size.headWidth, 0.25, size.positions);
  return {
    family: 'gpt-neox',
    ...size,
    keyValueHeads: size.heads,
    epsilon: c.layer_norm_eps,
    activation: activation(c.hidden_act),
    tied: c.tie_word_embeddings,
    rotary,
    parallelResidual: c.use_parallel_residual,
    paddingId: null,
  };
}

function llamaConfig(json: unknown, modelType: string): Omit<ModelConfig, 'modelType'> {
  const c = llamaSchema.parse(json);
  const size = sizes(c, c.head_dim);
  const rotary = rotaryConfig(c, size.headWidth, 1, size.positions);
  // Attention over a window is not written here: up to its length there is no difference, and longer sequences are refused.
  const windowed = c.use_sliding_window ?? modelType === 'mistral';
  return {
    family: 'llama',
    ...size,
    positions: Math.min(size.positions, windowed ? (c.sliding_window ?? size.positions) : size.positions),
    keyValueHeads: c.num_key_value_heads ?? size.heads,
    epsilon: c.rms_norm_eps,
    activation: activation(c.hidden_act),
    tied: c.tie_word_embeddings,
    rotary,
    parallelResidual: false,
    paddingId: null,
  };
}

function bertConfig(json: unknown, family: 'bert' | 'roberta'): Omit<ModelConfig, 'modelType'> {
  const c = bertSchema.parse(json);
  if (c.position_embedding_type !== 'absolute') throw unsupported('its positions are not absolute');
  const size = sizes(c);
  const roberta = family === 'roberta';
  return {
    family,
    ...size,
    positions: roberta ? size.positions - c.pad_token_id - 1 : size.positions,
    keyValueHeads: size.heads,
    epsilon: c.layer_norm_eps,
    activation: activation(c.hidden_act),
    tied: c.tie_word_embeddings,
    rotary: null,
    parallelResidual: false,
    paddingId: roberta ? c.pad_token_id : null,
  };
}

/** config.json's model_type → how it is read. */
const READERS: Readonly<
  Record<string, (json: unknown, modelType: string) => Omit<ModelConfig, 'modelType'>>
> = {
  gpt2: gpt2Config,
  gpt_neox: neoxConfig,
  llama: llamaConfig,
  mistral: llamaConfig,
  qwen2: llamaConfig,
  bert: (json) => bertConfig(json, 'bert'),
  roberta: (json) => bertConfig(json, 'roberta'),
};

const namedSchema = z.looseObject({ model_type: z.string().default('') });

/**
 * Reads a Hugging Face config.json.
 * @throws UserError `model.unsupported` naming what is missing, `model.config` for one that is incomplete
 */
export function parseModelConfig(json: unknown): ModelConfig {
  const named = namedSchema.safeParse(json);
  if (!named.success) throw malformed('model_type');
  const modelType = named.data.model_type;
  const read = READERS[modelType];
  if (read === undefined) {
    throw unsupported(
      `its architecture "${modelType || 'unnamed'}" is not supported; supported are ${Object.keys(READERS).join(', ')}`,
    );
  }
  try {
    const config = { ...read(json, modelType), modelType };
    if (!Number.isInteger(config.headWidth) || config.heads % config.keyValueHeads !== 0) {
      throw new UserError(
        'model.config',
        'config.json contradicts itself: the heads do not divide the width.',
      );
    }
    return config;
  } catch (thrown) {
    if (!(thrown instanceof z.ZodError)) throw thrown;
    throw malformed(thrown.issues[0]?.path.join('.') ?? '');
  }
}

function malformed(where: string): UserError {
  return new UserError('model.config', `config.json is incomplete or malformed at "${where}".`, { where });
}
