import type { ValueName } from '../../graph/graph-builder.ts';
import type { TypedGraph } from '../../graph/typed-graph.ts';

/** |a_i − b_j|² for a [batch, k, 2] and b transposed, [batch, 2, m], from differences so that it is never negative. */
export function squaredDistances(graph: TypedGraph, a: ValueName, transposed: ValueName): ValueName {
  const [rowA, colA] = graph.nodeN('Split', [a, graph.ints([1, 1])], ['', ''], { axis: 2 });
  const [rowB, colB] = graph.nodeN('Split', [transposed, graph.ints([1, 1])], ['', ''], { axis: 1 });
  const square = (x: ValueName, y: ValueName) => {
    const difference = graph.sub(x, y);
    return graph.mul(difference, difference);
  };
  return graph.add(square(rowA, rowB), square(colA, colB));
}
