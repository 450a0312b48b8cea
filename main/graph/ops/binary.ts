import { undoBroadcast } from '../differentiate.ts';
import { broadcastShapes } from '../dimensions.ts';
import { mapBroadcast } from '../gradcheck/nd-array.ts';
import type { ValueName } from '../graph-builder.ts';
import type { CheckInput, GradientContext, OpCheck, OpDefinition } from '../op-definition.ts';
import type { TypedGraph } from '../typed-graph.ts';
import { known } from './unary.ts';

type Partial = (graph: TypedGraph, a: ValueName, b: ValueName, dy: ValueName, y: ValueName) => ValueName;

/** Checks of a broadcasting function of two inputs: same shape, trailing, leading and inner broadcast. */
export function binaryChecks(
  f: (a: number, b: number) => number,
  fills: readonly [CheckInput['fill'], CheckInput['fill']] = ['normal', 'normal'],
): OpCheck[] {
  const shapes: [string, number[], number[]][] = [
    ['same shape', [2, 3], [2, 3]],
    ['row broadcast', [2, 3], [3]],
    ['inner broadcast', [2, 1, 3], [4, 1]],
    ['scalar', [], [2, 2]],
  ];
  return shapes.map(([name, a, b]) => ({
    name,
    inputs: [
      { dims: a, fill: fills[0] },
      { dims: b, fill: fills[1] },
    ],
    reference: ([x, y]) => [mapBroadcast(f, x, y)],
  }));
}

/** A broadcasting function of two inputs with its two partial derivatives, each already times dy. */
export function binaryOp(
  op: string,
  f: (a: number, b: number) => number,
  partials: readonly [Partial, Partial],
  fills?: readonly [CheckInput['fill'], CheckInput['fill']],
): OpDefinition {
  return {
    op,
    infer: ({ inputs: [a, b] }) => [
      { type: known(a).type, dims: broadcastShapes(known(a).dims, known(b).dims) },
    ],
    gradient: (context) => binaryGradient(context, partials),
    float64: true,
    checks: binaryChecks(f, fills),
  };
}

function binaryGradient(
  { graph, node, outputGradients: [dy], needed }: GradientContext,
  partials: readonly [Partial, Partial],
): (ValueName | undefined)[] {
  if (dy === undefined) return [];
  const [a, b] = node.inputs;
  return node.inputs.map((input, slot) =>
    needed[slot] ? undoBroadcast(graph, partials[slot](graph, a, b, dy, node.outputs[0]), input) : undefined,
  );
}

/** A comparison or logical function: bool out, no gradient. */
export function comparisonOp(
  op: string,
  f: (a: number, b: number) => boolean,
  logical = false,
): OpDefinition {
  const values = logical ? [1, 0, 1, 0] : [1, 2, 3, 4];
  const others = logical ? [1, 1, 0, 0] : [2, 2, 2, 4];
  const type = logical ? ({ type: 'bool' } as const) : {};
  return {
    op,
    infer: ({ inputs: [a, b] }) => [{ type: 'bool', dims: broadcastShapes(known(a).dims, known(b).dims) }],
    gradient: { none: 'its output is true or false, which does not change smoothly' },
    float64: true,
    checks: [
      {
        name: 'values',
        inputs: [
          { dims: [4], fill: values, ...type },
          { dims: [4], fill: others, ...type },
        ],
        reference: ([a, b]) => [mapBroadcast((x, y) => Number(f(x, y)), a, b)],
      },
    ],
  };
}
