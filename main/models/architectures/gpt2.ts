import type { Dimension, ValueName } from '../../graph/graph-builder.ts';
import { float } from '../../graph/onnx/attributes.ts';
import type { TypedGraph } from '../../graph/typed-graph.ts';
import type { ParameterSpec } from '../training/training-graph.ts';
import type { AttentionCache } from './attention-cache.ts';

/** Sizes of a GPT-2 model, named as in its config.json. */
export interface Gpt2Config {
  readonly vocabularySize: number;
  /** Longest sequence. */
  readonly positions: number;
  /** Width of the hidden states. */
  readonly width: number;
  readonly layers: number;
  readonly heads: number;
  readonly epsilon?: number;
}

/** Where a model can be read: hidden states after each layer (0: embeddings), attention and context per head. */
export interface LanguageModelTaps {
  readonly logits: ValueName;
  /** [batch, sequence, width], layers + 1 of them. */
  readonly hidden: readonly ValueName[];
  /** [batch, heads, sequence, sequence] per layer. */
  readonly attention: readonly ValueName[];
  /** Per-head outputs before they are mixed, [batch, heads, sequence, width / heads] per layer. */
  readonly context: readonly ValueName[];
}

/** Every parameter of a GPT-2 with its shape, named as in Hugging Face files (head tied to the embedding). */
export function gpt2Parameters(config: Gpt2Config): ParameterSpec[] {
  const { width, layers } = config;
  const list: ParameterSpec[] = [
    { name: 'wte.weight', dims: [config.vocabularySize, width], decayed: true },
    { name: 'wpe.weight', dims: [config.positions, width], decayed: true },
  ];
  const norm = (name: string) => {
    list.push({ name: `${name}.weight`, dims: [width], decayed: false });
    list.push({ name: `${name}.bias`, dims: [width], decayed: false });
  };
  const dense = (name: string, inputs: number, outputs: number) => {
    list.push({ name: `${name}.weight`, dims: [inputs, outputs], decayed: true });
    list.push({ name: `${name}.bias`, dims: [outputs], decayed: false });
  };
  for (let layer = 0; layer < layers; layer++) {
    norm(`h.${layer}.ln_1`);
    dense(`h.${layer}.attn.c_attn`, width, 3 * width);
    dense(`h.${layer}.attn.c_proj`, width, width);
    norm(`h.${layer}.ln_2`);
    dense(`h.${layer}.mlp.c_fc`, width, 4 * width);
    dense(`h.${layer}.mlp.c_proj`, 4 * width, width);
  }
  norm('ln_f');
  return list;
}

/**
 * Writes a GPT-2 (Radford et al. 2019: pre-normalisation, learned positions, tanh GELU, tied head) into a graph
 * whose parameters are already there under their names.
 * @param ids int64 [batch, sequence]
 * @param cache where texts are read piece by piece: keys and values of what was read before. Logits are then those of the
 *   last token of each text, [batch, vocabulary]; else of all, [batch · sequence, vocabulary].
 */
export function gpt2(
  graph: TypedGraph,
  config: Gpt2Config,
  ids: ValueName,
  batch: Dimension,
  sequence: Dimension,
  cache: AttentionCache | null = null,
): LanguageModelTaps {
  const { width, heads, layers } = config;
  const perHead = width / heads;
  const rows = (value: ValueName) => graph.reshape(value, [-1, width]);
  const positions = positionIds(graph, ids, sequence, cache);
  const bias = causalBias(graph, positions, cache);
  const layout = layoutOf(graph, ids, batch, sequence);
  const words = graph.node('Gather', ['wte.weight', layout.tokens]);
  const places = graph.node('Gather', ['wpe.weight', layout.alongSequence(positions)]);
  let stream = rows(graph.add(words, places));
  const shaped = (value: ValueName) => layout.byText(layout.split(value, [width]));
  const normalize = (value: ValueName, name: string) =>
    graph.nodeN('LayerNormalization', [value, `${name}.weight`, `${name}.bias`], ['', '', ''], {
      axis: -1,
      epsilon: float(config.epsilon ?? 1e-5),
    })[0];
  const dense = (value: ValueName, name: string) =>
    graph.node('Gemm', [value, `${name}.weight`, `${name}.bias`]);
  const split = (value: ValueName) => graph.transpose(layout.split(value, [heads, perHead]), layout.toHeads);
  const hidden = [shaped(stream)];
  const attention: ValueName[] = [];
  const context: ValueName[] = [];
  for (let layer = 0; layer < layers; layer++) {
    const block = `h.${layer}`;
    const mixed = dense(normalize(stream, `${block}.ln_1`), `${block}.attn.c_attn`);
    const [q, k, v] = graph.nodeN('Split', [mixed, graph.ints([width, width, width])], ['', '', ''], {
      axis: 1,
    });
    const [key, value] =
      cache === null
        ? [split(k), split(v)]
        : [cache.extend(layer, 'key', split(k)), cache.extend(layer, 'value', split(v))];
    const products = graph.node('MatMul', [split(q), graph.transpose(key, [0, 1, 3, 2])]);
    const scores = graph.scale(products, 1 / Math.sqrt(perHead));
    const weights = graph.node('Softmax', [graph.add(scores, bias)], { axis: -1 });
    const heard = graph.node('MatMul', [weights, value]);
    const joined = rows(graph.transpose(heard, layout.fromHeads));
    stream = graph.add(stream, dense(joined, `${block}.attn.c_proj`));
    const inner = dense(normalize(stream, `${block}.ln_2`), `${block}.mlp.c_fc`);
    const active = graph.node('Gelu', [inner], { approximate: 'tanh' });
    stream = graph.add(stream, dense(active, `${block}.mlp.c_proj`));
    attention.push(weights);
    context.push(heard);
    hidden.push(shaped(layer === layers - 1 ? normalize(stream, 'ln_f') : stream));
  }
  const final = normalize(stream, 'ln_f');
  const scored =
    cache === null
      ? rows(shaped(final))
      : graph.node('Gather', [shaped(final), graph.scalar(-1, 'int64')], { axis: 1 });
  const logits = graph.node('Gemm', [scored, 'wte.weight'], { transB: 1 });
  return { logits, hidden, attention, context };
}

