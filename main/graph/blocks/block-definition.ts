import type { ValueName } from '../graph-builder.ts';
import type { OpCheck } from '../op-definition.ts';
import type { TypedGraph } from '../typed-graph.ts';

/** A block as `gyrus gradcheck` runs it: what it writes for a check's inputs, and the checks. */
export interface BlockDefinition {
  readonly block: string;
  /** Writes the block; its outputs in the order of the checks' references. */
  build(graph: TypedGraph, inputs: readonly ValueName[]): readonly ValueName[];
  readonly checks: readonly OpCheck[];
  /** True where every operator it uses has a float64 kernel in ONNX Runtime's CPU provider. */
  readonly float64: boolean;
}
