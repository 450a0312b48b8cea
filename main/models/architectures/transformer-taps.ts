import type { ValueName } from '../../graph/graph-builder.ts';

/** Where a Transformer can be read. */
export interface TransformerTaps {
  /** Scores over the vocabulary, [batch, sequence, vocabulary]; null for a model without such a head. */
  readonly logits: ValueName | null;
  /** [batch, sequence, width]: embeddings, then the output of each layer (the last one after the final normalisation). */
  readonly hidden: readonly ValueName[];
  /** [batch, heads, sequence, sequence] per layer. */
  readonly attention: readonly ValueName[];
  /** Per-head outputs before they are mixed, [batch, heads, sequence, headWidth] per layer. */
  readonly context: readonly ValueName[];
}
