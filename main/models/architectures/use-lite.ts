import { GraphBuilder, type ValueName } from '../../graph/graph-builder.ts';
import { float } from '../../graph/onnx/attributes.ts';
import type { OnnxModel } from '../../graph/onnx/onnx-model.ts';

/** A float32 weight, row-major. */
export interface Weight {
  readonly dims: readonly number[];
  readonly values: Float32Array;
}

/**
 * Weights of the encoder by name: `token_embedding` [vocabulary, 256]; for layer 0 and 1: `layer_N.attention_norm.scale|bias`,
 * `.qkv.kernel|bias`, `.output.kernel|bias`, `.ffn_norm.scale|bias`, `.ffn_in.kernel|bias`, `.ffn_out.kernel|bias`;
 * `layer_0.widen.kernel|bias` (256 → 512 on the residual path); `timing` [128] inverse wavelengths;
 * `pooled.kernel|bias`. Kernels are [in, out].
 */
export type UseLiteWeights = ReadonlyMap<string, Weight>;

/** Columns of the hidden states, lowest first: embedding + position, then the residual stream after each layer. */
export const USE_LITE_LAYERS = [
  { name: 'hidden_0', dimensions: 256 },
  { name: 'hidden_1', dimensions: 512 },
  { name: 'hidden_2', dimensions: 512 },
] as const;

/** Longest sequence the model was made for, in tokens. */
export const USE_LITE_MAX_TOKENS = 128;

const HEADS = 4;
const WIDTHS = [256, 512] as const;
/** Every normalisation in the network. */
const NORM_EPSILON = 1e-6;
/** Added to attention scores of padding. */
const PADDING_SCORE = -1e9;
const POOLED_EPSILON = 1e-12;

/**
 * Universal Sentence Encoder lite (Cer et al. 2018, arXiv 1803.11175) as an ONNX graph: two pre-norm Transformer layers
 * that see both directions, mean over tokens, tanh layer, unit length.
 *
 * - `tokens`: inputs `ids` int64[batch, sequence], `mask` float32[batch, sequence] (1 token, 0 padding); outputs
 *   `hidden_0`[batch, sequence, 256], `hidden_1`, `hidden_2`[.., 512], `attention_0`, `attention_1`[batch, 4,
 *   sequence, sequence], `embedding`[batch, 512]. States of padding are arbitrary.
 * - `last-word`: the states of chosen positions only, averaged. Inputs further `positions` int64[batch, pieces] and
 *   `weights` float32[batch, pieces] (summing to 1 in a row); outputs `hidden_0`[batch, 256], `hidden_1`, `hidden_2`
 *   [batch, 512]. The last layer is computed at these positions alone: same numbers, half the work.
 */
export function buildUseLite(weights: UseLiteWeights, form: 'tokens' | 'last-word'): OnnxModel {
  return new UseLiteGraph(weights, form).build();
}

class UseLiteGraph {
  private readonly g = new GraphBuilder('use-lite');
  private readonly weights: UseLiteWeights;
  private readonly form: 'tokens' | 'last-word';
  private readonly added = new Set<string>();

  constructor(weights: UseLiteWeights, form: 'tokens' | 'last-word') {
    this.weights = weights;
    this.form = form;
  }

  build(): OnnxModel {
    const g = this.g;
    const ids = g.input('ids', 'int64', ['batch', 'sequence']);
    const mask = g.input('mask', 'float32', ['batch', 'sequence']);
    const embedded = g.node('Gather', [this.weight('token_embedding'), ids], { axis: 0 });
    // The published graph adds position to the embedding as a residual step, so the embedding counts twice.
    const doubled = g.node('Mul', [embedded, g.scalar(2)]);
    const hidden0 = g.node('Add', [doubled, this.timing(ids)]);
    const padding = g.node('Mul', [g.node('Sub', [g.scalar(1), mask]), g.scalar(PADDING_SCORE)]);
    const scoreBias = g.node('Unsqueeze', [padding, g.ints([1, 2])]);
    if (this.form === 'tokens') {
      const first = this.layer(0, hidden0, scoreBias);
      const second = this.layer(1, first.hidden, scoreBias);
      g.output(hidden0, 'float32', ['batch', 'sequence', 256], 'hidden_0');
      g.output(first.hidden, 'float32', ['batch', 'sequence', 512], 'hidden_1');
      g.output(second.hidden, 'float32', ['batch', 'sequence', 512], 'hidden_2');
      g.output(first.attention, 'float32', ['batch', HEADS, 'sequence', 'sequence'], 'attention_0');
      g.output(second.attention, 'float32', ['batch', HEADS, 'sequence', 'sequence'], 'attention_1');
      g.output(this.pooled(second.hidden, mask), 'float32', ['batch', 512], 'embedding');
    } else {
      const positions = g.input('positions', 'int64', ['batch', 'pieces']);
      const weights = g.input('weights', 'float32', ['batch', 'pieces']);
      const index = g.node('Unsqueeze', [positions, g.ints([-1])]);
      const at = (hidden: ValueName) => g.node('GatherND', [hidden, index], { batch_dims: 1 });
      const first = this.layer(0, hidden0, scoreBias);
      const second = this.layer(1, first.hidden, scoreBias, at(first.hidden));
      g.output(this.average(at(hidden0), weights), 'float32', ['batch', 256], 'hidden_0');
      g.output(this.average(at(first.hidden), weights), 'float32', ['batch', 512], 'hidden_1');
      g.output(this.average(second.hidden, weights), 'float32', ['batch', 512], 'hidden_2');
    }
    return g.build({ model: 'Universal Sentence Encoder lite' });
  }

