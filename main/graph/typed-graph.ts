import { elementCount, sameShape } from './dimensions.ts';
import { type Dimension, GraphBuilder, type ValueName } from './graph-builder.ts';
import { type AttributeInput, makeAttributes } from './onnx/attributes.ts';
import type { TensorValues } from './onnx/element-type.ts';
import type { OnnxNode } from './onnx/onnx-model.ts';
import type { OpDefinition, TensorType } from './op-definition.ts';
import { propagateSizes } from './size-values.ts';

/**
 * A graph under construction that knows the type and shape of every value, symbolic axes included, and never
 * emits the same computation twice (common subexpressions share a node, equal constants one initializer).
 * This is what gradients are written into.
 */
export class TypedGraph extends GraphBuilder {
  private readonly ops: ReadonlyMap<string, OpDefinition>;
  private readonly types = new Map<ValueName, TensorType>();
  private readonly sizeValues = new Map<ValueName, readonly Dimension[]>();
  private readonly producers = new Map<ValueName, OnnxNode>();
  private readonly memo = new Map<string, ValueName[]>();
  private readonly order: OnnxNode[] = [];
  private unknownCount = 0;

  /** @param ops the registry (ops/registry.ts): shape rule and gradient of every operator that may be used */
  constructor(name: string, ops: ReadonlyMap<string, OpDefinition>, options: { opset?: number } = {}) {
    super(name, options);
    this.ops = ops;
  }

  /** Nodes in topological order, as emitted so far. */
  get emitted(): readonly OnnxNode[] {
    return this.order;
  }

  /** Type and shape of a value. @throws Error for a name that is not in the graph */
  typeOf(value: ValueName): TensorType {
    const type = this.types.get(value);
    if (type === undefined) throw new Error(`the graph has no value named ${value}`);
    return type;
  }

  /** What an integer value (shape, axes) holds, where that can be told; symbolic sizes included. */
  sizesOf(value: ValueName): readonly Dimension[] | undefined {
    return this.sizeValues.get(value);
  }

  /** The node that makes a value; undefined for inputs and constants. */
  producerOf(value: ValueName): OnnxNode | undefined {
    return this.producers.get(value);
  }

  /** @throws Error for an operator that is not in the registry */
  definitionOf(node: OnnxNode): OpDefinition {
    const definition = this.ops.get(node.opType);
    if (definition === undefined) throw new Error(`operator ${node.opType} is not known to the graph engine`);
    return definition;
  }

  override input(name: string, type: TensorType['type'], dims: readonly Dimension[]): ValueName {
    this.types.set(name, { type, dims });
    return super.input(name, type, dims);
  }

  override constant(
    type: TensorType['type'],
    dims: readonly number[],
    values: TensorValues,
    name?: string,
  ): ValueName {
    const key = name === undefined && values.length <= 16 ? `const ${type} [${dims}] ${values}` : undefined;
    const known = key === undefined ? undefined : this.memo.get(key);
    if (known !== undefined) return known[0];
    const made = super.constant(type, dims, values, name);
    this.types.set(made, { type, dims });
    if (type === 'int64' && dims.length <= 1 && values.length <= 64)
      this.sizeValues.set(made, Array.from(values, Number));
    if (key !== undefined) this.memo.set(key, [made]);
    return made;
  }

  override nodeN(
    opType: string,
    inputs: readonly ValueName[],
    outputs: readonly string[],
    attributes: Readonly<Record<string, AttributeInput>> = {},
  ): ValueName[] {
    const key = outputs.every((output) => output === '')
      ? memoKey(opType, inputs, outputs.length, attributes)
      : '';
    const known = this.memo.get(key);
    if (known !== undefined) return known;
    const draft: OnnxNode = {
      opType,
      inputs: [...inputs],
      outputs: [...outputs],
      attributes: makeAttributes(attributes),
      unknown: [],
    };
    const inferred = this.infer(draft);
    const named = super.nodeN(opType, inputs, outputs, attributes);
    const node: OnnxNode = { ...draft, outputs: named };
    this.order.push(node);
    for (const [position, value] of named.entries()) {
      this.types.set(value, inferred[position]);
      this.producers.set(value, node);
    }
    const sizes = propagateSizes(
      node,
      (value) => this.sizeValues.get(value),
      (value) => this.types.get(value),
    );
    if (sizes !== undefined) this.sizeValues.set(named[0], sizes);
    if (key !== '') this.memo.set(key, named);
    return named;
  }

