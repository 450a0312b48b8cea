import { at, fromIndex, type NdArray } from '../gradcheck/nd-array.ts';
import type { ValueName } from '../graph-builder.ts';
import type { TypedGraph } from '../typed-graph.ts';
import type { BlockDefinition } from './block-definition.ts';

/**
 * Spatial softmax (Finn et al. 2016; Levine et al. 2016, section 5.1): scores [batch, maps, rows, cols] as probabilities
 * over the cells of each map, [batch, maps, rows · cols].
 */
export function spatialSoftmax(graph: TypedGraph, scores: ValueName): ValueName {
  const [, maps, rows, cols] = graph.typeOf(scores).dims.map(Number);
  return graph.node('Softmax', [graph.reshape(scores, [-1, maps, rows * cols])], { axis: -1 });
}

/** What is expected of `cells` [batch or 1, cells, values] under each heat map: [batch, maps, values]. */
export function expectedUnder(graph: TypedGraph, heat: ValueName, cells: ValueName): ValueName {
  return graph.node('MatMul', [heat, cells]);
}

function reference([scores]: readonly NdArray[]): NdArray[] {
  const [batch, maps, rows, cols] = scores.dims;
  const total = (b: number, m: number) =>
    fromIndex([rows, cols], ([r, c]) => Math.exp(at(scores, [b, m, r, c]))).data.reduce((p, q) => p + q);
  const heat = fromIndex(scores.dims, (index) => Math.exp(at(scores, index)) / total(index[0], index[1]));
  const points = fromIndex([batch, maps, 2], ([b, m, axis]) =>
    fromIndex([rows, cols], (cell) => cell[axis] * at(heat, [b, m, ...cell])).data.reduce((p, q) => p + q),
  );
  return [points, heat];
}

/** Row and column of every cell, [1, cells, 2]. */
function cellPlaces(graph: TypedGraph, rows: number, cols: number): ValueName {
  const places = Array.from({ length: rows * cols }, (_, cell) => [Math.floor(cell / cols), cell % cols]);
  return graph.constant('float64', [1, rows * cols, 2], Float64Array.from(places.flat()));
}

/** The expected cells are the checked output; the heat maps are compared as well. */
export const spatialSoftmaxBlock: BlockDefinition = {
  block: 'spatialSoftmax',
  build: (graph, [scores]) => {
    const [, , rows, cols] = graph.typeOf(scores).dims.map(Number);
    const heat = spatialSoftmax(graph, scores);
    return [expectedUnder(graph, heat, cellPlaces(graph, rows, cols)), graph.reshapeLike(heat, scores)];
  },
  float64: true,
  checks: [{ name: 'two maps', inputs: [{ dims: [1, 2, 3, 4], fill: 'normal' }], reference }],
};
