import { undoBroadcast } from '../differentiate.ts';
import { broadcastShapes } from '../dimensions.ts';
import { at, fromIndex } from '../gradcheck/nd-array.ts';
import type { ValueName } from '../graph-builder.ts';
import type { OpDefinition } from '../op-definition.ts';
import type { TypedGraph } from '../typed-graph.ts';
import { known } from './unary.ts';

/** Swaps the last two axes. */
export function matrixTranspose(graph: TypedGraph, value: ValueName): ValueName {
  const rank = graph.typeOf(value).dims.length;
  const axes = Array.from({ length: rank }, (_, axis) => axis);
  return graph.transpose(value, [...axes.slice(0, -2), rank - 1, rank - 2]);
}

/** All axes but the last in one. */
function flattenRows(graph: TypedGraph, value: ValueName): ValueName {
  const { dims } = graph.typeOf(value);
  return dims.length === 2 ? value : graph.reshape(value, [-1, Number(dims[dims.length - 1])]);
}

/**
 * Batched matrix product of tensors of rank 2 and above: dA = dC·Bᵀ, dB = Aᵀ·dC (Giles 2008, §2.2.1), summed over
 * broadcast batch axes. Where B is one matrix for a whole batch, dB is a single product over all rows.
 */
export const matmul: OpDefinition = {
  op: 'MatMul',
  infer: ({ inputs: [left, right] }) => {
    const a = known(left);
    const b = known(right);
    if (a.dims.length < 2 || b.dims.length < 2)
      throw new Error('vectors are not taken: give them a second axis');
    const [inner, other] = [a.dims[a.dims.length - 1], b.dims[b.dims.length - 2]];
    if (typeof inner === 'number' && typeof other === 'number' && inner !== other)
      throw new Error(`inner sizes ${inner} and ${other} differ`);
    const batch = broadcastShapes(a.dims.slice(0, -2), b.dims.slice(0, -2));
    return [{ type: a.type, dims: [...batch, a.dims[a.dims.length - 2], b.dims[b.dims.length - 1]] }];
  },
  gradient: ({ graph, node, outputGradients: [dy], needed }) => {
    if (dy === undefined) return [];
    const [a, b] = node.inputs;
    const flat =
      graph.typeOf(b).dims.length === 2 &&
      graph.typeOf(a).dims.length > 2 &&
      typeof graph.typeOf(a).dims.at(-1) === 'number' &&
      typeof graph.typeOf(dy).dims.at(-1) === 'number';
    const right = () =>
      flat
        ? graph.node('Gemm', [flattenRows(graph, a), flattenRows(graph, dy)], { transA: 1 })
        : undoBroadcast(graph, graph.node('MatMul', [matrixTranspose(graph, a), dy]), b);
    return [
      needed[0] ? undoBroadcast(graph, graph.node('MatMul', [dy, matrixTranspose(graph, b)]), a) : undefined,
      needed[1] ? right() : undefined,
    ];
  },
  float64: true,
  checks: [
    { name: 'matrices', a: [3, 4], b: [4, 2] },
    { name: 'batch', a: [2, 3, 4], b: [2, 4, 2] },
    { name: 'one matrix for a batch', a: [2, 3, 4], b: [4, 2] },
    { name: 'batch broadcast', a: [2, 1, 3, 4], b: [3, 4, 2] },
  ].map(({ name, a, b }) => ({
    name,
    inputs: [
      { dims: a, fill: 'normal' },
      { dims: b, fill: 'normal' },
    ],
    reference: ([x, y]) => {
      const rank = Math.max(a.length, b.length);
      const batch = broadcastShapes(a.slice(0, -2), b.slice(0, -2)).map(Number);
      const own = (index: number[], dims: readonly number[]) =>
        index.slice(rank - dims.length, rank - 2).map((i, axis) => (dims[axis] === 1 ? 0 : i));
      const inner = a[a.length - 1];
      return [
        fromIndex([...batch, a[a.length - 2], b[b.length - 1]], (index) => {
          const [row, col] = index.slice(-2);
          let sum = 0;
          for (let k = 0; k < inner; k++)
            sum += at(x, [...own(index, a), row, k]) * at(y, [...own(index, b), k, col]);
          return sum;
        }),
      ];
    },
  })),
};
