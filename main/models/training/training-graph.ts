import { differentiate } from '../../graph/differentiate.ts';
import type { ValueName } from '../../graph/graph-builder.ts';
import { halveProducts } from '../../graph/halve-products.ts';
import type { OnnxModel } from '../../graph/onnx/onnx-model.ts';
import { operators } from '../../graph/ops/registry.ts';
import { clipByGlobalNorm, type Optimizer } from '../../graph/optimizers/optimizer.ts';
import { tidyModel } from '../../graph/tidy-model.ts';
import { TypedGraph } from '../../graph/typed-graph.ts';
import { LOSS_SCALE } from './loss-scale.ts';
import { groupParameters, joined, type ParameterGroup, ROW } from './parameter-groups.ts';

/** A parameter of a model under training: a graph input of fixed shape. */
export interface ParameterSpec {
  readonly name: string;
  readonly dims: readonly number[];
  readonly decayed: boolean;
  /** True where a mask (same shape) tells which elements may change. */
  readonly masked?: boolean;
}

/** One optimizer step as a single graph, and what it takes and gives. */
export interface TrainingGraph {
  readonly model: OnnxModel;
  readonly parameters: readonly ParameterSpec[];
  /** How parameters lie together in memory: `model` takes and gives whole groups. */
  readonly groups: readonly ParameterGroup[];
  /** Names of the optimizer's state arrays, each of a parameter's shape. */
  readonly slots: readonly string[];
  /** The same by parameter, as they are kept: `PARAMETER.SLOT`. */
  readonly stateNames: readonly { readonly name: string; readonly dims: readonly number[] }[];
  /**
   * Where several passes make one step: the graph of one pass, which adds its share of the gradients to `sum.GROUP` and
   * gives `next.sum.GROUP`; `model` then takes `sum.GROUP` in place of a batch. Null where a step is one pass.
   */
  readonly pass: OnnxModel | null;
  /** Products are of float16, and the loss is scaled by the input `step.loss_scale`. */
  readonly half: boolean;
}

export interface TrainingOptions {
  /** Products and convolutions in float16, for devices that are fast at it; default false. */
  readonly half?: boolean;
}

/** Scalar inputs of every training graph. */
export const STEP_INPUTS = ['step.learning_rate', 'step.first_correction', 'step.second_correction'] as const;

/** A further one where products are of float16. Norms and squares that come out are those of the gradients without it. */
export const SCALE_INPUT = 'step.loss_scale';

/**
 * Turns a forward graph with a loss into one step of training: forward, backward, clipping and update in ordinary
 * operators. Inputs: the model's own, every parameter, every group of parameters with its state and mask, the three step
 * scalars. Outputs: `loss`, `gradient_norm`, `gradient_squares` (one number for each row of each group), `next.GROUP`,
 * `next.GROUP.SLOT`.
 * @param clip largest joint norm of the gradients; null leaves them
 */
export function buildTrainingGraph(
  graph: TypedGraph,
  loss: ValueName,
  parameters: readonly ParameterSpec[],
  optimizer: Optimizer,
  clip: number | null,
  { half = false }: TrainingOptions = {},
): TrainingGraph {
  const groups = groupParameters(parameters);
  const scale = half ? graph.input(SCALE_INPUT, 'float32', []) : null;
  const gradients = joinedGradients(graph, loss, scale, parameters, groups);
  graph.output(loss, 'float32', [], 'loss');
  writeUpdate(graph, groups, gradients, optimizer, clip, scale);
  const tidy = tidyModel(graph.build());
  const model = half ? halveProducts(tidy) : tidy;
  return { model, pass: null, half, ...described(parameters, groups, optimizer, half) };
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
  { half = false }: TrainingOptions = {},
): TrainingGraph {
  const groups = groupParameters(parameters);
  const scale = half ? graph.input(SCALE_INPUT, 'float32', []) : null;
  const gradients = joinedGradients(graph, loss, scale, parameters, groups);
  graph.output(loss, 'float32', [], 'loss');
  for (const [position, { name, length }] of groups.entries()) {
    const sum = graph.input(sumName(name), 'float32', [length]);
    const next = graph.add(sum, graph.scale(gradients[position], 1 / passes));
    graph.output(next, 'float32', [length], `next.${sumName(name)}`);
  }
  const update = new TypedGraph('update', operators);
  const sums = groups.map(({ name, length }) => update.input(sumName(name), 'float32', [length]));
  writeUpdate(update, groups, sums, optimizer, clip, half ? update.input(SCALE_INPUT, 'float32', []) : null);
  const tidy = tidyModel(graph.build());
  return {
    model: tidyModel(update.build()),
    pass: half ? halveProducts(tidy) : tidy,
    half,
    ...described(parameters, groups, optimizer, half),
  };
}

/** Input that holds the gradients of a group summed so far. */
export const sumName = (group: string): string => `sum.${group}`;

function described(
  parameters: readonly ParameterSpec[],
  groups: readonly ParameterGroup[],
  { slots }: Optimizer,
  half: boolean,
): Pick<TrainingGraph, 'parameters' | 'groups' | 'slots' | 'stateNames'> {
  const stateNames = parameters.flatMap(({ name, dims }) =>
    slots.map((slot) => ({ name: `${name}.${slot}`, dims })),
  );
  return { parameters, groups, slots, stateNames: [...stateNames, ...(half ? [LOSS_SCALE] : [])] };
}

function joinedGradients(
  graph: TypedGraph,
  loss: ValueName,
  scale: ValueName | null,
  parameters: readonly ParameterSpec[],
  groups: readonly ParameterGroup[],
): ValueName[] {
  const names = parameters.map(({ name }) => name);
  const gradients = differentiate(graph, scale === null ? loss : graph.mul(loss, scale), names);
  const byName = new Map(names.map((name, position) => [name, gradients[position]]));
  return groups.map((group) => joined(graph, group, ({ name }) => byName.get(name) ?? ''));
}

function writeUpdate(
  graph: TypedGraph,
  groups: readonly ParameterGroup[],
  gradients: readonly ValueName[],
  optimizer: Optimizer,
  clip: number | null,
  lossScale: ValueName | null,
): void {
  const unscale = lossScale === null ? null : graph.node('Reciprocal', [lossScale]);
  const { scale, norm, squares } = clipByGlobalNorm(graph, gradients, { row: ROW, limit: clip, unscale });
  const [learningRate, firstCorrection, secondCorrection] = STEP_INPUTS.map((name) =>
    graph.input(name, 'float32', []),
  );
  const rows = groups.reduce((sum, { length }) => sum + length / ROW, 0);
  graph.output(norm, 'float32', [], 'gradient_norm');
  graph.output(squares, 'float32', [rows], 'gradient_squares');
  const scalars = { learningRate, firstCorrection, secondCorrection };
  const scaled = scale === null ? {} : { gradientScale: scale };
  for (const [position, { name, length, decayed, masked }] of groups.entries()) {
    const value = graph.input(name, 'float32', [length]);
    const state = Object.fromEntries(
      optimizer.slots.map((slot) => [slot, graph.input(`${name}.${slot}`, 'float32', [length])]),
    );
    const mask = masked ? { mask: graph.input(`${name}.mask`, 'float32', [length]) } : {};
    const trained = { name, value, gradient: gradients[position], ...scaled, decayed, ...mask };
    const update = optimizer.update(graph, trained, state, scalars);
    graph.output(update.value, 'float32', [length], `next.${name}`);
    for (const slot of optimizer.slots)
      graph.output(update.state[slot], 'float32', [length], `next.${name}.${slot}`);
  }
}
