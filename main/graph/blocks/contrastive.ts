import { at, type NdArray } from '../gradcheck/nd-array.ts';
import type { ValueName } from '../graph-builder.ts';
import type { TypedGraph } from '../typed-graph.ts';
import type { BlockDefinition } from './block-definition.ts';

/** Rows over their Euclidean length, as √(Σx² + 1e-12): a row of zeros stays finite. */
function unitRows(graph: TypedGraph, x: ValueName): ValueName {
  const power = graph.add(graph.sum(graph.mul(x, x), [1]), graph.number(1e-12, x));
  return graph.div(x, graph.node('Sqrt', [power]));
}

/** Cosine of each row of a with the same row of b, [rows, features] both → [rows]. */
export function cosineSimilarity(graph: TypedGraph, a: ValueName, b: ValueName): ValueName {
  return graph.sum(graph.mul(unitRows(graph, a), unitRows(graph, b)), [1], false);
}

/**
 * InfoNCE, one way (van den Oord et al. 2018, equation 4, with cosines over a temperature as in SimCLR and CLIP): how
 * badly each row of a [n, features] picks the same row of b out of all of them, in nats, averaged.
 */
export function infoNce(graph: TypedGraph, a: ValueName, b: ValueName, temperature: number): ValueName {
  const [left, right] = [unitRows(graph, a), unitRows(graph, b)];
  const similarity = graph.scale(
    graph.node('MatMul', [left, graph.transpose(right, [1, 0])]),
    1 / temperature,
  );
  const own = graph.scale(graph.sum(graph.mul(left, right), [1]), 1 / temperature);
  // log Σ exp(s) − s of the pair, with the largest s taken out so that exp cannot overflow.
  const most = graph.node('ReduceMax', [similarity, graph.ints([1])], { keepdims: 1 });
  const total = graph.sum(graph.node('Exp', [graph.sub(similarity, most)]), [1]);
  const each = graph.sub(graph.add(graph.node('Log', [total]), most), own);
  return graph.mean(each, [0, 1], false);
}

const cosines = (a: NdArray, b: NdArray): number[][] => {
  const [n, features] = a.dims;
  const dot = (x: NdArray, i: number, y: NdArray, j: number) =>
    Array.from({ length: features }, (_, k) => at(x, [i, k]) * at(y, [j, k])).reduce((p, q) => p + q);
  return Array.from({ length: n }, (_, i) =>
    Array.from({ length: n }, (_unused, j) => dot(a, i, b, j) / Math.sqrt(dot(a, i, a, i) * dot(b, j, b, j))),
  );
};

/** Rows against rows. */
export const cosineBlock: BlockDefinition = {
  block: 'cosineSimilarity',
  build: (graph, [a, b]) => [cosineSimilarity(graph, a, b)],
  float64: true,
  checks: [
    {
      name: 'rows',
      inputs: [
        { dims: [3, 4], fill: 'normal' },
        { dims: [3, 4], fill: 'normal' },
      ],
      reference: ([a, b]) => [{ dims: [3], data: Float64Array.from(cosines(a, b), (row, i) => row[i]) }],
    },
  ],
};

/** Four pairs at a temperature of 0.5. */
export const infoNceBlock: BlockDefinition = {
  block: 'infoNce',
  build: (graph, [a, b]) => [infoNce(graph, a, b, 0.5)],
  float64: true,
  checks: [
    {
      name: 'four pairs',
      inputs: [
        { dims: [4, 3], fill: 'normal' },
        { dims: [4, 3], fill: 'normal' },
      ],
      reference: ([a, b]) => {
        const losses = cosines(a, b).map((row, i) => {
          const total = row.reduce((sum, cosine) => sum + Math.exp(cosine / 0.5), 0);
          return Math.log(total) - row[i] / 0.5;
        });
        return [{ dims: [], data: Float64Array.of(losses.reduce((p, q) => p + q) / losses.length) }];
      },
    },
  ],
};
