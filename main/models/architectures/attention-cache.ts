import type { ValueName } from '../../graph/graph-builder.ts';
import type { TypedGraph } from '../../graph/typed-graph.ts';
import type { ModelConfig } from '../folder/model-config.ts';

/** Names of a layer's remembered keys or values on their way in and out of a graph. */
export const pastName = (layer: number, part: 'key' | 'value') => `past_${layer}_${part}`;
export const presentName = (layer: number, part: 'key' | 'value') => `present_${layer}_${part}`;

/** A graph input of int64 [batch]: which text of the run before each text of this run goes on from. */
export const ROWS = 'rows';

/**
 * Keys and values of the tokens already read, so that a text can be read piece by piece. Adds to a graph the input `rows`
 * and, per layer, `past_N_key` and `past_N_value` [texts before, key-value heads, tokens before, head width]; the outputs
 * `present_N_key` and `present_N_value` hold what the next run takes. Because rows are picked inside the graph, a beam
 * search reorders its beams, and a batch drops finished texts, at no extra cost.
 */
export class AttentionCache {
  /** How many tokens were read before; int64 scalar. */
  readonly length: ValueName;
  private readonly graph: TypedGraph;
  private readonly rows: ValueName;
  private readonly dims: readonly [string, number, string, number];
  private readonly presents: { readonly name: string; readonly value: ValueName }[] = [];

  constructor(graph: TypedGraph, config: Pick<ModelConfig, 'keyValueHeads' | 'headWidth' | 'layers'>) {
    this.graph = graph;
    this.dims = ['before', config.keyValueHeads, 'past', config.headWidth];
    this.rows = graph.input(ROWS, 'int64', ['batch']);
    for (let layer = 0; layer < config.layers; layer++)
      for (const part of ['key', 'value'] as const) graph.input(pastName(layer, part), 'float32', this.dims);
    const size = graph.node('Shape', [pastName(0, 'key')], { start: 2, end: 3 });
    this.length = graph.node('Squeeze', [size, graph.ints([0])]);
  }

  /** Positions that can be looked at: those of the runs before, then those of this one (`now`). */
  seen(now: ValueName): ValueName {
    const { graph } = this;
    const before = graph.node('Range', [graph.scalar(0, 'int64'), this.length, graph.scalar(1, 'int64')]);
    return graph.node('Concat', [before, now], { axis: 0 });
  }

  /** Keys or values of this run [batch, heads, sequence, headWidth] after those of the runs before, along the sequence. */
  extend(layer: number, part: 'key' | 'value', fresh: ValueName): ValueName {
    const { graph } = this;
    const kept = graph.node('Gather', [pastName(layer, part), this.rows], { axis: 0 });
    const value = graph.node('Concat', [kept, fresh], { axis: 2 });
    this.presents.push({ name: presentName(layer, part), value });
    return value;
  }

  /** Declares the outputs; call once, when every layer is written. */
  declareOutputs(): void {
    const [, heads, , width] = this.dims;
    for (const { name, value } of this.presents)
      this.graph.output(value, 'float32', ['batch', heads, 'total', width], name);
  }
}
