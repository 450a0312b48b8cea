import type { ValueName } from '../graph-builder.ts';
import type { TypedGraph } from '../typed-graph.ts';

/** `value` where `condition` holds, else 0. */
export function where(graph: TypedGraph, condition: ValueName, value: ValueName): ValueName {
  return graph.node('Where', [condition, value, graph.number(0, value)]);
}
