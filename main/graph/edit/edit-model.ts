import { UserError } from '../../core/errors.ts';
import { makeAttributes } from '../onnx/attributes.ts';
import { ELEMENT_TYPES } from '../onnx/element-type.ts';
import type { OnnxGraph, OnnxModel, OnnxNode, OnnxType, OnnxValueInfo } from '../onnx/onnx-model.ts';
import { GraphLinks, valuesRead } from './graph-links.ts';

/** A value to be given out, and the name that the output gets. */
export interface Exposure {
  readonly value: string;
  readonly name: string;
}

/** A value to be multiplied with a new input. */
export interface MaskPlan {
  readonly value: string;
  /** Name of the new input. */
  readonly mask: string;
  /** Shape of the input; it must broadcast to the value's. */
  readonly dims: readonly number[];
  /** Element type of value and mask. */
  readonly type?: 'float32' | 'float64' | 'float16';
}

/**
 * Adds inner values to a model's outputs. The nodes, weights and subgraphs stay as they are (and are shared with `model`).
 * @throws UserError `onnx.no-value`, `onnx.name-taken`
 */
export function exposeValues(model: OnnxModel, exposures: readonly Exposure[]): OnnxModel {
  const { graph } = model;
  const known = knownValues(graph);
  const taken = new Set([...known, ...graph.outputs.map(({ name }) => name)]);
  const nodes: OnnxNode[] = [];
  const outputs: OnnxValueInfo[] = [];
  for (const { value, name } of exposures) {
    if (!known.has(value)) throw noValue(value);
    if (name === value && graph.outputs.some((output) => output.name === name)) continue;
    const info = [...graph.valueInfos, ...graph.outputs].find((declared) => declared.name === value);
    outputs.push({ ...(info ?? { unknown: [] }), name });
    if (name === value) continue;
    if (taken.has(name)) throw nameTaken(name);
    taken.add(name);
    nodes.push(plainNode('Identity', `gyrus/expose/${name}`, [value], [name]));
  }
  return {
    ...model,
    graph: { ...graph, nodes: [...graph.nodes, ...nodes], outputs: [...graph.outputs, ...outputs] },
  };
}

/**
 * Multiplies inner values with new inputs: ones leave a model as it was, zeros take heads, neurons or whole layers out.
 * All that reads a value, subgraphs and outputs included, reads it masked.
 * @throws UserError `onnx.no-value` (for inputs and weights too: these are masked where they are fed), `onnx.name-taken`
 */
export function insertMasks(model: OnnxModel, plans: readonly MaskPlan[]): OnnxModel {
  const { graph } = model;
  const taken = knownValues(graph);
  const nodes = [...graph.nodes];
  const inputs = [...graph.inputs];
  for (const { value, mask, dims, type = 'float32' } of plans) {
    const at = nodes.findIndex(({ outputs }) => outputs.includes(value));
    if (at < 0) throw noValue(value);
    if (taken.has(mask)) throw nameTaken(mask);
    taken.add(mask);
    const bare = `${value}/unmasked`;
    const maker = nodes[at];
    const outputs = maker.outputs.map((output) => (output === value ? bare : output));
    nodes.splice(at, 1, { ...maker, outputs }, plainNode('Mul', `gyrus/mask/${mask}`, [bare, mask], [value]));
    inputs.push({
      name: mask,
      type: {
        kind: 'tensor',
        elementType: ELEMENT_TYPES[type],
        shape: dims.map((size) => ({ size })),
        unknown: [],
      },
      unknown: [],
    });
  }
  return { ...model, graph: { ...graph, nodes, inputs } };
}

/**
 * The part of a model that computes `outputs`, from its own inputs and from `inputs`, inner values that are fed from now on.
 * What is needed no more, weights included, is left out.
 * @throws UserError `onnx.no-value`, `onnx.cut-empty` where nothing would be left to compute, or an input has no part in it
 */
export function cutModel(
  model: OnnxModel,
  { inputs, outputs }: { readonly inputs: readonly string[]; readonly outputs: readonly string[] },
): OnnxModel {
  const { graph } = model;
  const links = new GraphLinks(graph);
  const known = knownValues(graph);
  for (const value of [...inputs, ...outputs]) if (!known.has(value)) throw noValue(value);
  const fed = new Set(inputs);
  const needed = new Set(outputs.flatMap((value) => [...links.before(value, fed)]));
  const nodes = graph.nodes.filter((_, at) => needed.has(at));
  const read = new Set(nodes.flatMap(valuesRead));
  if (needed.size === 0 || inputs.some((value) => !read.has(value))) {
    throw new UserError(
      'onnx.cut-empty',
      'Nothing is left between these values: the outputs must be computed from the inputs.',
    );
  }
  const infoOf = (name: string): OnnxValueInfo =>
    [...graph.valueInfos, ...graph.outputs, ...graph.inputs].find((info) => info.name === name) ?? {
      name,
      // Inputs must have a type; values that can be cut at are float32 where the file does not say.
      ...(fed.has(name) ? { type: floats } : {}),
      unknown: [],
    };
  const own = graph.inputs.filter(({ name }) => read.has(name) && !fed.has(name));
  return {
    ...model,
    graph: {
      ...graph,
      nodes,
      initializers: graph.initializers.filter(({ name }) => read.has(name ?? '') && !fed.has(name ?? '')),
      inputs: [...inputs.map(infoOf), ...own],
      outputs: outputs.map(infoOf),
      valueInfos: graph.valueInfos.filter(({ name }) => read.has(name) && !fed.has(name)),
    },
  };
}

const floats: OnnxType = { kind: 'tensor', elementType: ELEMENT_TYPES.float32, unknown: [] };

function knownValues(graph: OnnxGraph): Set<string> {
  return new Set([
    ...graph.inputs.map(({ name }) => name),
    ...graph.initializers.map(({ name }) => name ?? ''),
    ...graph.nodes.flatMap(({ outputs }) => outputs.filter((output) => output !== '')),
  ]);
}

function plainNode(opType: string, name: string, inputs: string[], outputs: string[]): OnnxNode {
  return { name, opType, inputs, outputs, attributes: makeAttributes({}), unknown: [] };
}

function noValue(value: string): UserError {
  return new UserError(
    'onnx.no-value',
    `The model computes no value named ${value}. List what there is with gyrus model taps.`,
    { value },
  );
}

function nameTaken(name: string): UserError {
  return new UserError('onnx.name-taken', `The model already has a value named ${name}. Give another name.`, {
    name,
  });
}
