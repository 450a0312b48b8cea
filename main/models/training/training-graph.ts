import { differentiate } from '../../graph/differentiate.ts';
import type { ValueName } from '../../graph/graph-builder.ts';
import type { OnnxModel } from '../../graph/onnx/onnx-model.ts';
import { clipByGlobalNorm, type Optimizer } from '../../graph/optimizers/optimizer.ts';
import type { TypedGraph } from '../../graph/typed-graph.ts';

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
}

/** Scalar inputs of every training graph. */
export const STEP_INPUTS = ['step.learning_rate', 'step.first_correction', 'step.second_correction'] as const;

/**
 * Turns a forward graph with a loss into one step of training: forward, backward, clipping and update in ordinary
 * operators. Inputs: the model's own, every parameter and state array, the three step scalars. Outputs: `loss`,
 * `gradient_norm`, `next.PARAMETER`, `next.PARAMETER.SLOT`.
 * @param clip largest joint norm of the gradients; null leaves them
 */
export function buildTrainingGraph(
  graph: TypedGraph,
  loss: ValueName,
  parameters: readonly ParameterSpec[],
  optimizer: Optimizer,
  clip: number | null,
): TrainingGraph {
  const raw = differentiate(
    graph,
    loss,
    parameters.map((parameter) => parameter.name),
  );
  const { gradients, norm } = clipByGlobalNorm(graph, raw, clip);
  const [learningRate, firstCorrection, secondCorrection] = STEP_INPUTS.map((name) =>
    graph.input(name, 'float32', []),
  );
  const stateNames: { name: string; dims: readonly number[] }[] = [];
  graph.output(loss, 'float32', [], 'loss');
  graph.output(norm, 'float32', [], 'gradient_norm');
  for (const [position, { name, dims, decayed, masked }] of parameters.entries()) {
    const state = Object.fromEntries(
      optimizer.slots.map((slot) => {
        stateNames.push({ name: `${name}.${slot}`, dims });
        return [slot, graph.input(`${name}.${slot}`, 'float32', dims)];
      }),
    );
    const mask = masked === true ? { mask: graph.input(`${name}.mask`, 'float32', dims) } : {};
    const update = optimizer.update(
      graph,
      { name, value: name, gradient: gradients[position], decayed, ...mask },
      state,
      { learningRate, firstCorrection, secondCorrection },
    );
    graph.output(update.value, 'float32', dims, `next.${name}`);
    for (const slot of optimizer.slots)
      graph.output(update.state[slot], 'float32', dims, `next.${name}.${slot}`);
  }
  return { model: graph.build(), parameters, stateNames };
}
