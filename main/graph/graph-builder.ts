import { type AttributeInput, makeAttributes } from './onnx/attributes.ts';
import { ELEMENT_TYPES, type ElementType, type TensorValues } from './onnx/element-type.ts';
import type { OnnxDimension, OnnxModel, OnnxNode, OnnxTensor, OnnxValueInfo } from './onnx/onnx-model.ts';
import { makeTensor } from './onnx/tensor-values.ts';

/** A fixed size or the name of a symbolic axis ("batch", "sequence"). */
export type Dimension = number | string;

/** Name of a value in the graph being built. */
export type ValueName = string;

type NumericType = Exclude<ElementType, 'string'>;

/** Operator set that graphs are written in; onnxruntime-node 1.30 runs up to 23. */
const DEFAULT_OPSET = 20;

/**
 * Builds an ONNX graph node by node. Values are passed around by name; names that are not given are made from the
 * operator and a counter, so equal calls give equal bytes.
 *
 *     const g = new GraphBuilder('gemm');
 *     const a = g.input('a', 'float32', ['m', 'k']);
 *     const b = g.input('b', 'float32', ['k', 'n']);
 *     g.output(g.node('MatMul', [a, b]), 'float32', ['m', 'n'], 'c');
 *     const bytes = encodeModel(g.build());
 */
export class GraphBuilder {
  private readonly name: string;
  private readonly opset: number;
  private readonly nodes: OnnxNode[] = [];
  private readonly initializers: OnnxTensor[] = [];
  private readonly inputs: OnnxValueInfo[] = [];
  private readonly outputs: OnnxValueInfo[] = [];
  private readonly names = new Set<string>();
  private readonly counters = new Map<string, number>();

  constructor(name: string, options: { opset?: number } = {}) {
    this.name = name;
    this.opset = options.opset ?? DEFAULT_OPSET;
  }

  private claim(name: string): ValueName {
    if (this.names.has(name)) throw new Error(`graph ${this.name}: the name ${name} is taken`);
    this.names.add(name);
    return name;
  }

  /** A name not yet used, from a stem: "MatMul", "MatMul_1", ... */
  private fresh(stem: string): ValueName {
    for (;;) {
      const count = this.counters.get(stem) ?? 0;
      this.counters.set(stem, count + 1);
      const name = count === 0 ? stem : `${stem}_${count}`;
      if (!this.names.has(name)) return this.claim(name);
    }
  }

  /** A graph input. */
  input(name: string, type: NumericType, dims: readonly Dimension[]): ValueName {
    this.inputs.push(valueInfo(name, type, dims));
    return this.claim(name);
  }

  /** A constant held in the graph: weights, shapes, axes. Values are row-major and shared, not copied. */
  constant(type: NumericType, dims: readonly number[], values: TensorValues, name?: string): ValueName {
    const claimed = name === undefined ? this.fresh('constant') : this.claim(name);
    this.initializers.push(makeTensor(claimed, type, dims, values));
    return claimed;
  }

  /** A list of int64 (axes, shapes, starts ...). */
  ints(values: readonly number[], name?: string): ValueName {
    return this.constant('int64', [values.length], BigInt64Array.from(values, BigInt), name);
  }

  /** A scalar constant. */
  scalar(value: number, type: 'float32' | 'float64' | 'int64' = 'float32', name?: string): ValueName {
    const data =
      type === 'float32'
        ? Float32Array.of(value)
        : type === 'float64'
          ? Float64Array.of(value)
          : BigInt64Array.of(BigInt(value));
    return this.constant(type, [], data, name);
  }

  /** A node with one output; returns the output's name. '' among inputs leaves an optional input out. */
  node(
    opType: string,
    inputs: readonly ValueName[],
    attributes: Readonly<Record<string, AttributeInput>> = {},
    output?: string,
  ): ValueName {
    return this.nodeN(opType, inputs, [output ?? ''], attributes)[0];
  }

  /** A node with several outputs; '' as an output name asks for a made-up one. */
  nodeN(
    opType: string,
    inputs: readonly ValueName[],
    outputs: readonly string[],
    attributes: Readonly<Record<string, AttributeInput>> = {},
  ): ValueName[] {
    for (const input of inputs) {
      if (input !== '' && !this.names.has(input))
        throw new Error(`graph ${this.name}: ${opType} reads unknown ${input}`);
    }
    const named = outputs.map((output) => (output === '' ? this.fresh(opType) : this.claim(output)));
    this.nodes.push({
      name: `node_${this.nodes.length}_${opType}`,
      opType,
      inputs: [...inputs],
      outputs: named,
      attributes: makeAttributes(attributes),
      unknown: [],
    });
    return named;
  }

  /** Declares a value as graph output, under `name` where one is given (by an Identity node if it differs). */
  output(value: ValueName, type: NumericType, dims: readonly Dimension[], name: string = value): void {
    if (name !== value) this.node('Identity', [value], {}, name);
    this.outputs.push(valueInfo(name, type, dims));
  }

  /** The finished model. */
  build(metadata: Readonly<Record<string, string>> = {}): OnnxModel {
    return {
      irVersion: 9,
      producerName: 'gyrus',
      graph: {
        name: this.name,
        nodes: this.nodes,
        initializers: this.initializers,
        inputs: this.inputs,
        outputs: this.outputs,
        valueInfos: [],
        unknown: [],
      },
      opsetImports: [{ domain: '', version: this.opset }],
      metadata: Object.entries(metadata).map(([key, value]) => ({ key, value })),
      unknown: [],
    };
  }
}

function valueInfo(name: string, type: NumericType, dims: readonly Dimension[]): OnnxValueInfo {
  const shape = dims.map((dim): OnnxDimension => (typeof dim === 'number' ? { size: dim } : { symbol: dim }));
  return {
    name,
    type: { kind: 'tensor', elementType: ELEMENT_TYPES[type], shape, unknown: [] },
    unknown: [],
  };
}
