import type { ValueName } from '../../graph/graph-builder.ts';
import type { TransformerTaps } from './transformer-taps.ts';
import type { TransformerWriter } from './transformer-writer.ts';

/** Names of the masked-word head's parts, which BERT and RoBERTa call differently. */
const HEADS = {
  bert: {
    dense: 'cls.predictions.transform.dense',
    norm: 'cls.predictions.transform.LayerNorm',
    bias: 'cls.predictions.bias',
  },
  roberta: { dense: 'lm_head.dense', norm: 'lm_head.layer_norm', bias: 'lm_head.bias' },
} as const;

/**
 * BERT (Devlin et al. 2019) and RoBERTa: post-normalisation, learned positions, sight in both directions. Parameters as in
 * Hugging Face files, without "bert." or "roberta.". Logits are those of the masked-word head, where the file has one.
 * @param mask float32 [batch, sequence], 1 for tokens, 0 for padding
 */
export function bert(
  writer: TransformerWriter,
  ids: ValueName,
  mask: ValueName,
  has: (name: string) => boolean,
): TransformerTaps {
  const { graph, config } = writer;
  const { width, heads, layers } = config;
  const padding = graph.scale(graph.sub(graph.number(1, mask), mask), -1e9);
  const bias = graph.node('Unsqueeze', [padding, graph.ints([1, 2])]);
  const words = writer.embedded('embeddings.word_embeddings.weight', ids);
  const places = writer.embedded('embeddings.position_embeddings.weight', positionIds(writer, ids));
  const types = writer.embedded('embeddings.token_type_embeddings.weight', graph.scalar(0, 'int64'));
  const summed = writer.rows(graph.add(graph.add(words, places), types), width);
  let stream = writer.layerNorm(summed, 'embeddings.LayerNorm');
  const hidden = [writer.shaped(stream, width)];
  const attention: ValueName[] = [];
  const context: ValueName[] = [];
  for (let layer = 0; layer < layers; layer++) {
    const name = `encoder.layer.${layer}`;
    const project = (part: string) =>
      writer.heads(writer.linear(stream, `${name}.attention.self.${part}`), heads);
    const attended = writer.attend(project('query'), project('key'), project('value'), bias);
    const heard = writer.linear(attended.rows, `${name}.attention.output.dense`);
    const between = writer.layerNorm(graph.add(stream, heard), `${name}.attention.output.LayerNorm`);
    const inner = writer.activated(writer.linear(between, `${name}.intermediate.dense`));
    stream = writer.layerNorm(
      graph.add(between, writer.linear(inner, `${name}.output.dense`)),
      `${name}.output.LayerNorm`,
    );
    attention.push(attended.attention);
    context.push(attended.context);
    hidden.push(writer.shaped(stream, width));
  }
  return { logits: maskedWordLogits(writer, stream, has), hidden, attention, context };
}

/** BERT: 0, 1, 2, …; RoBERTa: running count of tokens that are not padding, from paddingId + 1. */
function positionIds(writer: TransformerWriter, ids: ValueName): ValueName {
  const { graph } = writer;
  const { paddingId } = writer.config;
  if (paddingId === null) return writer.positions();
  const padding = graph.scalar(paddingId, 'int64');
  const real = graph.node('Cast', [graph.node('Not', [graph.node('Equal', [ids, padding])])], { to: 7 });
  const counted = graph.node('CumSum', [real, graph.scalar(1, 'int64')]);
  return graph.add(graph.mul(counted, real), padding);
}

function maskedWordLogits(
  writer: TransformerWriter,
  stream: ValueName,
  has: (name: string) => boolean,
): ValueName | null {
  const { graph, config } = writer;
  const head = HEADS[config.family === 'roberta' ? 'roberta' : 'bert'];
  if (!has(`${head.dense}.weight`) || !has(head.bias)) return null;
  const inner = writer.layerNorm(writer.activated(writer.linear(stream, head.dense)), head.norm);
  const scores = graph.node('Gemm', [inner, 'embeddings.word_embeddings.weight', head.bias], { transB: 1 });
  return writer.shaped(scores, config.vocabularySize);
}

/** Parameters a BERT or RoBERTa must have, with their shapes; the masked-word head is optional and not listed. */
export function bertShapes(
  config: TransformerWriter['config'],
  innerWidth: number,
): Map<string, readonly number[]> {
  const { width, vocabularySize } = config;
  const shapes = new Map<string, readonly number[]>();
  const offset = config.paddingId === null ? 0 : config.paddingId + 1;
  shapes.set('embeddings.word_embeddings.weight', [vocabularySize, width]);
  shapes.set('embeddings.position_embeddings.weight', [config.positions + offset, width]);
  const norm = (name: string) => shapes.set(`${name}.weight`, [width]).set(`${name}.bias`, [width]);
  norm('embeddings.LayerNorm');
  for (let layer = 0; layer < config.layers; layer++) {
    const name = `encoder.layer.${layer}`;
    const dense = (part: string, outputs: number, inputs: number) =>
      shapes.set(`${name}.${part}.weight`, [outputs, inputs]).set(`${name}.${part}.bias`, [outputs]);
    for (const part of ['query', 'key', 'value']) dense(`attention.self.${part}`, width, width);
    dense('attention.output.dense', width, width);
    norm(`${name}.attention.output.LayerNorm`);
    dense('intermediate.dense', innerWidth, width);
    dense('output.dense', width, innerWidth);
    norm(`${name}.output.LayerNorm`);
  }
  return shapes;
}