/** How the rows of a stream of states lie: token by token of one text, or text by text of one token. */
interface Layout {
  readonly tokens: ValueName;
  /** Values that differ along the sequence alone, so that they broadcast over texts. */
  alongSequence(value: ValueName): ValueName;
  /** Rows → two axes of tokens, and `sizes`. */
  split(value: ValueName, sizes: readonly number[]): ValueName;
  /** A split value → [batch, sequence, ...]. */
  byText(value: ValueName): ValueName;
  /** Axes that bring [tokens, tokens, heads, width] to [batch, heads, sequence, width], and back. */
  readonly toHeads: readonly number[];
  readonly fromHeads: readonly number[];
}

/**
 * Where sizes are fixed, as in training, the sequence comes first: a matrix product then takes the heads of all texts as
 * they lie (ONNX Runtime merges the reordering of axes into the product), where they would have to be copied otherwise.
 */
function layoutOf(graph: TypedGraph, ids: ValueName, batch: Dimension, sequence: Dimension): Layout {
  if (typeof batch === 'number' && typeof sequence === 'number')
    return {
      tokens: graph.transpose(ids, [1, 0]),
      alongSequence: (value) => graph.node('Unsqueeze', [value, graph.ints([1])]),
      split: (value, sizes) => graph.reshape(value, [sequence, batch, ...sizes]),
      byText: (value) => graph.transpose(value, [1, 0, 2]),
      toHeads: [1, 2, 0, 3],
      fromHeads: [2, 0, 1, 3],
    };
  const shape = graph.node('Shape', [ids]);
  return {
    tokens: ids,
    alongSequence: (value) => value,
    split: (value, sizes) =>
      graph.node('Reshape', [value, graph.node('Concat', [shape, graph.ints(sizes)], { axis: 0 })]),
    byText: (value) => value,
    toHeads: [0, 2, 1, 3],
    fromHeads: [0, 2, 1, 3],
  };
}

/** 0, 1, 2, … along the sequence, or on from what was read before. */
function positionIds(
  graph: TypedGraph,
  ids: ValueName,
  sequence: Dimension,
  cache: AttentionCache | null,
): ValueName {
  if (typeof sequence === 'number') return graph.ints(Array.from({ length: sequence }, (_, at) => at));
  const length = graph.node('Squeeze', [graph.node('Shape', [ids], { start: 1, end: 2 }), graph.ints([0])]);
  const one = graph.scalar(1, 'int64');
  return cache === null
    ? graph.node('Range', [graph.scalar(0, 'int64'), length, one])
    : graph.node('Range', [cache.length, graph.add(cache.length, length), one]);
}

/** 0 where a position may look, −10⁹ where it would look ahead; [sequence, sequence before and now]. */
function causalBias(graph: TypedGraph, positions: ValueName, cache: AttentionCache | null): ValueName {
  const from = graph.node('Unsqueeze', [positions, graph.ints([1])]);
  const to = graph.node('Unsqueeze', [cache?.seen(positions) ?? positions, graph.ints([0])]);
  return graph.node('Where', [graph.node('GreaterOrEqual', [from, to]), graph.scalar(0), graph.scalar(-1e9)]);
}

/** Mean next-token cross-entropy in nats; `targets` int64 [batch · sequence]. */
export function nextTokenLoss(graph: TypedGraph, logits: ValueName, targets: ValueName): ValueName {
  return graph.nodeN('SoftmaxCrossEntropyLoss', [logits, targets], ['', ''], { reduction: 'mean' })[0];
}
