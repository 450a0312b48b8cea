import { at, fromIndex, type NdArray } from '../gradcheck/nd-array.ts';
import type { ValueName } from '../graph-builder.ts';
import type { TypedGraph } from '../typed-graph.ts';
import type { BlockDefinition } from './block-definition.ts';

/**
 * Spatial softmax (Finn et al. 2016; Levine et al. 2016, section 5.1): scores [batch, maps, rows, cols] as probabilities
 * over the cells of each map, and the expected cell under them.
 *
 * @returns `heat` of the same shape, each map summing to 1, and `points` [batch, maps, 2] in rows and columns from 0
 */
export function spatialSoftmax(graph: TypedGraph, scores: ValueName): { heat: ValueName; points: ValueName } {
  const [, maps, rows, cols] = graph.typeOf(scores).dims.map(Number);
  const flat = graph.node('Softmax', [graph.reshape(scores, [0, maps, rows * cols])], { axis: 2 });
  const floats = graph.typeOf(scores).type === 'float64' ? Float64Array : Float32Array;
  const cells = new floats(rows * cols * 2);
  for (let cell = 0; cell < rows * cols; cell++) {
    cells[cell * 2] = Math.floor(cell / cols);
    cells[cell * 2 + 1] = cell % cols;
  }
  const type = floats === Float64Array ? 'float64' : 'float32';
  const places = graph.constant(type, [rows * cols, 2], cells);
  return { heat: graph.reshapeLike(flat, scores), points: graph.node('MatMul', [flat, places]) };
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

/** The points are the checked output; the heat maps are compared as well. */
export const spatialSoftmaxBlock: BlockDefinition = {
  block: 'spatialSoftmax',
  build: (graph, [scores]) => {
    const { heat, points } = spatialSoftmax(graph, scores);
    return [points, heat];
  },
  float64: true,
  checks: [{ name: 'two maps', inputs: [{ dims: [1, 2, 3, 4], fill: 'normal' }], reference }],
};