  private infer(node: OnnxNode): TensorType[] {
    const definition = this.definitionOf(node);
    try {
      return definition.infer({
        node,
        inputs: node.inputs.map((input) => (input === '' ? undefined : this.typeOf(input))),
        sizes: (input) => this.sizeValues.get(node.inputs[input] ?? ''),
        unknownDimension: (hint) => `${hint}_${this.unknownCount++}`,
      });
    } catch (error) {
      const detail = error instanceof Error ? error.message : String(error);
      throw new Error(`${node.opType}(${node.inputs.join(', ')}): ${detail}`, { cause: error });
    }
  }

  /** A scalar of the same float type as `like`. */
  number(value: number, like: ValueName): ValueName {
    return this.scalar(value, floatOf(this.typeOf(like).type));
  }

  /** A constant of ones of the same float type as `like`; one initializer for each shape. */
  ones(dims: readonly number[], like: ValueName): ValueName {
    const type = floatOf(this.typeOf(like).type);
    const count = dims.reduce((product, dim) => product * dim, 1);
    return this.shared('ones', type, dims, () =>
      (type === 'float64' ? new Float64Array(count) : new Float32Array(count)).fill(1),
    );
  }

  /** A constant that is one initializer for each kind, type and shape. @param values made only where it is not there yet */
  shared(
    kind: string,
    type: TensorType['type'],
    dims: readonly number[],
    values: () => TensorValues,
  ): ValueName {
    const key = `${kind} ${type} [${dims}]`;
    const known = this.memo.get(key);
    if (known !== undefined) return known[0];
    const made = this.constant(type, dims, values());
    this.memo.set(key, [made]);
    return made;
  }

  /** `a + b`, `a - b`, ... with broadcasting. */
  add(a: ValueName, b: ValueName): ValueName {
    return this.node('Add', [a, b]);
  }

  sub(a: ValueName, b: ValueName): ValueName {
    return this.node('Sub', [a, b]);
  }

  mul(a: ValueName, b: ValueName): ValueName {
    return this.node('Mul', [a, b]);
  }

  div(a: ValueName, b: ValueName): ValueName {
    return this.node('Div', [a, b]);
  }

  /** `a` times a number. */
  scale(a: ValueName, factor: number): ValueName {
    return factor === 1 ? a : this.mul(a, this.number(factor, a));
  }

  /** Sum over axes. */
  sum(a: ValueName, axes: readonly number[], keep = true): ValueName {
    return axes.length === 0 ? a : this.node('ReduceSum', [a, this.ints(axes)], { keepdims: keep ? 1 : 0 });
  }

  /** Mean over axes. */
  mean(a: ValueName, axes: readonly number[], keep = true): ValueName {
    return axes.length === 0 ? a : this.node('ReduceMean', [a, this.ints(axes)], { keepdims: keep ? 1 : 0 });
  }

  /** Reshape to sizes, of which one may be -1 and 0 copies the input's. */
  reshape(a: ValueName, dims: readonly number[]): ValueName {
    return this.node('Reshape', [a, this.ints(dims)]);
  }

  /** Reorders axes. */
  transpose(a: ValueName, permutation: readonly number[]): ValueName {
    return this.node('Transpose', [a], { perm: permutation });
  }

  /** Gives `a` the shape of `like` (same element count). */
  reshapeLike(a: ValueName, like: ValueName): ValueName {
    const from = this.typeOf(a).dims;
    const to = this.typeOf(like).dims;
    if (sameShape(from, to)) return a;
    const symbolic = to.filter((dim) => typeof dim === 'string').length;
    return symbolic <= 1
      ? this.reshape(
          a,
          to.map((dim) => (typeof dim === 'number' ? dim : -1)),
        )
      : this.node('Reshape', [a, this.node('Shape', [like])]);
  }

  /** Zeros of the shape and type of `like`. */
  zerosLike(like: ValueName): ValueName {
    return this.expandLike(this.number(0, like), like);
  }

  /** `a` repeated to the shape of `like`, where it is not there yet. */
  expandLike(a: ValueName, like: ValueName): ValueName {
    const to = this.typeOf(like).dims;
    if (sameShape(this.typeOf(a).dims, to)) return a;
    return elementCount(to) === undefined
      ? this.node('Expand', [a, this.node('Shape', [like])])
      : this.node('Expand', [a, this.ints(to.map(Number))]);
  }
}

function floatOf(type: TensorType['type']): 'float32' | 'float64' {
  if (type === 'float32' || type === 'float64') return type;
  throw new Error(`a number was asked for beside a value of type ${type}`);
}

function memoKey(
  op: string,
  inputs: readonly string[],
  outputs: number,
  attributes: Readonly<Record<string, AttributeInput>>,
): string {
  const settled = JSON.stringify(attributes, (_key, value: unknown) =>
    typeof value === 'bigint'
      ? `${value}n`
      : ArrayBuffer.isView(value)
        ? Array.from(value as Uint8Array)
        : value,
  );
  return `${op}(${inputs.join('|')})#${outputs}${settled}`;
}