  private weight(name: string): ValueName {
    const found = this.weights.get(name);
    if (found === undefined) throw new Error(`use-lite: weight ${name} is missing`);
    if (this.added.has(name)) return name;
    this.added.add(name);
    return this.g.constant('float32', found.dims, found.values, name);
  }

  /** Sines then cosines of position × inverse wavelength: [sequence, 256]. */
  private timing(ids: ValueName): ValueName {
    const g = this.g;
    const length = g.node('Gather', [g.node('Shape', [ids]), g.scalar(1, 'int64')], { axis: 0 });
    const range = g.node('Range', [g.scalar(0, 'int64'), length, g.scalar(1, 'int64')]);
    const position = g.node('Unsqueeze', [g.node('Cast', [range], { to: 1 }), g.ints([1])]);
    const angle = g.node('Mul', [position, this.weight('timing')]);
    return g.node('Concat', [g.node('Sin', [angle]), g.node('Cos', [angle])], { axis: 1 });
  }

  private dense(x: ValueName, prefix: string): ValueName {
    return this.g.node('Add', [
      this.g.node('MatMul', [x, this.weight(`${prefix}.kernel`)]),
      this.weight(`${prefix}.bias`),
    ]);
  }

  private norm(x: ValueName, prefix: string): ValueName {
    const inputs = [x, this.weight(`${prefix}.scale`), this.weight(`${prefix}.bias`)];
    return this.g.node('LayerNormalization', inputs, { axis: -1, epsilon: float(NORM_EPSILON) });
  }

  /** [batch, n, width] → [batch, heads, n, width / heads] */
  private heads(x: ValueName, width: number): ValueName {
    const g = this.g;
    const split = g.node('Reshape', [x, g.ints([0, 0, HEADS, width / HEADS])]);
    return g.node('Transpose', [split], { perm: [0, 2, 1, 3] });
  }

  /**
   * One pre-norm layer. With `queries` (some rows of the residual stream), attention asks and the feed-forward network
   * runs for these rows only, over all rows as keys and values.
   */
  private layer(index: 0 | 1, x: ValueName, scoreBias: ValueName, queries?: ValueName) {
    const g = this.g;
    const width = WIDTHS[index];
    const name = `layer_${index}`;
    const residual = queries ?? x;
    const all = this.dense(this.norm(x, `${name}.attention_norm`), `${name}.qkv`);
    const [ownQuery, key, value] = g.nodeN('Split', [all, g.ints([width, width, width])], ['', '', ''], {
      axis: 2,
    });
    const query = queries === undefined ? ownQuery : this.queryOf(queries, name, width);
    const scaled = g.node('Mul', [this.heads(query, width), g.scalar((width / HEADS) ** -0.5)]);
    const keyT = g.node('Transpose', [this.heads(key, width)], { perm: [0, 1, 3, 2] });
    const scores = g.node('Add', [g.node('MatMul', [scaled, keyT]), scoreBias]);
    const attention = g.node('Softmax', [scores], { axis: -1 });
    const context = g.node('Transpose', [g.node('MatMul', [attention, this.heads(value, width)])], {
      perm: [0, 2, 1, 3],
    });
    const merged = g.node('Reshape', [context, g.ints([0, 0, width])]);
    const widened = index === 0 ? this.dense(residual, `${name}.widen`) : residual;
    const attended = g.node('Add', [this.dense(merged, `${name}.output`), widened]);
    const inner = g.node('Relu', [this.dense(this.norm(attended, `${name}.ffn_norm`), `${name}.ffn_in`)]);
    return { hidden: g.node('Add', [this.dense(inner, `${name}.ffn_out`), attended]), attention };
  }

  /** The query third of the joint projection, for chosen rows. */
  private queryOf(rows: ValueName, name: string, width: number): ValueName {
    const g = this.g;
    const third = (value: ValueName, axis: number) =>
      g.node('Slice', [value, g.ints([0]), g.ints([width]), g.ints([axis])]);
    const normed = this.norm(rows, `${name}.attention_norm`);
    const projected = g.node('MatMul', [normed, third(this.weight(`${name}.qkv.kernel`), 1)]);
    return g.node('Add', [projected, third(this.weight(`${name}.qkv.bias`), 0)]);
  }

  /** [batch, pieces, width] → [batch, width] */
  private average(states: ValueName, weights: ValueName): ValueName {
    const g = this.g;
    const weighted = g.node('Mul', [states, g.node('Unsqueeze', [weights, g.ints([-1])])]);
    return g.node('ReduceSum', [weighted, g.ints([1])], { keepdims: 0 });
  }

  private pooled(hidden: ValueName, mask: ValueName): ValueName {
    const g = this.g;
    const masked = g.node('Mul', [hidden, g.node('Unsqueeze', [mask, g.ints([-1])])]);
    const sum = g.node('ReduceSum', [masked, g.ints([1])], { keepdims: 0 });
    const count = g.node('Max', [g.node('ReduceSum', [mask, g.ints([1])], { keepdims: 1 }), g.scalar(1)]);
    const dense = g.node('Tanh', [this.dense(g.node('Div', [sum, count]), 'pooled')]);
    const squared = g.node('ReduceSum', [g.node('Mul', [dense, dense]), g.ints([1])], { keepdims: 1 });
    return g.node('Div', [dense, g.node('Sqrt', [g.node('Max', [squared, g.scalar(POOLED_EPSILON)])])]);
  }
}
