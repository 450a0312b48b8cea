import type { NdArray } from './gradcheck/nd-array.ts';
import type { Dimension, ValueName } from './graph-builder.ts';
import type { AttributeInput } from './onnx/attributes.ts';
import type { ElementType } from './onnx/element-type.ts';
import type { OnnxNode } from './onnx/onnx-model.ts';
import type { TypedGraph } from './typed-graph.ts';

/** Element type and shape of a value in a graph. */
export interface TensorType {
  readonly type: Exclude<ElementType, 'string'>;
  readonly dims: readonly Dimension[];
}

/** What a shape rule sees. */
export interface InferenceContext {
  readonly node: OnnxNode;
  /** Types of the node's inputs; undefined where an optional input is left out. */
  readonly inputs: readonly (TensorType | undefined)[];
  /** The values of an integer input (shapes, axes) where they are known, symbolic sizes included. */
  sizes(input: number): readonly Dimension[] | undefined;
  /** A new symbolic axis for a size that depends on data. */
  unknownDimension(hint: string): Dimension;
}

/** What a gradient rule sees and writes to. */
export interface GradientContext {
  readonly graph: TypedGraph;
  readonly node: OnnxNode;
  /** Gradient of the loss with respect to each output; undefined where none flows. */
  readonly outputGradients: readonly (ValueName | undefined)[];
  /** Which inputs a gradient is asked for. */
  readonly needed: readonly boolean[];
}

/** Emits the nodes that carry the gradient back; one entry per input, undefined where none flows. */
export type GradientRule = (context: GradientContext) => (ValueName | undefined)[];

/** One numerical check of an op: forward against `reference`, backward against central differences. */
export interface OpCheck {
  readonly name: string;
  readonly inputs: readonly CheckInput[];
  readonly attributes?: Readonly<Record<string, AttributeInput>>;
  /** How many outputs the node has; 1 unless said. */
  readonly outputs?: number;
  /** The op in plain loops over float64: independent of the runtime that is checked. */
  reference(inputs: readonly NdArray[]): NdArray[];
}

export interface CheckInput {
  readonly dims: readonly number[];
  /** "normal" and "positive" are differentiable variables; the others are given values and stay constant. */
  readonly fill: 'normal' | 'positive' | readonly number[];
  /** int64 or bool where the op wants it; else the float type under test. */
  readonly type?: 'int64' | 'bool';
  /** Held in the graph as a constant (axes, shapes), so that the shape rule can read it. */
  readonly constant?: boolean;
}

/**
 * One operator: its shape rule, its gradient or the reason why it has none, and its checks. `gyrus gradcheck`
 * runs them all; an op without one of the three fails there.
 */
export interface OpDefinition {
  readonly op: string;
  infer(context: InferenceContext): TensorType[];
  readonly gradient: GradientRule | { readonly none: string };
  readonly checks: readonly OpCheck[];
  /** True where ONNX Runtime's CPU provider has a float64 kernel, so that checks run in float64. */
  readonly float64: boolean;
}
