import { makeAttributes } from '../../graph/onnx/attributes.ts';
import type { OnnxModel, OnnxNode, OnnxTensor, OnnxValueInfo } from '../../graph/onnx/onnx-model.ts';
import { makeTensor } from '../../graph/onnx/tensor-values.ts';
import type { TrainingGraph } from './training-graph.ts';

/** Name of an input or output of one of several steps, counted from 0. */
export const atStep = (name: string, step: number): string => `${name}@${step}`;

/**
 * Several optimizer steps as one graph, the same nodes for each: to the bit what as many single steps give, while parameters
 * and optimizer state cross to the device and back once. That pays on a graphics card, whose memory is far.
 *
 * Inputs: the first step's parameters and groups under their names; masks; every other input once for each step, as
 * `NAME@STEP`. Outputs: those of the last step under `next.…`; `loss@STEP`, `gradient_norm@STEP` and
 * `gradient_squares@STEP` of each.
 * @throws Error for a graph whose step takes several passes
 */
export function unrollSteps(training: TrainingGraph, steps: number): OnnxModel {
  if (training.pass !== null) throw new Error('steps of several passes are not unrolled');
  const { graph } = training.model;
  const views = parameterViews(training);
  const carried = new Set(
    training.groups.flatMap(({ name }) => [name, ...training.slots.map((slot) => `${name}.${slot}`)]),
  );
  const parameters = new Set(training.parameters.map(({ name }) => name));
  const masks = new Set(training.groups.map(({ name }) => `${name}.mask`));
  const shared = new Set([...masks, ...graph.initializers.flatMap(({ name }) => name ?? [])]);
  const last = steps - 1;
  const nodes: OnnxNode[] = [];
  for (let step = 0; step < steps; step++) {
    const renamed = (name: string): string => {
      if (name === '' || shared.has(name)) return name;
      if (step === 0 && (carried.has(name) || parameters.has(name))) return name;
      if (carried.has(name)) return atStep(`next.${name}`, step - 1);
      return step === last && name.startsWith('next.') && carried.has(name.slice('next.'.length))
        ? name
        : atStep(name, step);
    };
    // The first step is given its parameters; the others cut them out of what the step before gives.
    for (const one of [...(step === 0 ? [] : views.nodes), ...graph.nodes])
      nodes.push({
        ...one,
        ...(one.name === undefined ? {} : { name: atStep(one.name, step) }),
        inputs: one.inputs.map((name) => (views.constants.has(name) ? name : renamed(name))),
        outputs: one.outputs.map(renamed),
      });
  }
  const once = (info: OnnxValueInfo) =>
    carried.has(info.name) || parameters.has(info.name) || masks.has(info.name);
  const each = (info: OnnxValueInfo): OnnxValueInfo[] =>
    Array.from({ length: steps }, (_, step) => ({ ...info, name: atStep(info.name, step) }));
  return {
    ...training.model,
    graph: {
      ...graph,
      nodes,
      initializers: [...graph.initializers, ...views.constants.values()],
      inputs: graph.inputs.flatMap((info) => (once(info) ? [info] : each(info))),
      outputs: graph.outputs.flatMap((info) => (info.name.startsWith('next.') ? [info] : each(info))),
    },
  };
}

/** Nodes that cut every parameter out of its group, and their constants: within the graph no memory is shared. */
function parameterViews({ groups }: TrainingGraph): {
  readonly nodes: readonly OnnxNode[];
  readonly constants: ReadonlyMap<string, OnnxTensor>;
} {
  const constants = new Map<string, OnnxTensor>();
  const ints = (values: readonly number[]): string => {
    const name = `unroll.${values.join('x')}`;
    constants.set(name, makeTensor(name, 'int64', [values.length], BigInt64Array.from(values, BigInt)));
    return name;
  };
  const node = (opType: string, inputs: string[], output: string): OnnxNode => ({
    opType,
    inputs,
    outputs: [output],
    attributes: makeAttributes({}),
    unknown: [],
  });
  const nodes = groups.flatMap((group) =>
    group.members.flatMap(({ parameter: { name, dims }, start, size }) => [
      node('Slice', [group.name, ints([start]), ints([start + size]), ints([0])], `${name}.flat`),
      node('Reshape', [`${name}.flat`, ints(dims)], name),
    ]),
  );
  return { nodes, constants };
}
