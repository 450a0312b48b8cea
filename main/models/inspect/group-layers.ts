import type { z } from 'zod';
import type {
  Amount,
  InspectedLayer,
  InspectedOp,
  inspectedHeadsSchema,
} from '../../contract/model-inspection.ts';
import type { GraphInspection } from '../../graph/inspect/inspect-graph.ts';

type Heads = z.infer<typeof inspectedHeadsSchema>;

/** "encoder.layer.3.attention…": the first numbered part of a dotted name is the layer. */
const NUMBERED = /^(.*?[A-Za-z])[._](\d+)(?=[._]|$)/;

/** How far a softmax may be from the products before and after it: scale, mask, reshapes. */
const REACH = 6;

/** Sum of what parts need. */
export function sumAmounts(parts: Iterable<Amount>): Amount {
  const total = { parameters: 0, macs: 0, flops: 0 };
  for (const { parameters, macs, flops } of parts) {
    total.parameters += parameters;
    total.macs += macs;
    total.flops += flops;
  }
  return total;
}

/**
 * Puts a graph's nodes into layers, in the order in which these begin. A node belongs to the layer that its weights'
 * names or its own path-like name ("/h.0/attn/MatMul") tell; one that tells nothing belongs with the node before it.
 */
export function groupLayers({ ops, nodes, types }: GraphInspection): InspectedLayer[] {
  const groups = new Map<string, { stack: string; index: number | null; ops: InspectedOp[] }>();
  let current = 'before';
  for (const op of ops) {
    const place = placeOf(op, nodes[op.id].name ?? '');
    if (place === 'outside')
      current = [...groups.values()].some(({ index }) => index !== null) ? 'after' : 'before';
    else if (place !== null) current = `${place.stack}.${place.index}`;
    const indexed = place !== null && place !== 'outside' ? place : { stack: '', index: null };
    const group = groups.get(current) ?? { ...indexed, ops: [] };
    group.ops.push(op);
    groups.set(current, group);
  }
  const consumers = new Map<number, InspectedOp[]>();
  for (const op of ops) {
    for (const from of op.from) consumers.set(from, [...(consumers.get(from) ?? []), op]);
  }
  const mapOf = (op: InspectedOp) => types.get(nodes[op.id].outputs[0])?.dims ?? [];
  return [...groups].map(([name, { stack, index, ops: own }]) => ({
    index,
    stack,
    name,
    ...sumAmounts(own),
    heads: own.flatMap((op) =>
      op.op === 'Softmax' ? (headsAt(op, mapOf(op), ops, (id) => consumers.get(id) ?? []) ?? []) : [],
    ),
    ops: own,
  }));
}

/** The layer that a node names; 'outside' for one whose weights belong to no layer; null where nothing tells. */
function placeOf(op: InspectedOp, nodeName: string): { stack: string; index: number } | 'outside' | null {
  // Exporters that fold constants give weights made-up names such as "onnx::MatMul_123".
  const names = op.weights.map((weight) => weight.name).filter((name) => !name.includes('::'));
  const path = nodeName.includes('/') ? nodeName.split('/').slice(1, -1).join('.') : '';
  for (const name of [...names, path]) {
    const found = NUMBERED.exec(name);
    if (found !== null) return { stack: found[1], index: Number(found[2]) };
  }
  return names.length > 0 || path !== '' ? 'outside' : null;
}

/** The heads whose maps a softmax gives: a product of matrices before it, one after it, and four axes in between. */
function headsAt(
  softmax: InspectedOp,
  map: readonly (number | string)[],
  ops: readonly InspectedOp[],
  consumersOf: (id: number) => readonly InspectedOp[],
): Heads | null {
  if (map.length !== 4) return null;
  const [, count, queries, keys] = map;
  if (typeof count !== 'number' || typeof queries !== 'number' || typeof keys !== 'number') return null;
  const before = pathToProduct(softmax, (op) => op.from.map((id) => ops[id]));
  const after = pathToProduct(softmax, (op) => consumersOf(op.id));
  if (before === null || after === null) return null;
  const { macs, flops } = sumAmounts([softmax, ...before, ...after]);
  return { count, macsPerHead: macs / count, flopsPerHead: flops / count, map: [queries, keys] };
}

/** Shortest way from a node to a MatMul, that node included, the starting node not. */
function pathToProduct(
  start: InspectedOp,
  next: (op: InspectedOp) => readonly InspectedOp[],
): InspectedOp[] | null {
  let paths: InspectedOp[][] = [[start]];
  for (let step = 0; step < REACH; step++) {
    paths = paths.flatMap((path) => next(path[path.length - 1]).map((op) => [...path, op]));
    const found = paths.find((path) => path[path.length - 1].op === 'MatMul');
    if (found !== undefined) return found.slice(1);
  }
  return null;
}
