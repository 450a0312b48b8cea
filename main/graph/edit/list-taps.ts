import { inferGraphShapes } from '../inspect/graph-shapes.ts';
import type { OnnxModel } from '../onnx/onnx-model.ts';
import type { OpDefinition, TensorType } from '../op-definition.ts';
import { type FoundLayers, findLayers } from './find-layers.ts';

/** A value inside a graph that can be read or masked. */
export interface Tap {
  readonly value: string;
  /** Operator and name of the node that makes it. */
  readonly op: string;
  readonly node: string;
  /** Element type and shape, where they can be told; axes of open size by name. */
  readonly type: TensorType | null;
}

/** Everything that can be tapped in a model. */
export interface TapList extends FoundLayers {
  /** Heads of each attention layer; null where the file does not say. */
  readonly heads: readonly (number | null)[];
  /** Values of numbers (no integers, no truth values), in the order in which they are computed. */
  readonly values: readonly Tap[];
}

/** Operators whose results are constants or sizes, whatever their type. */
const NOT_STATES = new Set(['Constant', 'ConstantOfShape', 'Shape', 'Size', 'Range']);

/** Lists the layers, heads and values of a model that can be exposed, masked or cut at. */
export function listTaps({ graph }: OnnxModel, operators: ReadonlyMap<string, OpDefinition>): TapList {
  const { types } = inferGraphShapes(graph, operators, {});
  const found = findLayers(graph);
  const heads = found.attention.map(({ attention, context }) => {
    const size = types.get(attention)?.dims[1] ?? types.get(context)?.dims[1];
    return typeof size === 'number' ? size : null;
  });
  const values = graph.nodes.flatMap((node): Tap[] => {
    if (NOT_STATES.has(node.opType)) return [];
    return node.outputs
      .filter((value) => value !== '' && isReal(types.get(value)))
      .map((value) => ({
        value,
        op: node.opType,
        node: node.name ?? '',
        type: types.get(value) ?? null,
      }));
  });
  return { ...found, heads, values };
}

function isReal(type: TensorType | undefined): boolean {
  return type === undefined || type.type.startsWith('float') || type.type === 'bfloat16';
}
