import type { InspectedOp, NamedShape, UncountedOp } from '../../contract/model-inspection.ts';
import type { OnnxGraph, OnnxNode } from '../onnx/onnx-model.ts';
import type { OpDefinition, TensorType } from '../op-definition.ts';
import { type AxisSizes, inferGraphShapes } from './graph-shapes.ts';
import { countOperations } from './operation-counts.ts';

/** Every node with shapes, parameters and arithmetic, and why some could not be counted. */
export interface GraphInspection {
  readonly ops: readonly InspectedOp[];
  /** Names of the node's inputs and outputs as in the file, by the op's id. */
  readonly nodes: readonly OnnxNode[];
  readonly types: ReadonlyMap<string, TensorType>;
  readonly uncounted: readonly Omit<UncountedOp, 'nodes'>[];
}

/** Inputs of these operators that hold what was measured in training, not learnt: running mean and variance. */
const BUFFERS: Readonly<Record<string, readonly number[]>> = { BatchNormalization: [3, 4] };

const WEIGHT_TYPES = new Set<TensorType['type']>(['float32', 'float64', 'float16', 'bfloat16']);

/**
 * Walks a graph and counts. A weight that several nodes read (tied embeddings) counts once, where it is first read.
 * Weights are float initializers of rank 1 or more and the quantised ones that a DequantizeLinear reads; running means and
 * variances are no parameters.
 * @param parameters inputs that hold the weights of a graph built without values; its initializers are then none
 */
export function inspectGraph(
  graph: OnnxGraph,
  operators: ReadonlyMap<string, OpDefinition>,
  sizes: AxisSizes,
  parameters?: ReadonlySet<string>,
): GraphInspection {
  const { types, doubts } = inferGraphShapes(graph, operators, sizes);
  const weights = parameters ?? new Set(graph.initializers.map((tensor) => tensor.name ?? ''));
  const producer = new Map<string, number>();
  const counted = new Set<string>();
  const uncounted: Omit<UncountedOp, 'nodes'>[] = [];
  const ops = graph.nodes.map((node, id): InspectedOp => {
    const typeOf = (value: string) => (value === '' ? undefined : types.get(value));
    const inputs = node.inputs.map(typeOf);
    const outputs = node.outputs.map(typeOf);
    const read = weightsOf(node, inputs, weights);
    const fresh = read.filter(({ name }) => !counted.has(name));
    for (const { name } of fresh) counted.add(name);
    const amount = countOperations(node, inputs, outputs);
    if (amount === null) {
      const known =
        node.inputs.every((name, at) => name === '' || hasSizes(inputs[at])) && hasSizes(outputs[0]);
      const why = known ? 'no-rule' : doubts.has(id) ? 'refused' : 'no-shape';
      uncounted.push({ op: node.opType, why, detail: doubts.get(id) ?? '' });
    }
    const from = node.inputs.flatMap((input) => producer.get(input) ?? []);
    for (const output of node.outputs) producer.set(output, id);
    return {
      id,
      op: node.opType,
      output: node.outputs[0] ?? '',
      dims: [...(outputs[0]?.dims ?? [])],
      weights: read,
      from: [...new Set(from)],
      parameters: fresh.reduce((sum, { dims }) => sum + elements(dims), 0),
      macs: amount?.macs ?? 0,
      flops: amount?.flops ?? 0,
      factors: [...(amount?.factors ?? [])],
      counted: amount !== null,
    };
  });
  return { ops, nodes: graph.nodes, types, uncounted };
}

function weightsOf(
  node: OnnxNode,
  inputs: readonly (TensorType | undefined)[],
  weights: ReadonlySet<string>,
): NamedShape[] {
  const buffers = BUFFERS[node.opType] ?? [];
  return node.inputs.flatMap((name, at): NamedShape[] => {
    const type = inputs[at];
    if (type === undefined || !weights.has(name) || buffers.includes(at)) return [];
    const quantised = node.opType === 'DequantizeLinear' && at === 0;
    if (!(quantised || (WEIGHT_TYPES.has(type.type) && type.dims.length > 0))) return [];
    return [{ name, type: type.type, dims: [...type.dims] }];
  });
}

function hasSizes(type: TensorType | undefined): boolean {
  return type?.dims.every((dim) => typeof dim === 'number') ?? false;
}

function elements(dims: readonly (number | string)[]): number {
  return dims.reduce<number>((product, size) => product * Number(size), 1);
}
