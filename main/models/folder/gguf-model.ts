import { basename } from 'node:path';
import { UserError } from '../../core/errors.ts';
import { type GgufFile, openGguf } from '../../formats/gguf/gguf.ts';
import { type ModelConfig, parseModelConfig } from './model-config.ts';
import { checkShapes, type ModelFolder, type ModelShapes, type Parameter } from './model-weights.ts';

/** Names in GGUF files → names in Hugging Face files. */
const NAMES: readonly (readonly [RegExp, string])[] = [
  [/^token_embd\./, 'embed_tokens.'],
  [/^output_norm\./, 'norm.'],
  [/^output\./, 'lm_head.'],
  [/^blk\.(\d+)\.attn_norm\./, 'layers.$1.input_layernorm.'],
  [/^blk\.(\d+)\.ffn_norm\./, 'layers.$1.post_attention_layernorm.'],
  [/^blk\.(\d+)\.attn_([qkv])\./, 'layers.$1.self_attn.$2_proj.'],
  [/^blk\.(\d+)\.attn_output\./, 'layers.$1.self_attn.o_proj.'],
  [/^blk\.(\d+)\.ffn_(gate|up|down)\./, 'layers.$1.mlp.$2_proj.'],
];

/** Architectures of GGUF files that are Llama under another name. */
const ARCHITECTURES = ['llama', 'qwen2', 'mistral'];

/**
 * Reads a Llama-family model from a GGUF file, weights de-quantised to float32.
 * @throws UserError `model.unsupported`, `model.config`, `gguf.damaged`, `gguf.type`
 */
export async function readGgufModel(path: string): Promise<ModelFolder> {
  return withGguf(path, async ({ name, config, shapes }, file, fullNames) => {
    const parameters = new Map<string, Parameter>();
    for (const [short, shape] of shapes) {
      const values = await file.float32(fullNames.get(short) ?? short);
      const turned = config.modelType === 'qwen2' ? values : unrotated(short, shape, values, config);
      parameters.set(short, { shape, values: turned });
    }
    return { name, config, parameters };
  });
}

/** The same without reading values. @throws UserError as `readGgufModel` */
export async function readGgufShapes(path: string): Promise<ModelShapes> {
  return withGguf(path, async (model) => model);
}

async function withGguf<T>(
  path: string,
  use: (model: ModelShapes, file: GgufFile, fullNames: ReadonlyMap<string, string>) => Promise<T>,
): Promise<T> {
  const file = await openGguf(path);
  try {
    const architecture = String(file.metadata.get('general.architecture') ?? 'unnamed');
    if (!ARCHITECTURES.includes(architecture)) {
      const what = `its architecture "${architecture}" is not supported in GGUF files; supported are ${ARCHITECTURES.join(', ')}`;
      throw new UserError('model.unsupported', `This model cannot be opened: ${what}.`, { what });
    }
    if (file.tensors.has('rope_freqs.weight')) {
      const what = 'its rotary positions use a table of factors';
      throw new UserError('model.unsupported', `This model cannot be opened: ${what}.`, { what });
    }
    const config = configOf(file, architecture);
    const shapes = new Map<string, readonly number[]>();
    const fullNames = new Map<string, string>();
    for (const { name, shape } of file.tensors.values()) {
      const renamed = NAMES.find(([pattern]) => pattern.test(name));
      if (renamed === undefined) continue;
      const short = name.replace(renamed[0], renamed[1]);
      shapes.set(short, shape);
      fullNames.set(short, name);
    }
    const name = basename(path);
    checkShapes(name, config, shapes);
    return await use({ name, format: 'gguf', config, shapes }, file, fullNames);
  } finally {
    await file.close();
  }
}

function configOf(file: GgufFile, architecture: string): ModelConfig {
  const of = (key: string) => file.metadata.get(`${architecture}.${key}`);
  const tokens = file.metadata.get('tokenizer.ggml.tokens');
  const scaling = of('rope.scaling.type') ?? 'none';
  return parseModelConfig({
    model_type: architecture,
    vocab_size: of('vocab_size') ?? (Array.isArray(tokens) ? tokens.length : undefined),
    hidden_size: of('embedding_length'),
    num_hidden_layers: of('block_count'),
    num_attention_heads: of('attention.head_count'),
    num_key_value_heads: of('attention.head_count_kv'),
    head_dim: of('attention.key_length'),
    max_position_embeddings: of('context_length'),
    rms_norm_eps: of('attention.layer_norm_rms_epsilon'),
    rope_theta: of('rope.freq_base'),
    rope_scaling:
      scaling === 'none'
        ? null
        : {
            type: scaling,
            factor: of('rope.scaling.factor'),
            original_max_position_embeddings: of('rope.scaling.original_context_length'),
          },
    tie_word_embeddings: !file.tensors.has('output.weight'),
  });
}

/**
 * Llama's queries and keys lie in GGUF files with the two halves of each head interleaved (llama.cpp rotates neighbouring
 * components): brings them back to first half, second half.
 */
function unrotated(
  name: string,
  shape: readonly number[],
  values: Float32Array,
  { heads, keyValueHeads, headWidth }: ModelConfig,
): Float32Array {
  const part = /self_attn\.([qk])_proj\.weight$/.exec(name)?.[1];
  if (part === undefined) return values;
  const width = shape[1];
  const half = headWidth / 2;
  const out = new Float32Array(values.length);
  for (let head = 0; head < (part === 'q' ? heads : keyValueHeads); head++) {
    for (let pair = 0; pair < half; pair++) {
      for (let side = 0; side < 2; side++) {
        const from = (head * headWidth + 2 * pair + side) * width;
        out.set(values.subarray(from, from + width), (head * headWidth + side * half + pair) * width);
      }
    }
  }
  return out;
}
