import type { ValueName } from '../../graph/graph-builder.ts';
import { rotaryOf } from './rotary.ts';
import type { TransformerTaps } from './transformer-taps.ts';
import type { TransformerWriter } from './transformer-writer.ts';

/**
 * Llama (Touvron et al. 2023) and its kin (Mistral, SmolLM, Qwen2): root-mean-square normalisation, rotary positions,
 * grouped keys and values, gated feed-forward network. Parameters as in Hugging Face files, without "model.".
 */
export function llama(writer: TransformerWriter, ids: ValueName): TransformerTaps {
  const { graph, config } = writer;
  const { width, heads, keyValueHeads, layers } = config;
  if (config.rotary === null) throw new Error('llama: rotary positions are needed');
  const rotate = rotaryOf(writer, config.rotary);
  const bias = writer.causalBias();
  let stream = writer.rows(writer.embedded('embed_tokens.weight', ids), width);
  const hidden = [writer.shaped(stream, width)];
  const attention: ValueName[] = [];
  const context: ValueName[] = [];
  for (let layer = 0; layer < layers; layer++) {
    const name = `layers.${layer}`;
    const normed = writer.rmsNorm(stream, `${name}.input_layernorm`);
    const query = rotate(writer.heads(writer.linear(normed, `${name}.self_attn.q_proj`), heads));
    const [key, value] = writer.remembered(
      layer,
      rotate(writer.heads(writer.linear(normed, `${name}.self_attn.k_proj`), keyValueHeads)),
      writer.heads(writer.linear(normed, `${name}.self_attn.v_proj`), keyValueHeads),
    );
    const attended = writer.attend(query, key, value, bias);
    stream = graph.add(stream, writer.linear(attended.rows, `${name}.self_attn.o_proj`));
    const inner = writer.rmsNorm(stream, `${name}.post_attention_layernorm`);
    const gate = writer.activated(writer.linear(inner, `${name}.mlp.gate_proj`));
    const gated = graph.mul(gate, writer.linear(inner, `${name}.mlp.up_proj`));
    stream = graph.add(stream, writer.linear(gated, `${name}.mlp.down_proj`));
    attention.push(attended.attention);
    context.push(attended.context);
    hidden.push(writer.shaped(layer === layers - 1 ? writer.rmsNorm(stream, 'norm') : stream, width));
  }
  const head = config.tied ? 'embed_tokens' : 'lm_head';
  const logits = writer.scores(writer.rmsNorm(stream, 'norm'), head);
  return { logits, hidden, attention, context };
}

/** Parameters a Llama must have, with their shapes; biases are optional and not listed. */
export function llamaShapes(
  config: TransformerWriter['config'],
  innerWidth: number,
): Map<string, readonly number[]> {
  const { width, heads, keyValueHeads, headWidth, vocabularySize } = config;
  const shapes = new Map<string, readonly number[]>([
    ['embed_tokens.weight', [vocabularySize, width]],
    ['norm.weight', [width]],
  ]);
  if (!config.tied) shapes.set('lm_head.weight', [vocabularySize, width]);
  for (let layer = 0; layer < config.layers; layer++) {
    const set = (name: string, ...shape: number[]) => shapes.set(`layers.${layer}.${name}.weight`, shape);
    set('input_layernorm', width);
    set('post_attention_layernorm', width);
    set('self_attn.q_proj', heads * headWidth, width);
    set('self_attn.k_proj', keyValueHeads * headWidth, width);
    set('self_attn.v_proj', keyValueHeads * headWidth, width);
    set('self_attn.o_proj', width, heads * headWidth);
    set('mlp.gate_proj', innerWidth, width);
    set('mlp.up_proj', innerWidth, width);
    set('mlp.down_proj', width, innerWidth);
  }
  return shapes;
}
