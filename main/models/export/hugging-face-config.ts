import type { ModelConfig, ModelFamily } from '../folder/model-config.ts';
import { innerWidth, type ModelFolder } from '../folder/model-weights.ts';
import type { SpecialTokens } from '../folder/special-tokens.ts';

/** The class that Python's transformers opens a family with, by model_type. */
const CLASSES: Readonly<Record<string, string>> = {
  gpt2: 'GPT2LMHeadModel',
  gpt_neox: 'GPTNeoXForCausalLM',
  llama: 'LlamaForCausalLM',
  mistral: 'MistralForCausalLM',
  qwen2: 'Qwen2ForCausalLM',
  bert: 'BertForMaskedLM',
  roberta: 'RobertaForMaskedLM',
};

const ACTIVATIONS: Readonly<Record<ModelConfig['activation'], string>> = {
  gelu: 'gelu',
  'gelu-tanh': 'gelu_new',
  silu: 'silu',
  relu: 'relu',
};

/** A config.json for a model that did not come with one: trained here, or out of a GGUF file. */
export function huggingFaceConfig(model: ModelFolder, tokens: SpecialTokens): Record<string, unknown> {
  const { config } = model;
  const writers: Readonly<Record<ModelFamily, (model: ModelFolder) => Record<string, unknown>>> = {
    gpt2: gpt2Settings,
    'gpt-neox': neoxSettings,
    llama: llamaSettings,
    bert: bertSettings,
    roberta: bertSettings,
  };
  return {
    architectures: [CLASSES[config.modelType]],
    model_type: config.modelType,
    bos_token_id: tokens.begin,
    eos_token_id: tokens.end.length === 1 ? tokens.end[0] : tokens.end.length === 0 ? null : tokens.end,
    vocab_size: config.vocabularySize,
    tie_word_embeddings: config.tied,
    torch_dtype: 'float32',
    ...writers[config.family](model),
  };
}

function gpt2Settings({ config }: ModelFolder): Record<string, unknown> {
  return {
    n_positions: config.positions,
    n_embd: config.width,
    n_layer: config.layers,
    n_head: config.heads,
    layer_norm_epsilon: config.epsilon,
    activation_function: 'gelu_new',
  };
}

function commonSettings(model: ModelFolder): Record<string, unknown> {
  const { config } = model;
  return {
    hidden_size: config.width,
    num_hidden_layers: config.layers,
    num_attention_heads: config.heads,
    max_position_embeddings: config.positions,
    intermediate_size: innerWidth(model),
    hidden_act: ACTIVATIONS[config.activation],
  };
}

function neoxSettings(model: ModelFolder): Record<string, unknown> {
  const { config } = model;
  return {
    ...commonSettings(model),
    layer_norm_eps: config.epsilon,
    rotary_pct: (config.rotary?.dimensions ?? 0) / config.headWidth,
    rotary_emb_base: config.rotary?.base,
    rope_scaling: scalingSettings(config),
    use_parallel_residual: config.parallelResidual,
  };
}

function llamaSettings(model: ModelFolder): Record<string, unknown> {
  const { config, parameters } = model;
  return {
    ...commonSettings(model),
    num_key_value_heads: config.keyValueHeads,
    head_dim: config.headWidth,
    rms_norm_eps: config.epsilon,
    rope_theta: config.rotary?.base,
    rope_scaling: scalingSettings(config),
    ...(config.modelType === 'llama'
      ? { attention_bias: parameters.has('layers.0.self_attn.q_proj.bias') }
      : {}),
    ...(config.modelType === 'mistral' ? { sliding_window: null } : {}),
  };
}

function bertSettings(model: ModelFolder): Record<string, unknown> {
  const { config, parameters } = model;
  const offset = config.paddingId === null ? 0 : config.paddingId + 1;
  return {
    ...commonSettings(model),
    max_position_embeddings: config.positions + offset,
    layer_norm_eps: config.epsilon,
    type_vocab_size: parameters.get('embeddings.token_type_embeddings.weight')?.shape[0] ?? 1,
    pad_token_id: config.paddingId ?? 0,
  };
}

function scalingSettings({ rotary }: ModelConfig): Record<string, unknown> | null {
  const scaling = rotary?.scaling ?? { kind: 'none' };
  switch (scaling.kind) {
    case 'none':
      return null;
    case 'linear':
      return { rope_type: 'linear', type: 'linear', factor: scaling.factor };
    case 'llama3':
      return {
        rope_type: 'llama3',
        factor: scaling.factor,
        low_freq_factor: scaling.lowFactor,
        high_freq_factor: scaling.highFactor,
        original_max_position_embeddings: scaling.originalPositions,
      };
    case 'yarn':
      return {
        rope_type: 'yarn',
        factor: scaling.factor,
        attention_factor: scaling.attentionFactor,
        beta_fast: scaling.fastTurns,
        beta_slow: scaling.slowTurns,
        original_max_position_embeddings: scaling.originalPositions,
        truncate: scaling.rounded,
      };
  }
}
