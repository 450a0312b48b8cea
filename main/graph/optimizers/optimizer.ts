import type { ValueName } from '../graph-builder.ts';
import type { TypedGraph } from '../typed-graph.ts';

/** A parameter with its gradient, inside a graph. */
export interface TrainedParameter {
  readonly name: string;
  readonly value: ValueName;
  readonly gradient: ValueName;
  /** Scalar that the gradient is to be multiplied by (clipping); an optimizer folds it into its own factors. */
  readonly gradientScale?: ValueName;
  /** False for biases and normalisation weights, which are not decayed. */
  readonly decayed: boolean;
  /**
   * 1 where the parameter may change, 0 where it is frozen; broadcastable to the parameter. A frozen element keeps
   * its value and its optimizer state bit for bit: zeroing the gradient alone would let momentum move it.
   */
  readonly mask?: ValueName;
}

/** Numbers that change from step to step and go in as scalars. */
export interface StepScalars {
  /** Learning rate of this step. */
  readonly learningRate: ValueName;
  /** 1 / (1 − β₁ᵗ) and 1 / (1 − β₂ᵗ), the bias corrections of Adam. */
  readonly firstCorrection: ValueName;
  readonly secondCorrection: ValueName;
}

/** What one parameter's update gives: its new value and its new state, by the names of the state's slots. */
export interface ParameterUpdate {
  readonly value: ValueName;
  readonly state: Readonly<Record<string, ValueName>>;
}

/** An optimizer as graph nodes. `state` values are given as inputs, all zeros before the first step. */
export interface Optimizer {
  /** Names of the state arrays kept per parameter, each of the parameter's shape. */
  readonly slots: readonly string[];
  update(
    graph: TypedGraph,
    parameter: TrainedParameter,
    state: Readonly<Record<string, ValueName>>,
    scalars: StepScalars,
  ): ParameterUpdate;
}

/** The updated value where the mask lets it change, else the old one, unchanged to the last bit. */
export function masked(
  graph: TypedGraph,
  mask: ValueName | undefined,
  updated: ValueName,
  old: ValueName,
): ValueName {
  if (mask === undefined) return updated;
  return graph.node('Where', [graph.node('Greater', [mask, graph.number(0, mask)]), updated, old]);
}

/** The gradient with its scale applied. */
export function scaledGradient(graph: TypedGraph, { gradient, gradientScale }: TrainedParameter): ValueName {
  return gradientScale === undefined ? gradient : graph.mul(gradient, gradientScale);
}

/**
 * Factor that brings the joint norm of all gradients to at most `limit` (Pascanu et al. 2013, algorithm 1).
 * @param gradients vectors of whole rows
 * @param options.row numbers in a row
 * @param options.limit null leaves the gradients as they are
 * @param options.unscale scalar by which the gradients are to be multiplied first, where the loss was scaled
 * @returns the factor for the gradients as they came, null where there is nothing to multiply by; the norm before clipping;
 *   and the squared norm of each row of each gradient
 */
export function clipByGlobalNorm(
  graph: TypedGraph,
  gradients: readonly ValueName[],
  options: { readonly row: number; readonly limit: number | null; readonly unscale: ValueName | null },
): { scale: ValueName | null; norm: ValueName; squares: ValueName } {
  const { row, limit, unscale } = options;
  const each = gradients.map((gradient) => {
    // Unscaled before it is squared: squares of a scaled gradient leave float32 long before it does.
    const own = unscale === null ? gradient : graph.mul(gradient, unscale);
    return graph.sum(graph.reshape(graph.mul(own, own), [-1, row]), [1], false);
  });
  const squares = each.length === 1 ? each[0] : graph.node('Concat', each, { axis: 0 });
  const norm = graph.node('Sqrt', [graph.sum(squares, [0], false)]);
  if (limit === null) return { scale: unscale, norm, squares };
  const clip = graph.div(graph.number(limit, norm), graph.node('Max', [norm, graph.number(limit, norm)]));
  return { scale: unscale === null ? clip : graph.mul(clip, unscale), norm, squares };
}
