import type { Dimension } from '../graph-builder.ts';
import { elementTypeName } from '../onnx/element-type.ts';
import type { OnnxGraph, OnnxNode, OnnxTensor, OnnxValueInfo } from '../onnx/onnx-model.ts';
import { tensorValues } from '../onnx/tensor-values.ts';
import type { OpDefinition, TensorType } from '../op-definition.ts';
import { propagateSizes } from '../size-values.ts';

/** Sizes of a graph's symbolic axes by name ("batch", "sequence"; "NAME.0" for an axis of input NAME without a symbol). */
export type AxisSizes = Readonly<Record<string, number>>;

/** Operators outside the registry whose first output has the type of their first input (of any, for Sum). */
const KEEPS_TYPE = new Set([
  'BatchNormalization',
  'Dropout',
  'Elu',
  'Floor',
  'Ceil',
  'Round',
  'LRN',
  'LpNormalization',
  'Mish',
  'PRelu',
  'Selu',
  'Sum',
  'Celu',
  'ThresholdedRelu',
  'GroupNormalization',
  'RMSNormalization',
  'SimplifiedLayerNormalization',
  'LeakyRelu',
  'HardSigmoid',
]);

/** Integer initializers up to this length are read, as they may be shapes or axes. */
const READ_LENGTH = 64;

/** The symbolic axes of a graph's inputs, in the order in which they appear; `parameters` are inputs that hold weights. */
export function symbolicAxes(graph: OnnxGraph, parameters: ReadonlySet<string> = new Set()): string[] {
  const held = new Set(graph.initializers.map((tensor) => tensor.name));
  const names = graph.inputs
    .filter((input) => !held.has(input.name) && !parameters.has(input.name))
    .flatMap((input) => (declaredType(input)?.dims ?? []).filter((dim) => typeof dim === 'string'));
  return [...new Set(names)];
}

/** Type of a declared value; axes without a name are called after the value and their place. */
export function declaredType(info: OnnxValueInfo): TensorType | undefined {
  if (info.type?.kind !== 'tensor' || info.type.shape === undefined) return undefined;
  const type = elementTypeName(info.type.elementType);
  if (type === undefined || type === 'string') return undefined;
  const dims = info.type.shape.map(
    (dim, axis): Dimension => dim.size ?? dim.symbol ?? `${info.name}.${axis}`,
  );
  return { type, dims };
}

/** Types of a graph's values, and by node (its place in the list) why a shape rule could not be followed. */
export interface GraphShapes {
  readonly types: ReadonlyMap<string, TensorType>;
  readonly doubts: ReadonlyMap<number, string>;
}

/**
 * Element type and shape of every value of a graph for given sizes of its symbolic axes. Rules come from the operator
 * registry; where it has none, or one that does not fit, the file's own declaration is taken. Values whose shape cannot
 * be told are left out.
 */
export function inferGraphShapes(
  graph: OnnxGraph,
  operators: ReadonlyMap<string, OpDefinition>,
  sizes: AxisSizes,
): GraphShapes {
  const doubts = new Map<number, string>();
  const types = new Map<string, TensorType>();
  const known = new Map<string, readonly Dimension[]>();
  const bound = ({ type, dims }: TensorType): TensorType => ({
    type,
    dims: dims.map((dim) => (typeof dim === 'string' ? (sizes[dim] ?? dim) : dim)),
  });
  const declared = new Map<string, TensorType>();
  for (const info of [...graph.valueInfos, ...graph.outputs]) {
    const type = declaredType(info);
    if (type !== undefined) declared.set(info.name, bound(type));
  }
  for (const input of graph.inputs) {
    const type = declaredType(input);
    if (type !== undefined) types.set(input.name, bound(type));
  }
  for (const tensor of graph.initializers) keepTensor(tensor, tensor.name ?? '', types, known);
  let unknowns = 0;
  for (const [place, node] of graph.nodes.entries()) {
    if (keepConstant(node, types, known)) continue;
    const definition = operators.get(node.opType);
    const first = types.get(node.inputs[0] ?? '');
    let inferred: TensorType[] | undefined;
    try {
      inferred = definition && infer(definition, node, types, known, () => unknowns++);
    } catch (thrown) {
      doubts.set(place, thrown instanceof Error ? thrown.message : String(thrown));
    }
    node.outputs.forEach((output, position) => {
      if (output === '') return;
      const simple = position === 0 ? simpleType(node, first, known) : undefined;
      const type = inferred?.[position] ?? simple ?? declared.get(output);
      if (type !== undefined) types.set(output, type);
    });
    const held = propagateSizes(
      node,
      (value) => known.get(value),
      (value) => types.get(value),
    );
    if (held !== undefined && node.outputs[0] !== undefined) known.set(node.outputs[0], held);
  }
  return { types, doubts };
}

