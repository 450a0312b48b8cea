import type { ValueName } from '../../graph/graph-builder.ts';
import { rotaryOf } from './rotary.ts';
import type { TransformerTaps } from './transformer-taps.ts';
import type { TransformerWriter } from './transformer-writer.ts';

/**
 * GPT-NeoX (Black et al. 2022), the architecture of Pythia: rotary positions on part of each head, queries, keys and values
 * side by side within each head, attention and feed-forward in parallel or in turn. Parameters as in Hugging Face files,
 * without "gpt_neox.".
 */
export function gptNeox(writer: TransformerWriter, ids: ValueName): TransformerTaps {
  const { graph, config } = writer;
  const { width, heads, headWidth, layers } = config;
  if (config.rotary === null) throw new Error('gpt-neox: rotary positions are needed');
  const rotate = rotaryOf(writer, config.rotary);
  const bias = writer.causalBias();
  let stream = writer.rows(writer.embedded('embed_in.weight', ids), width);
  const hidden = [writer.shaped(stream, width)];
  const attention: ValueName[] = [];
  const context: ValueName[] = [];
  for (let layer = 0; layer < layers; layer++) {
    const name = `layers.${layer}`;
    const normed = writer.layerNorm(stream, `${name}.input_layernorm`);
    const mixed = writer.shaped(
      writer.linear(normed, `${name}.attention.query_key_value`),
      heads,
      3 * headWidth,
    );
    const parts = graph.nodeN(
      'Split',
      [graph.transpose(mixed, [0, 2, 1, 3]), graph.ints([headWidth, headWidth, headWidth])],
      ['', '', ''],
      { axis: 3 },
    );
    const [key, value] = writer.remembered(layer, rotate(parts[1]), parts[2]);
    const attended = writer.attend(rotate(parts[0]), key, value, bias);
    const heard = writer.linear(attended.rows, `${name}.attention.dense`);
    const between = graph.add(stream, heard);
    const read = config.parallelResidual ? stream : between;
    const inner = writer.linear(
      writer.layerNorm(read, `${name}.post_attention_layernorm`),
      `${name}.mlp.dense_h_to_4h`,
    );
    stream = graph.add(between, writer.linear(writer.activated(inner), `${name}.mlp.dense_4h_to_h`));
    attention.push(attended.attention);
    context.push(attended.context);
    hidden.push(
      writer.shaped(layer === layers - 1 ? writer.layerNorm(stream, 'final_layer_norm') : stream, width),
    );
  }
  const head = config.tied ? 'embed_in' : 'embed_out';
  const logits = writer.scores(writer.layerNorm(stream, 'final_layer_norm'), head);
  return { logits, hidden, attention, context };
}

/** Parameters a GPT-NeoX must have, with their shapes. */
export function gptNeoxShapes(
  config: TransformerWriter['config'],
  innerWidth: number,
): Map<string, readonly number[]> {
  const { width, vocabularySize } = config;
  const shapes = new Map<string, readonly number[]>([['embed_in.weight', [vocabularySize, width]]]);
  if (!config.tied) shapes.set('embed_out.weight', [vocabularySize, width]);
  const norm = (name: string) => shapes.set(`${name}.weight`, [width]).set(`${name}.bias`, [width]);
  norm('final_layer_norm');
  for (let layer = 0; layer < config.layers; layer++) {
    norm(`layers.${layer}.input_layernorm`);
    norm(`layers.${layer}.post_attention_layernorm`);
    const dense = (name: string, outputs: number, inputs: number) =>
      shapes
        .set(`layers.${layer}.${name}.weight`, [outputs, inputs])
        .set(`layers.${layer}.${name}.bias`, [outputs]);
    dense('attention.query_key_value', 3 * width, width);
    dense('attention.dense', width, width);
    dense('mlp.dense_h_to_4h', innerWidth, width);
    dense('mlp.dense_4h_to_h', width, innerWidth);
  }
  return shapes;
}
