import { mapBroadcast } from '../gradcheck/nd-array.ts';
import type { ValueName } from '../graph-builder.ts';
import type { CheckInput, OpDefinition } from '../op-definition.ts';
import type { TypedGraph } from '../typed-graph.ts';

/**
 * An elementwise function of one input whose gradient is dy · f′.
 * @param derivative emits f′, given input x and output y
 */
export function unaryOp(
  op: string,
  f: (x: number) => number,
  derivative: (graph: TypedGraph, x: ValueName, y: ValueName) => ValueName,
  options: { fill?: CheckInput['fill']; float64?: boolean } = {},
): OpDefinition {
  return {
    op,
    infer: ({ inputs: [x] }) => [known(x)],
    gradient: ({ graph, node, outputGradients: [dy] }) => [
      dy === undefined ? undefined : graph.mul(dy, derivative(graph, node.inputs[0], node.outputs[0])),
    ],
    float64: options.float64 ?? true,
    checks: [
      {
        name: 'values',
        inputs: [{ dims: [3, 4], fill: options.fill ?? 'normal' }],
        reference: ([x]) => [mapBroadcast(f, x)],
      },
    ],
  };
}

/** The type of an input that must be there. @throws Error where it is left out */
export function known<T>(input: T | undefined): T {
  if (input === undefined) throw new Error('a required input is missing');
  return input;
}
