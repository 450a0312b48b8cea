import type { ValueName } from '../graph-builder.ts';
import type { TypedGraph } from '../typed-graph.ts';
import type { BlockDefinition } from './block-definition.ts';

const allAxes = (graph: TypedGraph, value: ValueName) => graph.typeOf(value).dims.map((_, axis) => axis);

/** Mean absolute difference of two values of one shape (L1 loss). */
export function meanAbsolute(graph: TypedGraph, a: ValueName, b: ValueName): ValueName {
  return graph.mean(graph.node('Abs', [graph.sub(a, b)]), allAxes(graph, a), false);
}

/** Mean squared difference of two values of one shape (L2 loss). */
export function meanSquare(graph: TypedGraph, a: ValueName, b: ValueName): ValueName {
  const difference = graph.sub(a, b);
  return graph.mean(graph.mul(difference, difference), allAxes(graph, a), false);
}

function distanceBlock(
  block: string,
  write: typeof meanAbsolute,
  of: (difference: number) => number,
): BlockDefinition {
  return {
    block,
    build: (graph, [a, b]) => [write(graph, a, b)],
    float64: true,
    checks: [
      {
        name: 'values of one shape',
        inputs: [
          { dims: [2, 3, 4], fill: 'normal' },
          { dims: [2, 3, 4], fill: 'normal' },
        ],
        reference: ([a, b]) => {
          const sum = a.data.reduce((total, value, i) => total + of(value - b.data[i]), 0);
          return [{ dims: [], data: Float64Array.of(sum / a.data.length) }];
        },
      },
    ],
  };
}

/** The two, each from its formula. */
export const distanceBlocks: readonly BlockDefinition[] = [
  distanceBlock('meanAbsolute', meanAbsolute, Math.abs),
  distanceBlock('meanSquare', meanSquare, (difference) => difference ** 2),
];
