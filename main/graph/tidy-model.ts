import { float, floatAttribute, makeAttributes } from './onnx/attributes.ts';
import type { OnnxModel, OnnxNode, OnnxTensor } from './onnx/onnx-model.ts';
import { makeTensor, tensorValues } from './onnx/tensor-values.ts';

/**
 * The same computation in a form that ONNX Runtime does faster on the processor, node by node:
 * - cross-entropy over the last axis of rows × classes (its own decomposition goes through three axes and copies the
 *   scores twice on the way);
 * - factors on values that only feed matrix products become factors of the products;
 * - the bias of a product is added afterwards (ONNX Runtime would copy it to every row first, on one thread);
 * - results are made under the name of the output that they are, without a copy;
 * - what no output needs is left out.
 */
export function tidyModel(model: OnnxModel): OnnxModel {
  const { graph } = model;
  const nodes = graph.nodes.flatMap(lowerCrossEntropy);
  const axis: OnnxTensor[] =
    nodes.length === graph.nodes.length ? [] : [makeTensor(AXIS, 'int64', [1], BigInt64Array.of(1n))];
  const initializers = [...graph.initializers, ...axis];
  const outputs = new Set(graph.outputs.map(({ name }) => name));
  const folded = foldFactors(nodes, initializers, outputs);
  const vectors = new Set(
    graph.inputs.flatMap(({ name, type }) =>
      type?.kind === 'tensor' && type.shape?.length === 1 ? [name] : [],
    ),
  );
  const named = nameOutputs(
    folded.flatMap((one) => splitBias(one, vectors)),
    outputs,
  );
  return { ...model, graph: { ...graph, initializers, nodes: reached(named, outputs) } };
}

const node = (
  opType: string,
  inputs: string[],
  outputs: string[],
  attributes: Parameters<typeof makeAttributes>[0] = {},
): OnnxNode => ({ opType, inputs, outputs, attributes: makeAttributes(attributes), unknown: [] });

const AXIS = 'tidy.target_axis';

/** Mean cross-entropy of rows × classes: log-probabilities, of which those of the targets are picked and averaged. */
function lowerCrossEntropy(given: OnnxNode): OnnxNode[] {
  if (given.opType !== 'SoftmaxCrossEntropyLoss' || given.inputs.length > 2) return [given];
  const [scores, targets] = given.inputs;
  const [loss, logs = `${loss}.logs`] = given.outputs;
  const inner = (part: string) => `${loss}.${part}`;
  return [
    node('LogSoftmax', [scores], [logs], { axis: -1 }),
    node('Unsqueeze', [targets, AXIS], [inner('column')]),
    node('GatherElements', [logs, inner('column')], [inner('picked')], { axis: 1 }),
    node('ReduceMean', [inner('picked')], [inner('mean')], { keepdims: 0 }),
    node('Neg', [inner('mean')], [loss]),
  ];
}

/** Mul(x, constant scalar) whose every use is a factor of a Gemm goes into that Gemm's alpha. */
function foldFactors(
  nodes: readonly OnnxNode[],
  initializers: readonly OnnxTensor[],
  outputs: ReadonlySet<string>,
): OnnxNode[] {
  const scalars = new Map<string, number>();
  for (const tensor of initializers) {
    if (tensor.name !== undefined && tensor.dims.length === 0 && tensor.dataType === 1)
      scalars.set(tensor.name, Number(tensorValues(tensor)[0]));
  }
  for (const {
    opType,
    inputs,
    outputs: [name],
  } of nodes) {
    const [a, b] = inputs.map((input) => scalars.get(input));
    if (opType === 'Div' && a !== undefined && b !== undefined) scalars.set(name, a / b);
  }
  const uses = new Map<string, number>();
  const inProducts = new Map<string, number>();
  const count = (into: Map<string, number>, name: string) => into.set(name, (into.get(name) ?? 0) + 1);
  for (const { opType, inputs } of nodes) {
    for (const [slot, input] of inputs.entries()) {
      count(uses, input);
      if (opType === 'Gemm' && slot < 2) count(inProducts, input);
    }
  }
  const factors = new Map<string, { readonly value: string; readonly factor: number }>();
  for (const { opType, inputs, outputs: made } of nodes) {
    const factor = opType === 'Mul' ? scalars.get(inputs[1]) : undefined;
    const [name] = made;
    if (factor === undefined || outputs.has(name) || uses.get(name) !== inProducts.get(name)) continue;
    factors.set(name, { value: inputs[0], factor });
  }
  return nodes
    .filter(({ outputs: [name] }) => !factors.has(name))
    .map((one) => (one.opType === 'Gemm' ? scaledProduct(one, factors) : one));
}

function scaledProduct(
  product: OnnxNode,
  factors: ReadonlyMap<string, { readonly value: string; readonly factor: number }>,
): OnnxNode {
  let alpha = floatAttribute(product, 'alpha', 1);
  const inputs = product.inputs.map((input, slot) => {
    const folded = slot < 2 ? factors.get(input) : undefined;
    alpha *= folded?.factor ?? 1;
    return folded?.value ?? input;
  });
  const rest = product.attributes.filter(({ name }) => name !== 'alpha');
  return { ...product, inputs, attributes: [...rest, ...makeAttributes({ alpha: float(alpha) })] };
}

/** Takes out each Identity whose only purpose is an output's name, by making the value under that name. */
function nameOutputs(nodes: readonly OnnxNode[], outputs: ReadonlySet<string>): OnnxNode[] {
  const made = new Set(nodes.flatMap((one) => one.outputs));
  const names = new Map<string, string>();
  const kept = nodes.filter(({ opType, inputs: [value], outputs: [name] }) => {
    const renames = opType === 'Identity' && outputs.has(name) && made.has(value) && !outputs.has(value);
    if (!renames || names.has(value)) return true;
    names.set(value, name);
    return false;
  });
  const renamed = (value: string) => names.get(value) ?? value;
  return kept.map((one) => ({ ...one, inputs: one.inputs.map(renamed), outputs: one.outputs.map(renamed) }));
}

/** Gemm(a, b, c) with a vector that is a graph input for c, as Add(Gemm(a, b), c). */
function splitBias(product: OnnxNode, vectors: ReadonlySet<string>): OnnxNode[] {
  const [a, b, bias] = product.inputs;
  if (product.opType !== 'Gemm' || !vectors.has(bias) || floatAttribute(product, 'beta', 1) !== 1)
    return [product];
  const [name] = product.outputs;
  const bare = `${name}.unbiased`;
  return [{ ...product, inputs: [a, b], outputs: [bare] }, node('Add', [bare, bias], [name])];
}

/** Nodes that lead to an output, in their order. */
function reached(nodes: readonly OnnxNode[], outputs: ReadonlySet<string>): OnnxNode[] {
  const needed = new Set(outputs);
  const kept = nodes.toReversed().filter((one) => {
    if (!one.outputs.some((output) => needed.has(output))) return false;
    for (const input of one.inputs) needed.add(input);
    return true;
  });
  return kept.reverse();
}
