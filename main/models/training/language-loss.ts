import type { ValueName } from '../../graph/graph-builder.ts';
import { operators } from '../../graph/ops/registry.ts';
import { TypedGraph } from '../../graph/typed-graph.ts';
import { bert } from '../architectures/bert.ts';
import { gptNeox } from '../architectures/gpt-neox.ts';
import { gpt2, nextTokenLoss } from '../architectures/gpt2.ts';
import { llama } from '../architectures/llama.ts';
import { TransformerWriter } from '../architectures/transformer-writer.ts';
import type { ModelConfig } from '../folder/model-config.ts';
import type { ParameterSpec } from './training-graph.ts';

/** Sizes of one pass of training. */
export interface PassSize {
  readonly batch: number;
  readonly sequence: number;
  /** Tokens of each sequence that a masked model guesses; 0 for models that predict the next token. */
  readonly guessed: number;
}

/** Whether a model guesses masked tokens (BERT) rather than the next one. */
export function guessesMasked({ family }: Pick<ModelConfig, 'family'>): boolean {
  return family === 'bert' || family === 'roberta';
}

/**
 * A language model with its loss, parameters as inputs. Inputs: `ids` int64 [batch, sequence]; `targets` int64, one per
 * predicted token; for masked models `positions` int64: rows of [batch · sequence] that are guessed.
 * @param shapes of all parameters by name
 * @returns the graph, its loss (mean cross-entropy in nats), and those parameters that the loss depends on
 */
export function languageLoss(
  config: ModelConfig,
  shapes: ReadonlyMap<string, readonly number[]>,
  { batch, sequence, guessed }: PassSize,
): { readonly graph: TypedGraph; readonly loss: ValueName; readonly parameters: ParameterSpec[] } {
  const graph = new TypedGraph(`train-${config.modelType}`, operators);
  const ids = graph.input('ids', 'int64', [batch, sequence]);
  const rows = batch * (guessed > 0 ? guessed : sequence);
  const targets = graph.input('targets', 'int64', [rows]);
  for (const [name, dims] of shapes) graph.input(name, 'float32', dims);
  let logits = graph.reshape(writeLogits(graph, config, shapes, ids, batch, sequence), [
    -1,
    config.vocabularySize,
  ]);
  if (guessed > 0) {
    logits = graph.node('Gather', [logits, graph.input('positions', 'int64', [rows])], { axis: 0 });
  }
  const loss = nextTokenLoss(graph, logits, targets);
  const used = reached(graph, loss);
  const parameters = [...shapes]
    .filter(([name]) => used.has(name))
    // Biases and normalisation weights are not decayed.
    .map(([name, dims]) => ({ name, dims, decayed: dims.length > 1 }));
  return { graph, loss, parameters };
}

function writeLogits(
  graph: TypedGraph,
  config: ModelConfig,
  shapes: ReadonlyMap<string, unknown>,
  ids: ValueName,
  batch: number,
  sequence: number,
): ValueName {
  if (config.family === 'gpt2') return gpt2(graph, config, ids, batch, sequence).logits;
  const has = (name: string) => shapes.has(name);
  const writer = new TransformerWriter(graph, config, ids, has);
  const write = () => {
    if (config.family === 'gpt-neox') return gptNeox(writer, ids);
    if (config.family === 'llama') return llama(writer, ids);
    const seen = graph.constant('float32', [batch, sequence], new Float32Array(batch * sequence).fill(1));
    return bert(writer, ids, seen, has);
  };
  const { logits } = write();
  if (logits === null) throw new Error('a model without a head over the vocabulary has no language loss');
  return logits;
}

/** Every value that another one is computed from. */
function reached(graph: TypedGraph, from: ValueName): Set<ValueName> {
  const seen = new Set<ValueName>([from]);
  const waiting = [from];
  for (let value = waiting.pop(); value !== undefined; value = waiting.pop()) {
    for (const input of graph.producerOf(value)?.inputs ?? []) {
      if (seen.has(input)) continue;
      seen.add(input);
      waiting.push(input);
    }
  }
  return seen;
}
