import type { ValueName } from '../../graph/graph-builder.ts';
import type { OnnxModel } from '../../graph/onnx/onnx-model.ts';
import { operators } from '../../graph/ops/registry.ts';
import { TypedGraph } from '../../graph/typed-graph.ts';
import type { AttentionCache } from '../architectures/attention-cache.ts';
import { bert } from '../architectures/bert.ts';
import { gptNeox } from '../architectures/gpt-neox.ts';
import { gpt2 } from '../architectures/gpt2.ts';
import { llama } from '../architectures/llama.ts';
import type { TransformerTaps } from '../architectures/transformer-taps.ts';
import { TransformerWriter } from '../architectures/transformer-writer.ts';
import type { ModelFolder, ModelShapes } from '../folder/model-weights.ts';

/** Name of the hidden states after a layer: hidden_00 is the embeddings. */
export const hiddenName = (layer: number) => `hidden_${String(layer).padStart(2, '0')}`;
/** Name of a layer's attention maps, one per head. */
export const attentionName = (layer: number) => `attention_${String(layer).padStart(2, '0')}`;

/**
 * A model as a graph that gives everything at once. Inputs: `ids` int64 [batch, sequence]; `mask` float32 [batch, sequence]
 * for models that see both directions. Outputs: `hidden_00` …, `attention_00` …, and `logits` where the model has a head.
 */
export function buildModelGraph(model: ModelFolder): OnnxModel {
  const { config } = model;
  const graph = new TypedGraph(config.modelType, operators);
  const ids = graph.input('ids', 'int64', ['batch', 'sequence']);
  const taps = writeModel(graph, model, ids);
  taps.hidden.forEach((value, layer) => {
    graph.output(value, 'float32', ['batch', 'sequence', config.width], hiddenName(layer));
  });
  taps.attention.forEach((value, layer) => {
    graph.output(value, 'float32', ['batch', config.heads, 'sequence', 'sequence'], attentionName(layer));
  });
  if (taps.logits !== null) {
    graph.output(taps.logits, 'float32', ['batch', 'sequence', config.vocabularySize], 'logits');
  }
  return graph.build({ architecture: config.modelType });
}

/**
 * The same computation without values, for counting: weights are inputs under their names, and the only output is what
 * the model is made for (logits, else the last hidden states).
 */
export function buildStructureGraph({ config, shapes }: ModelShapes): OnnxModel {
  const graph = new TypedGraph(config.modelType, operators);
  const ids = graph.input('ids', 'int64', ['batch', 'sequence']);
  for (const [name, shape] of shapes) graph.input(name, 'float32', shape);
  const { logits, hidden } = writeArchitecture(graph, config, shapes, ids);
  const [value, width] =
    logits === null ? [hidden[config.layers], config.width] : [logits, config.vocabularySize];
  const name = logits === null ? hiddenName(config.layers) : 'logits';
  graph.output(value, 'float32', ['batch', 'sequence', width], name);
  return graph.build({ architecture: config.modelType });
}

/**
 * Writes a model with its weights as constants into a graph that has the input `ids` [batch, sequence]; models that see both
 * directions add their input `mask`.
 * @param cache where a causal model reads texts piece by piece
 */
export function writeModel(
  graph: TypedGraph,
  { config, parameters }: ModelFolder,
  ids: ValueName,
  cache: AttentionCache | null = null,
): TransformerTaps {
  for (const [name, { shape, values }] of parameters) graph.constant('float32', shape, values, name);
  return writeArchitecture(graph, config, parameters, ids, cache);
}

function writeArchitecture(
  graph: TypedGraph,
  config: ModelFolder['config'],
  parameters: ReadonlyMap<string, unknown>,
  ids: ValueName,
  cache: AttentionCache | null = null,
): TransformerTaps {
  const has = (name: string) => parameters.has(name);
  const writer = new TransformerWriter(graph, config, ids, has, cache);
  switch (config.family) {
    case 'gpt2': {
      const taps = gpt2(graph, config, ids, 'batch', 'sequence', cache);
      return cache === null ? { ...taps, logits: writer.shaped(taps.logits, config.vocabularySize) } : taps;
    }
    case 'gpt-neox':
      return gptNeox(writer, ids);
    case 'llama':
      return llama(writer, ids);
    case 'bert':
    case 'roberta':
      return bert(writer, ids, graph.input('mask', 'float32', ['batch', 'sequence']), has);
  }
}
