import type { ValueName } from '../../graph/graph-builder.ts';
import { float } from '../../graph/onnx/attributes.ts';
import type { TypedGraph } from '../../graph/typed-graph.ts';
import type { ModelConfig } from '../folder/model-config.ts';
import type { AttentionCache } from './attention-cache.ts';

/** What a model's layers are made of. Rows are tokens: [batch · sequence, width]. */
export interface Attended {
  /** [batch, heads, sequence, sequence] */
  readonly attention: ValueName;
  /** Per-head outputs before they are mixed, [batch, heads, sequence, headWidth]. */
  readonly context: ValueName;
  /** The same as rows, heads side by side. */
  readonly rows: ValueName;
}

/**
 * Writes the blocks that Transformer families share into a graph whose parameters are already there under the names that
 * Hugging Face files give them, linear kernels as [out, in].
 */
export class TransformerWriter {
  readonly graph: TypedGraph;
  readonly config: ModelConfig;
  private readonly ids: ValueName;
  private readonly has: (name: string) => boolean;
  private readonly cache: AttentionCache | null;

  /**
   * @param ids int64 [batch, sequence]
   * @param has whether the model has a parameter of this name (biases are left out by some)
   * @param cache where texts are read piece by piece: keys and values of what was read before
   */
  constructor(
    graph: TypedGraph,
    config: ModelConfig,
    ids: ValueName,
    has: (name: string) => boolean,
    cache: AttentionCache | null = null,
  ) {
    this.graph = graph;
    this.config = config;
    this.ids = ids;
    this.has = has;
    this.cache = cache;
  }

  /** [batch, sequence, n] → rows. */
  rows(value: ValueName, width: number): ValueName {
    return this.graph.reshape(value, [-1, width]);
  }

  /** Rows → [batch, sequence, ...sizes]. */
  shaped(rows: ValueName, ...sizes: number[]): ValueName {
    const { graph } = this;
    return graph.node('Reshape', [
      rows,
      graph.node('Concat', [graph.node('Shape', [this.ids]), graph.ints(sizes)], { axis: 0 }),
    ]);
  }

  /** Rows → [batch, heads, sequence, headWidth]. */
  heads(rows: ValueName, heads: number): ValueName {
    return this.graph.transpose(this.shaped(rows, heads, this.config.headWidth), [0, 2, 1, 3]);
  }

  embedded(name: string, ids: ValueName): ValueName {
    return this.graph.node('Gather', [name, ids], { axis: 0 });
  }

  /** Rows · kernelᵀ (+ bias where the model has one). */
  linear(rows: ValueName, name: string): ValueName {
    const bias = this.has(`${name}.bias`) ? [`${name}.bias`] : [];
    return this.graph.node('Gemm', [rows, `${name}.weight`, ...bias], { transB: 1 });
  }

  layerNorm(rows: ValueName, name: string): ValueName {
    return this.graph.nodeN('LayerNormalization', [rows, `${name}.weight`, `${name}.bias`], ['', '', ''], {
      axis: -1,
      epsilon: float(this.config.epsilon),
    })[0];
  }

  /** x / √(mean(x²) + ε) · scale. */
  rmsNorm(rows: ValueName, name: string): ValueName {
    const { graph } = this;
    const power = graph.mean(graph.mul(rows, rows), [-1]);
    const size = graph.node('Sqrt', [graph.add(power, graph.number(this.config.epsilon, power))]);
    return graph.mul(graph.div(rows, size), `${name}.weight`);
  }

  activated(rows: ValueName): ValueName {
    const { graph } = this;
    switch (this.config.activation) {
      case 'gelu':
        return graph.node('Gelu', [rows], { approximate: 'none' });
      case 'gelu-tanh':
        return graph.node('Gelu', [rows], { approximate: 'tanh' });
      case 'silu':
        return graph.mul(rows, graph.node('Sigmoid', [rows]));
      case 'relu':
        return graph.node('Relu', [rows]);
    }
  }

  /** 0, 1, 2, … along the sequence, or on from what was read before. */
  positions(): ValueName {
    const { graph, cache } = this;
    const size = graph.node('Shape', [this.ids], { start: 1, end: 2 });
    const length = graph.node('Squeeze', [size, graph.ints([0])]);
    const first = cache?.length ?? graph.scalar(0, 'int64');
    const end = cache === null ? length : graph.add(cache.length, length);
    return graph.node('Range', [first, end, graph.scalar(1, 'int64')]);
  }

  /** 0 where a position may look, −10⁹ where it would look ahead; [sequence, sequence before and now]. */
  causalBias(): ValueName {
    const { graph } = this;
    const positions = this.positions();
    const from = graph.node('Unsqueeze', [positions, graph.ints([1])]);
    const to = graph.node('Unsqueeze', [this.cache?.seen(positions) ?? positions, graph.ints([0])]);
    return graph.node('Where', [
      graph.node('GreaterOrEqual', [from, to]),
      graph.scalar(0),
      graph.scalar(-1e9),
    ]);
  }

  /** Keys and values of a layer, after those that were remembered where texts are read piece by piece. */
  remembered(layer: number, key: ValueName, value: ValueName): readonly [key: ValueName, value: ValueName] {
    const { cache } = this;
    return cache === null
      ? [key, value]
      : [cache.extend(layer, 'key', key), cache.extend(layer, 'value', value)];
  }

  /**
   * Scores over the vocabulary of final states (rows): [batch, sequence, vocabulary]; where texts are read piece by piece,
   * those of the last token alone, [batch, vocabulary].
   */
  scores(rows: ValueName, head: string): ValueName {
    const { graph, config } = this;
    if (this.cache === null) return this.shaped(this.linear(rows, head), config.vocabularySize);
    const last = graph.node('Gather', [this.shaped(rows, config.width), graph.scalar(-1, 'int64')], {
      axis: 1,
    });
    return this.linear(last, head);
  }

  /**
   * Attention of queries to keys and values, all [batch, heads, sequence, headWidth]; several query heads share a head of
   * keys and values where there are fewer of these.
   * @param bias added to the scores, broadcast to [batch, heads, sequence, sequence]
   */
  attend(query: ValueName, key: ValueName, value: ValueName, bias: ValueName): Attended {
    const { graph } = this;
    const { heads, keyValueHeads, headWidth } = this.config;
    const scaled = graph.scale(query, headWidth ** -0.5);
    const scores = graph.node('MatMul', [scaled, graph.transpose(this.shared(key), [0, 1, 3, 2])]);
    const attention = graph.node('Softmax', [graph.add(scores, bias)], { axis: -1 });
    const context = graph.node('MatMul', [attention, keyValueHeads === heads ? value : this.shared(value)]);
    const rows = graph.reshape(graph.transpose(context, [0, 2, 1, 3]), [-1, heads * headWidth]);
    return { attention, context, rows };
  }

  /** Each key or value head repeated for the query heads that share it. */
  private shared(value: ValueName): ValueName {
    const { heads, keyValueHeads } = this.config;
    if (heads === keyValueHeads) return value;
    const index = Array.from({ length: heads }, (_, head) => Math.floor((head * keyValueHeads) / heads));
    return this.graph.node('Gather', [value, this.graph.ints(index)], { axis: 1 });
  }
}
