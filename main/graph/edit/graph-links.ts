import type { OnnxGraph, OnnxNode } from '../onnx/onnx-model.ts';

/** The graphs that a node holds (branches of If, bodies of Loop and Scan). */
export function subgraphsOf(node: OnnxNode): OnnxGraph[] {
  return node.attributes.flatMap((attribute) =>
    attribute.kind === 'graph' ? [attribute.value] : attribute.kind === 'graphs' ? attribute.value : [],
  );
}

/** Values that a node reads: its inputs, and what its subgraphs take from the graph around them. */
export function valuesRead(node: OnnxNode): string[] {
  return [...node.inputs.filter((input) => input !== ''), ...subgraphsOf(node).flatMap(capturedBy)];
}

function capturedBy(graph: OnnxGraph): string[] {
  const own = new Set([
    ...graph.inputs.map(({ name }) => name),
    ...graph.initializers.map(({ name }) => name ?? ''),
    ...graph.nodes.flatMap(({ outputs }) => outputs),
  ]);
  const read = [...graph.nodes.flatMap(valuesRead), ...graph.outputs.map(({ name }) => name)];
  return read.filter((value) => !own.has(value));
}

/** Who makes and who reads each value of a graph. Nodes are known by their place in `graph.nodes`. */
export class GraphLinks {
  readonly graph: OnnxGraph;
  private readonly producers = new Map<string, number>();
  private readonly readers = new Map<string, number[]>();
  private readonly reads: readonly (readonly string[])[];

  constructor(graph: OnnxGraph) {
    this.graph = graph;
    this.reads = graph.nodes.map((node) => [...new Set(valuesRead(node))]);
    graph.nodes.forEach((node, at) => {
      for (const output of node.outputs) if (output !== '') this.producers.set(output, at);
      for (const value of this.reads[at]) this.readers.set(value, [...(this.readers.get(value) ?? []), at]);
    });
  }

  /** Place of the node that makes a value; undefined for inputs and constants. */
  producerOf(value: string): number | undefined {
    return this.producers.get(value);
  }

  /** Places of the nodes that read a value. */
  readersOf(value: string): readonly number[] {
    return this.readers.get(value) ?? [];
  }

  /** Places of all nodes that a value is computed from, its own included. `stop` values are not looked behind. */
  before(value: string, stop: ReadonlySet<string> = new Set()): Set<number> {
    const found = new Set<number>();
    const open = [value];
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      const at = stop.has(next) ? undefined : this.producers.get(next);
      if (at === undefined || found.has(at)) continue;
      found.add(at);
      open.push(...this.reads[at]);
    }
    return found;
  }

  /** Places of all nodes that a value has a part in. */
  after(value: string): Set<number> {
    const found = new Set<number>();
    const open = [value];
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      for (const at of this.readersOf(next)) {
        if (found.has(at)) continue;
        found.add(at);
        open.push(...this.graph.nodes[at].outputs);
      }
    }
    return found;
  }
}