/** Types that need no rule of the registry: what keeps its input's, and constants of any fill. */
function simpleType(
  node: OnnxNode,
  first: TensorType | undefined,
  known: ReadonlyMap<string, readonly Dimension[]>,
): TensorType | undefined {
  if (KEEPS_TYPE.has(node.opType)) return first;
  const dims = known.get(node.inputs[0] ?? '');
  if (node.opType !== 'ConstantOfShape' || dims === undefined) return undefined;
  const fill = node.attributes.find(({ name }) => name === 'value');
  const type = fill?.kind === 'tensor' ? elementTypeName(fill.value.dataType) : 'float32';
  return type === undefined || type === 'string' ? undefined : { type, dims };
}

/** @throws Error where the rule refuses what it is given */
function infer(
  definition: OpDefinition,
  node: OnnxNode,
  types: ReadonlyMap<string, TensorType>,
  known: ReadonlyMap<string, readonly Dimension[]>,
  count: () => number,
): TensorType[] | undefined {
  const inputs = node.inputs.map((input) => (input === '' ? undefined : types.get(input)));
  // An input of unknown shape (after an operator that nobody knows) leaves all that follows to the declarations.
  if (node.inputs.some((input, at) => input !== '' && inputs[at] === undefined)) return undefined;
  return definition.infer({
    node,
    inputs,
    sizes: (input) => known.get(node.inputs[input] ?? ''),
    unknownDimension: (hint) => `${hint}_${count()}`,
  });
}

function keepTensor(
  tensor: OnnxTensor,
  name: string,
  types: Map<string, TensorType>,
  known: Map<string, readonly Dimension[]>,
): void {
  const type = elementTypeName(tensor.dataType);
  if (type === undefined || type === 'string') return;
  types.set(name, { type, dims: tensor.dims });
  const count = tensor.dims.reduce((product, size) => product * size, 1);
  if ((type === 'int64' || type === 'int32') && tensor.dims.length <= 1 && count <= READ_LENGTH)
    known.set(name, Array.from(tensorValues(tensor), Number));
}

/** `Constant` nodes hold their value as an attribute. */
function keepConstant(
  node: OnnxNode,
  types: Map<string, TensorType>,
  known: Map<string, readonly Dimension[]>,
): boolean {
  if (node.opType !== 'Constant') return false;
  const [output] = node.outputs;
  for (const attribute of node.attributes) {
    if (attribute.kind === 'tensor') keepTensor(attribute.value, output, types, known);
    else if (attribute.kind === 'float') types.set(output, { type: 'float32', dims: [] });
    else if (attribute.kind === 'floats')
      types.set(output, { type: 'float32', dims: [attribute.value.length] });
    else if (attribute.kind === 'int' || attribute.kind === 'ints') {
      const values = attribute.kind === 'int' ? [attribute.value] : attribute.value;
      types.set(output, { type: 'int64', dims: attribute.kind === 'int' ? [] : [values.length] });
      known.set(output, values.map(Number));
    }
  }
  return true;
}
