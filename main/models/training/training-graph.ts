import { differentiate } from '../../graph/differentiate.ts';
import type { ValueName } from '../../graph/graph-builder.ts';
import type { OnnxModel } from '../../graph/onnx/onnx-model.ts';
import { operators } from '../../graph/ops/registry.ts';
import { clipByGlobalNorm, type Optimizer } from '../../graph/optimizers/optimizer.ts';
import { tidyModel } from '../../graph/tidy-model.ts';
import { TypedGraph } from '../../graph/typed-graph.ts';

/** A parameter of a model under training: a graph input of fixed shape. */
export interface ParameterSpec {
  readonly name: string;
  readonly dims: readonly number[];
  readonly decayed: boolean;
  /** True where an input `NAME.mask` (same shape) tells which elements may change. */
  readonly masked?: boolean;
}

/** One optimizer step as a single graph, and what it takes and gives. */
export interface TrainingGraph {
  readonly model: OnnxModel;
  readonly parameters: readonly ParameterSpec[];
  /** Names of the optimizer's state inputs; the outputs are `next.` + the same names. */
  readonly stateNames: readonly { readonly name: string; readonly dims: readonly number[] }[];
  /**
   * Where several passes make one step: the graph of one pass, which adds its share of the gradients to `sum.NAME` and
   * gives `next.sum.NAME`; `model` then takes `sum.NAME` in place of a batch. Null where a step is one pass.
   */
  readonly pass: OnnxModel | null;
}

/** Scalar inputs of every training graph. */
export const STEP_INPUTS = ['step.learning_rate', 'step.first_correction', 'step.second_correction'] as const;

/**
 * Turns a forward graph with a loss into one step of training: forward, backward, clipping and update in ordinary
 * operators. Inputs: the model's own, every parameter and state array, the three step scalars. Outputs: `loss`,
 * `gradient_norm`, `gradient_squares` (squared norm of each parameter's gradient), `next.PARAMETER`,
 * `next.PARAMETER.SLOT`.
 * @param clip largest joint norm of the gradients; null leaves them
 */
export function buildTrainingGraph(
  graph: TypedGraph,
  loss: ValueName,
  parameters: readonly ParameterSpec[],
  optimizer: Optimizer,
  clip: number | null,
): TrainingGraph {
  const gradients = differentiate(graph, loss, namesOf(parameters));
  graph.output(loss, 'float32', [], 'loss');
  const stateNames = writeUpdate(graph, parameters, gradients, optimizer, clip);
  return { model: tidyModel(graph.build()), parameters, stateNames, pass: null };
}

/**
 * The same, with the mean gradient of several passes making one step: a larger batch than memory would hold.
 * @param passes per step
 */
export function buildAccumulatingGraphs(
  graph: TypedGraph,
  loss: ValueName,
  parameters: readonly ParameterSpec[],
  optimizer: Optimizer,
  clip: number | null,
  passes: number,
): TrainingGraph {
  const gradients = differentiate(graph, loss, namesOf(parameters));
  graph.output(loss, 'float32', [], 'loss');
  for (const [position, { name, dims }] of parameters.entries()) {
    const sum = graph.input(sumName(name), 'float32', dims);
    const next = graph.add(sum, graph.scale(gradients[position], 1 / passes));
    graph.output(next, 'float32', dims, `next.${sumName(name)}`);
  }
  const update = new TypedGraph('update', operators);
  const sums = parameters.map(({ name, dims }) => {
    update.input(name, 'float32', dims);
    return update.input(sumName(name), 'float32', dims);
  });
  const stateNames = writeUpdate(update, parameters, sums, optimizer, clip);
  return { model: tidyModel(update.build()), parameters, stateNames, pass: tidyModel(graph.build()) };
}

/** Input that holds the gradients summed so far. */
export const sumName = (parameter: string): string => `sum.${parameter}`;

const namesOf = (parameters: readonly ParameterSpec[]) => parameters.map(({ name }) => name);

function writeUpdate(
  graph: TypedGraph,
  parameters: readonly ParameterSpec[],
  gradients: readonly ValueName[],
  optimizer: Optimizer,
  clip: number | null,
): TrainingGraph['stateNames'] {
  const { scale, norm, squares } = clipByGlobalNorm(graph, gradients, clip);
  const [learningRate, firstCorrection, secondCorrection] = STEP_INPUTS.map((name) =>
    graph.input(name, 'float32', []),
  );
  graph.output(norm, 'float32', [], 'gradient_norm');
  graph.output(squares, 'float32', [parameters.length], 'gradient_squares');
  const scalars = { learningRate, firstCorrection, secondCorrection };
  const scaled = scale === null ? {} : { gradientScale: scale };
  const stateNames = parameters.flatMap(({ name, dims }) =>
    optimizer.slots.map((slot) => ({ name: `${name}.${slot}`, dims })),
  );
  for (const { name, dims } of stateNames) graph.input(name, 'float32', dims);
  const members = parameters.map((parameter, position) => ({ ...parameter, gradient: gradients[position] }));
  for (const group of grouped(members)) {
    const joined = (nameOf: (member: Member) => ValueName) => concatenated(graph, group, nameOf);
    const [{ name, dims, decayed, masked }] = group;
    const mask = masked === true ? { mask: graph.input(`${name}.mask`, 'float32', dims) } : {};
    const value = joined((member) => member.name);
    const gradient = joined((member) => member.gradient);
    const update = optimizer.update(
      graph,
      { name, value, gradient, ...scaled, decayed, ...mask },
      Object.fromEntries(optimizer.slots.map((slot) => [slot, joined((member) => `${member.name}.${slot}`)])),
      scalars,
    );
    writeOutputs(graph, group, update.value, (member) => `next.${member.name}`);
    for (const slot of optimizer.slots)
      writeOutputs(graph, group, update.state[slot], (member) => `next.${member.name}.${slot}`);
  }
  return stateNames;
}

interface Member extends ParameterSpec {
  readonly gradient: ValueName;
}

/** Vectors up to this length are updated together. */
const SMALL = 8192;

/**
 * Parameters that are updated as one: biases and normalisation weights are many and short, and a node costs more than its
 * few numbers. An update works element by element, so joining changes no bit of it.
 */
function grouped(members: readonly Member[]): Member[][] {
  const isSmall = ({ dims, masked }: Member) => dims.length === 1 && dims[0] <= SMALL && masked !== true;
  const alone = members.filter((member) => !isSmall(member)).map((member) => [member]);
  const small = [true, false].map((decayed) =>
    members.filter((member) => isSmall(member) && member.decayed === decayed),
  );
  return [...alone, ...small.filter((group) => group.length > 0)];
}

function concatenated(
  graph: TypedGraph,
  group: readonly Member[],
  nameOf: (member: Member) => ValueName,
): ValueName {
  return group.length === 1 ? nameOf(group[0]) : graph.node('Concat', group.map(nameOf), { axis: 0 });
}

function writeOutputs(
  graph: TypedGraph,
  group: readonly Member[],
  value: ValueName,
  nameOf: (member: Member) => string,
): void {
  let start = 0;
  for (const member of group) {
    const end = start + member.dims[0];
    // Not Split: a graphics card takes few outputs at a time.
    const part =
      group.length === 1
        ? value
        : graph.node('Slice', [value, graph.ints([start]), graph.ints([end]), graph.ints([0])]);
    graph.output(part, 'float32', member.dims, nameOf(member));
    start = end;
  }
}
