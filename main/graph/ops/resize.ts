import { at, fromIndex } from '../gradcheck/nd-array.ts';
import { stringAttribute } from '../onnx/attributes.ts';
import type { OnnxNode } from '../onnx/onnx-model.ts';
import type { OpDefinition } from '../op-definition.ts';
import { known } from './unary.ts';

/** Whole factors along rows and columns of a nearest-neighbour enlargement given by sizes. */
function factors(node: OnnxNode, from: readonly unknown[], to: readonly unknown[]): [number, number] {
  const nearest = stringAttribute(node, 'mode', 'nearest') === 'nearest';
  const found = [Number(to[2]) / Number(from[2]), Number(to[3]) / Number(from[3])] as const;
  if (!nearest || !found.every((factor) => Number.isInteger(factor) && factor >= 1))
    throw new Error('Resize is differentiated for nearest-neighbour enlargement by whole factors only');
  return [found[0], found[1]];
}

/** Enlarges images to given sizes; the gradient adds up what each cell was copied to. */
export const resize: OpDefinition = {
  op: 'Resize',
  infer: ({ inputs: [x], sizes }) => {
    const { type, dims } = known(x);
    const to = sizes(3);
    if (to === undefined) throw new Error('its sizes are not constant');
    return [{ type, dims: to.map((size, axis) => (axis === 0 ? dims[0] : size)) }];
  },
  gradient: ({ graph, node, outputGradients: [dy] }) => {
    if (dy === undefined) return [];
    const [x] = node.inputs;
    const { dims } = graph.typeOf(x);
    const [down, across] = factors(node, dims, graph.typeOf(dy).dims);
    const [batch, channels, rows, cols] = dims;
    const first = typeof batch === 'number' ? batch : -1;
    const cells = graph.reshape(dy, [first, Number(channels), Number(rows), down, Number(cols), across]);
    return [graph.sum(cells, [3, 5], false)];
  },
  float64: false,
  checks: [
    {
      name: 'nearest, by 2 and 3',
      inputs: [
        { dims: [1, 2, 2, 2], fill: 'normal' },
        { dims: [0], fill: [], constant: true },
        { dims: [0], fill: [], constant: true },
        { dims: [4], fill: [1, 2, 4, 6], type: 'int64', constant: true },
      ],
      attributes: { mode: 'nearest', coordinate_transformation_mode: 'asymmetric', nearest_mode: 'floor' },
      reference: ([x]) => [
        fromIndex([1, 2, 4, 6], ([n, c, i, j]) => at(x, [n, c, Math.floor(i / 2), Math.floor(j / 3)])),
      ],
    },
  ],
};
